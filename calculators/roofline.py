"""Is a matrix multiplication limited by memory or by arithmetic, and what rate can it reach?

The roofline model: Williams, Waterman, Patterson, "Roofline: an insightful visual performance model for multicore
architectures", CACM 52(4), 2009. The ridge point is the arithmetic intensity at which both limits meet.
"""

from contextlib import suppress
from dataclasses import dataclass

from calculators import inputs
from calculators.declare import Calculator, Derived, accelerator, choice, count, output
from calculators.formula import formula
from calculators.peak_rate import known_peak
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.records import Fact, MissingFact, Record
from calculators.schema import FORMATS
from calculators.units import Bytes, BytesPerSecond, Flop, FlopPerByte, FlopPerSecond, Number, Quantity, Seconds, show
from calculators.working import Working

ELEMENT_BYTES = {
    "fp64": 8,
    "fp32": 4,
    "tf32": 4,
    "bf16": 2,
    "fp16": 2,
    "fp8": 1,
    "fp6": 0.75,
    "fp4": 0.5,
    "int8": 1,
    "int4": 0.5,
}


@formula("peak / bandwidth")
def ridge_point(peak: FlopPerSecond, bandwidth: BytesPerSecond) -> FlopPerByte:
    """Arithmetic intensity, in FLOP/byte, at which the peak rate and the memory bandwidth limit alike.

    H100 SXM, dense BF16: 989.4e12 / 3.352e12 = 295 FLOP/byte.
    """
    return FlopPerByte(peak / bandwidth)


@formula("2 * m * n * k")
def gemm_flop(m: Number, n: Number, k: Number) -> Flop:
    """Arithmetic of C = A x B with A of m x k and B of k x n, in FLOP: a multiplication and an addition per product."""
    return Flop(2 * m * n * k)


@formula("(m * k + k * n + m * n) * element_bytes")
def gemm_bytes(m: Number, n: Number, k: Number, element_bytes: Bytes) -> Bytes:
    """Least traffic of C = A x B in bytes: read A and B once, write C once. `element_bytes` is in bytes."""
    return Bytes((m * k + k * n + m * n) * element_bytes)


@formula("flop / traffic")
def arithmetic_intensity(flop: Flop, traffic: Bytes) -> FlopPerByte:
    """Arithmetic per byte moved, in FLOP/byte. 4096 cubed in FP16: 137.4e9 / 100.7e6 = 1365 FLOP/byte."""
    return FlopPerByte(flop / traffic)


@formula("min(peak, intensity * bandwidth)")
def attainable(peak: FlopPerSecond, intensity: FlopPerByte, bandwidth: BytesPerSecond) -> FlopPerSecond:
    """Highest rate the roofline allows at an arithmetic intensity, in FLOP/s."""
    return FlopPerSecond(min(peak, intensity * bandwidth))


@formula("flop / rate")
def time_at(flop: Flop, rate: FlopPerSecond) -> Seconds:
    """Time for `flop` FLOP at `rate` FLOP/s, in seconds."""
    return Seconds(flop / rate)


def peak_fact(known) -> Fact | Derived:
    """The peak of the chosen format: tensor cores where the GPU has them for it, else the vector units."""
    kind, gpu, sparsity = known["format"], known["gpu"], known["sparsity"]
    if known["accumulate"] == "fp16":
        return known_peak(gpu, f"{kind}_tensor_fp16_accumulate", sparsity)
    try:
        return known_peak(gpu, f"{kind}_tensor", sparsity)
    except MissingFact:
        if sparsity == "dense":
            with suppress(MissingFact):
                return known_peak(gpu, f"{kind}_vector")
        raise


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb")
    format: str = choice("bf16", FORMATS, "Number format", "Of the operands.")
    sparsity: str = inputs.sparsity()
    accumulate: str = inputs.accumulate()
    m: float = count(
        4096,
        1,
        10_000_000,
        "Rows of the activations (m)",
        "Tokens in flight: the batch when decoding, the prompt when prefilling.",
    )
    n: float = count(4096, 1, 10_000_000, "Columns of the weights (n)", "Output features.")
    k: float = count(4096, 1, 10_000_000, "Inner dimension (k)", "Input features.")
    peak: float = inputs.peak_rate(peak_fact)
    bandwidth: float = inputs.memory_bandwidth()


@dataclass(frozen=True)
class Outputs:
    ridge_point: FlopPerByte = output("Ridge point", "FLOP/byte", "Below it memory limits, above it arithmetic.")
    intensity: FlopPerByte = output("Arithmetic intensity", "FLOP/byte", "Of this multiplication, each operand moved once.")
    bound: str = output("Limited by", None, "Memory bandwidth or arithmetic.")
    attainable: FlopPerSecond = output("Attainable rate", "TFLOPS", "The most the roofline allows.")
    share_of_peak: Number = output("Share of the peak", "%", "Attainable rate over peak rate.")
    time: Seconds = output("Least time", "us", "At the attainable rate.")
    flop: Flop = output("Arithmetic", "GFLOP", "2·m·n·k.")
    traffic: Bytes = output("Memory traffic", "MB", "Both operands read once, the result written once.")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Place a matrix multiplication on the roofline of a GPU; see `ridge_point`, `arithmetic_intensity`, `attainable`."""
    ridge = working.step("Ridge point", ridge_point, "FLOP/byte", peak=i.peak, bandwidth=i.bandwidth)
    flop = working.step("Arithmetic", gemm_flop, m=i.m, n=i.n, k=i.k)
    traffic = working.step("Memory traffic", gemm_bytes, m=i.m, n=i.n, k=i.k, element_bytes=ELEMENT_BYTES[i.format])
    intensity = working.step("Arithmetic intensity", arithmetic_intensity, flop=flop, traffic=traffic)
    rate = working.step("Attainable rate", attainable, peak=i.peak, intensity=intensity, bandwidth=i.bandwidth)
    time = working.step("Least time", time_at, flop=flop, rate=rate)
    if i.sparsity == "sparse":
        working.remark("The sparse peak counts multiplications that the 2:4 pattern skips; dense weights cannot reach it.")
    bound = "arithmetic" if intensity >= ridge else "memory bandwidth"
    return Outputs(ridge, intensity, bound, rate, Number(rate / i.peak), time, flop, traffic)


def summary(i: Inputs, o: Outputs) -> str:
    rate = show(Quantity(o.attainable, "TFLOPS"))
    return f"Limited by {o.bound}: at most {rate}, {show(Quantity(o.share_of_peak, '%'), 3)} of the peak."


def chart(run) -> Chart:
    """The roofline of the GPU with the multiplication on it."""
    i, o = run.inputs, run.result
    low, high = 1.0, max(10_000.0, o.intensity * 4)
    roof = ((low, min(i.peak, low * i.bandwidth) / 1e12), (o.ridge_point, i.peak / 1e12), (high, i.peak / 1e12))
    points = roof if low < o.ridge_point < high else tuple((x, min(i.peak, x * i.bandwidth) / 1e12) for x in (low, high))
    here = (Mark("this multiplication", max(low, o.intensity), o.attainable / 1e12),)
    ridge = (Mark("ridge point", o.ridge_point, i.peak / 1e12),) if low < o.ridge_point < high else ()
    return Chart(
        title=f"Roofline of {i.gpu.short}, {FORMATS[i.format]} {i.sparsity}",
        description=summary(i, o),
        x=Axis("Arithmetic intensity", "FLOP/byte", log=True),
        y=Axis("Rate", "TFLOPS", log=True),
        series=(Series(i.gpu.short, points, "a"),),
        marks=(*ridge, *here),
    )


CALCULATOR = Calculator(
    title="Roofline",
    subject="Hardware",
    question="Does memory or arithmetic limit this multiplication?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("ridge_point", "intensity", "attainable"),
    chart=chart,
)

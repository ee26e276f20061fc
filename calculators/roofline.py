"""Is an operation limited by memory or by arithmetic on an accelerator, what rate can it reach, and from which batch on?

The operation has an arithmetic intensity, FLOP per byte moved; the accelerator has roofs: see `calculators.roofs` for the
roofline model and `calculators.operations` for what each operation takes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from calculators import exceeded, formats, inputs
from calculators.declare import (
    Calculator,
    Typical,
    accelerator,
    choice,
    count,
    model,
    only_where,
    output,
    overridable,
    quantity,
)
from calculators.formula import formula
from calculators.operations import attention, elementwise, layer, multiplication
from calculators.operations.work import Work
from calculators.present.chart import Chart
from calculators.present.roofline_chart import Roof, rooflines
from calculators.problems import InputProblem, InputProblems
from calculators.records import Record
from calculators.roofline_cache import from_cache
from calculators.roofline_others import SIDES, Other, others_of, peak_of
from calculators.roofs import (
    arithmetic_intensity,
    attainable,
    cache_rate,
    cache_size,
    ridge_point,
    time_at,
)
from calculators.schema import FORMATS
from calculators.units import Bytes, Flop, FlopPerByte, FlopPerSecond, Number, Quantity, Seconds, show
from calculators.working import Working

WORKLOADS = {
    "gemm": "matrix multiplication (GEMM)",
    "batched": "independent multiplications (batched GEMM)",
    "gemv": "matrix times vector (GEMV)",
    "prefill": "attention of a prompt (prefill)",
    "decode": "attention of a new token (decode)",
    "elementwise": "elementwise",
    "layer": "one layer of a model, decoding",
}
SOURCES = {"memory": "memory", "l2": "the L2 cache, where what ran before has left them"}
_WORK = {
    "gemm": multiplication.gemm,
    "batched": multiplication.batched,
    "gemv": multiplication.gemv,
    "prefill": attention.prefill,
    "decode": attention.decode,
    "elementwise": elementwise.elementwise,
    "layer": layer.layer,
}
_ATTENTION = ("prefill", "decode")
_STORED = {multiplication.SAME: "the number format of the operands"}
_WEIGHTS = _STORED | {slug: kind.label for slug, kind in formats.WEIGHTS.items() if not kind.raised}


@formula("measured / bound")
def share_of_bound(measured: FlopPerSecond, bound: FlopPerSecond) -> Number:
    """Share of the rate that the roofline allows which a measurement reached."""
    return Number(measured / bound)


def _of(*workloads: str):
    """Declares an input that only some workloads have."""
    return lambda field: only_where("workload", workloads, field)


def _count(default: int, label: str, help: str, unit: str = "", low: int = 1) -> Any:
    return count(default, low, 10_000_000, label, help, unit)


_elements = _of("elementwise")


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb")
    workload: str = choice("gemm", WORKLOADS, "Operation", "What is placed under the roof.")
    format: str = choice("bf16", FORMATS, "Number format", "Of the operands.")
    matrices: float | None = _of("batched")(_count(32, "Multiplications", "Each has operands and a result of its own."))
    m: float | None = _of("gemm", "batched")(
        _count(4096, "Rows of the activations (m)", "Tokens in flight: the batch when decoding, the prompt when prefilling.")
    )
    n: float | None = _of("gemm", "batched", "gemv")(_count(4096, "Columns of the weights (n)", "Output features."))
    k: float | None = _of("gemm", "batched", "gemv")(_count(4096, "Inner dimension (k)", "Input features."))
    model: Record | None = _of("layer")(model("llama-3.1-8b"))
    batch: float | None = _of("prefill", "decode", "layer")(_count(1, "Sequences", "Processed together.", "sequence"))
    sequence: float | None = _of("prefill")(_count(4096, "Prompt", "Tokens of each sequence.", "token"))
    context: float | None = _of("decode", "layer")(
        _count(4096, "Tokens per sequence", "That a new token attends to. Of a layer, none: its matrices alone.", "token", 0)
    )
    heads: float | None = _of(*_ATTENTION)(_count(32, "Query heads", "Of one layer.", "head"))
    kv_heads: float | None = _of(*_ATTENTION)(_count(8, "KV heads", "Fewer than query heads: GQA. One: MQA.", "head"))
    head_dim: float | None = _of(*_ATTENTION)(_count(128, "Head dimension", "Elements of a query, a key, a value."))
    mask: str | None = _of("prefill")(
        choice("causal", attention.MASKS, "Each token attends to", "Decoders mask what comes after.")
    )
    kernel: str | None = _of("prefill")(choice("fused", attention.KERNELS, "Kernel", "Where the scores go."))
    span: str | None = _of("layer")(choice("most", layer.SPANS, "Each token attends to", "Some layers see a window only."))
    weights: str | None = _of("gemm", "gemv", "layer")(
        choice("same", _WEIGHTS, "Weights stored in", "Read in it, multiplied in the other.")
    )
    kv: str | None = _of("decode", "layer")(
        choice("same", _STORED | formats.KV_CHOICES, "KV cache stored in", "Read in it, multiplied in the other.")
    )
    elements: float | None = _elements(_count(4_194_304, "Elements", "Of one array."))
    operations: float | None = _elements(
        quantity("1", "", "0.001", "100000", "FLOP per element", "A multiply-add is two, a comparison one.")
    )
    reads: float | None = _elements(_count(1, "Arrays read", "Of that many elements.", low=0))
    writes: float | None = _elements(_count(1, "Arrays written", "Of that many elements.", low=0))
    second: Record | None = accelerator("", "Compared with", "Another accelerator on the same plot; or none.", optional=True)
    third: Record | None = accelerator("", "and with", "A third; or none.", optional=True)
    fourth: Record | None = accelerator("", "and with", "A fourth; or none.", optional=True)
    source: str = choice("memory", SOURCES, "Operands come from", "A working set that fits can stay in the cache.")
    sparsity: str = inputs.sparsity()
    accumulate: str = inputs.accumulate()
    measured: float | None = overridable(
        lambda known: None,
        *("TFLOPS", "0.000001 TFLOPS", "1000000 TFLOPS", "Measured rate", "If you measured one: how near to the bound is it?"),
        optional=True,
    )
    peak: float = inputs.peak_rate(peak_of)
    bandwidth: float = inputs.memory_bandwidth()
    l2_bandwidth: float | None = overridable(
        lambda known: cache_rate(known["gpu"]),
        *("GB/s", "0.1 GB/s", "1000000 GB/s", "L2 bandwidth", "Read bandwidth of the L2 cache, where it is known; or your own."),
        optional=True,
    )
    l2_size: float | None = overridable(
        lambda known: cache_size(known["gpu"]),
        *("MiB", "0.01 MiB", "100000 MiB", "L2 size", "From the GPU, counted in 1,024s as caches are; or your own."),
        optional=True,
    )


def _side(what: str, spec: Any) -> Any:
    return output(f"{what}", spec, "The same operation on that accelerator.")


@dataclass(frozen=True)
class Outputs:
    ridge_point: FlopPerByte = output("Ridge point", "FLOP/byte", "Below it memory limits, above it arithmetic.")
    intensity: FlopPerByte = output("Arithmetic intensity", "FLOP/byte", "Of this operation, each operand moved once.")
    bound: str = output("Limited by", None, "Memory bandwidth, L2 bandwidth or arithmetic.")
    attainable: FlopPerSecond = output("Attainable rate", "TFLOPS", "The most the roofline allows.")
    share_of_peak: Number = output("Share of the peak", "%", "Attainable rate over peak rate.")
    time: Seconds = output("Least time", "us", "At the attainable rate.")
    flop: Flop = output("Arithmetic", "GFLOP", "A multiply-add is two.")
    traffic: Bytes = output("Memory traffic", "MB", "Operands read once, the result written once.")
    count_at_ridge: Number | None = output(
        "Compute bound from", "", "That many on, all else as it is; none where it never is, or always."
    )
    counted: str | None = output("Counted there", None, "Rows, tokens of a prompt or sequences.")
    working_set: Bytes = output("Working set", "MB", "What the operation touches at all.")
    share_of_l2: Number | None = output("Working set over the L2 cache", "%", "Up to 100% it can stay there.")
    l2_ridge_point: FlopPerByte | None = output("Ridge point of the L2 cache", "FLOP/byte", "Peak rate over L2 bandwidth.")
    l2_attainable: FlopPerSecond | None = output("Attainable from the L2 cache", "TFLOPS", "If all operands were there.")
    measured_share: Number | None = output("Measured over the bound", "%", "Of the rate that the roofline allows.")
    second_ridge_point: FlopPerByte | None = _side("Ridge point, second", "FLOP/byte")
    second_attainable: FlopPerSecond | None = _side("Attainable rate, second", "TFLOPS")
    second_time: Seconds | None = _side("Least time, second", "us")
    third_ridge_point: FlopPerByte | None = _side("Ridge point, third", "FLOP/byte")
    third_attainable: FlopPerSecond | None = _side("Attainable rate, third", "TFLOPS")
    third_time: Seconds | None = _side("Least time, third", "us")
    fourth_ridge_point: FlopPerByte | None = _side("Ridge point, fourth", "FLOP/byte")
    fourth_attainable: FlopPerSecond | None = _side("Attainable rate, fourth", "TFLOPS")
    fourth_time: Seconds | None = _side("Least time, fourth", "us")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Place an operation on the roofline of one to four accelerators; see `ridge_point`, `arithmetic_intensity`, `attainable`.

    Raises InputProblems for what the operation or an accelerator does not have, and for a measurement above the bound.
    """
    _refuse(i)
    others = others_of(i, working)
    ridge = working.step("Ridge point", ridge_point, "FLOP/byte", peak=i.peak, bandwidth=i.bandwidth)
    work = _WORK[i.workload](i, working)
    intensity = working.step("Arithmetic intensity", arithmetic_intensity, flop=work.flop, traffic=work.traffic)
    cached = from_cache(i, work, intensity, working)
    slope, at_ridge = (i.l2_bandwidth, cached["l2_ridge_point"]) if i.source == "l2" else (i.bandwidth, ridge)
    rate = working.step("Attainable rate", attainable, peak=i.peak, intensity=intensity, bandwidth=slope)
    time = working.step("Least time", time_at, flop=work.flop, rate=rate)
    if i.sparsity == "sparse":
        working.remark("The sparse peak counts multiplications that the 2:4 pattern skips; dense weights cannot reach it.")
    return Outputs(
        ridge_point=ridge,
        intensity=intensity,
        bound=_bound(i, intensity, at_ridge),
        attainable=rate,
        share_of_peak=Number(rate / i.peak),
        time=time,
        flop=work.flop,
        traffic=work.traffic,
        count_at_ridge=_count_at_ridge(i, work, intensity, at_ridge, working),
        counted=work.growth.what if work.growth and not work.growth.constant else None,
        working_set=work.working_set,
        measured_share=_measured(i, work, rate, working),
        **cached,
        **_sides(i, others, work, intensity, working),
    )


def _refuse(i: Inputs) -> None:
    """Refuse what the operation does not have, and an accelerator that is chosen twice."""
    problems = []
    if i.sparsity == "sparse" and i.workload in (*_ATTENTION, "elementwise"):
        problems.append(InputProblem("sparsity", i.sparsity, "means nothing where no weights are multiplied", "dense"))
    if i.accumulate == "fp16" and i.workload == "elementwise":
        problems.append(InputProblem("accumulate", i.accumulate, "means nothing where no products are summed", "fp32"))
    if i.workload in _ATTENTION and i.heads % i.kv_heads:
        message = f"does not divide {i.heads:g} query heads: each KV head serves a group of equal size"
        problems.append(InputProblem("kv_heads", f"{i.kv_heads:g}", message, f"a divisor of {i.heads:g}"))
    if i.workload == "decode" and not i.context:
        problems.append(InputProblem("context", "0", "leaves nothing to attend to", "at least 1 token"))
    if i.workload == "elementwise" and not i.reads + i.writes:
        problems.append(InputProblem("reads", "0", "leaves nothing that is moved", "an array read, or one written"))
    chosen = [i.gpu.slug]
    for side in SIDES:
        if gpu := getattr(i, side):
            if gpu.slug in chosen:
                problems.append(InputProblem(side, gpu.slug, "is on the plot already", "another accelerator"))
            chosen.append(gpu.slug)
    if problems:
        raise InputProblems(problems)


def _bound(i: Inputs, intensity: float, ridge: float) -> str:
    if intensity >= ridge:
        return "arithmetic"
    return "L2 bandwidth" if i.source == "l2" else "memory bandwidth"


def _count_at_ridge(i: Inputs, work: Work, intensity: float, ridge: float, working: Working) -> float | None:
    """From how many rows, tokens or sequences on arithmetic limits; None with a remark where that never changes."""
    here, there = (show(Quantity(value, "FLOP/byte"), 3) for value in (intensity, ridge))
    never = "it is compute bound at any size" if intensity >= ridge else "it never turns compute bound"
    if work.growth is None:
        working.remark(f"{work.alone}: at {here} against a ridge point of {there} {never}.")
        return None
    if work.growth.constant:
        working.remark(f"Each of its {work.growth.what} brings its own bytes: {here} for any number of them, so {never}.")
        return None
    found = work.growth.at_ridge(ridge, working)
    if found is None:
        most = show(Quantity(work.growth.limit, "FLOP/byte"), 3)
        said = f"however many, it stays below {most}, and the ridge point is {there}"
        working.remark(f"More {work.growth.what} do not make it compute bound: {said}.")
    return found


def _measured(i: Inputs, work: Work, rate: float, working: Working) -> float | None:
    """Share of the bound that was measured. Raises InputProblems for one above the bound, with what could explain it."""
    if i.measured is None:
        return None
    share = working.step("Measured over the bound", share_of_bound, "%", measured=i.measured, bound=rate)
    if share > 1:
        raise InputProblems([exceeded.problem(i, work, rate)])
    return share


def _sides(i: Inputs, others: dict[str, Other], work: Work, intensity: float, working: Working) -> dict[str, float | None]:
    """The results of the other accelerators."""
    found: dict[str, float | None] = {f"{side}_{what}": None for side in SIDES for what in ("ridge_point", "attainable", "time")}
    for side, other in others.items():
        name, peak = other.gpu.short, other.roof.peak
        ridge = working.step(f"Ridge point of {name}", ridge_point, "FLOP/byte", peak=peak, bandwidth=other.roof.bandwidth)
        rate = working.step(f"Attainable rate of {name}", attainable, peak=peak, intensity=intensity, bandwidth=other.slope)
        time = working.step(f"Least time on {name}", time_at, flop=work.flop, rate=rate)
        found |= {f"{side}_ridge_point": ridge, f"{side}_attainable": rate, f"{side}_time": time}
    return found


def summary(i: Inputs, o: Outputs) -> str:
    rate = show(Quantity(o.attainable, "TFLOPS"))
    answer = f"Limited by {o.bound}: at most {rate}, {show(Quantity(o.share_of_peak, '%'), 3)} of the peak."
    if o.count_at_ridge is not None:
        answer += f" Compute bound from {show(Quantity(o.count_at_ridge, ''))} {o.counted} on."
    reached = f" Measured: {show(Quantity(o.measured_share, '%'), 3)} of that." if o.measured_share is not None else ""
    return answer + reached + "".join(_said(i, o))


def _said(i: Inputs, o: Outputs) -> Iterator[str]:
    for side in SIDES:
        if gpu := getattr(i, side):
            yield f" {gpu.short}: at most {show(Quantity(getattr(o, f'{side}_attainable'), 'TFLOPS'))}."


def chart(run) -> Chart:
    """The rooflines with the operation on each."""
    i, o = run.inputs, run.result
    roofs = [Roof(i.gpu.short, i.peak, i.bandwidth, i.l2_bandwidth)]
    roofs += [other.roof for other in others_of(i, Working()).values()]
    return rooflines(i, roofs, o.intensity, summary(i, o))


def reaching(i: Inputs, share: float, besides: float) -> dict[str, float | None]:
    """The inputs of an operation that reaches a share of the roofline: the roofline lowered to it."""
    roofs = {name: getattr(i, name) for name in ("peak", "bandwidth", "l2_bandwidth") if getattr(i, name) is not None}
    lowered = {name: roof * share for name, roof in roofs.items()}
    return lowered if i.measured is None else lowered | {"measured": None}


CALCULATOR = Calculator(
    title="Roofline",
    subject="Hardware",
    question="Does memory or arithmetic limit this operation, and from which batch on?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("attainable", "intensity", "ridge_point", "count_at_ridge"),
    chart=chart,
    typical=Typical("multiplying", ("attainable", "time"), reaching),
)

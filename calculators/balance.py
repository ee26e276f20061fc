"""How do a card's memory, bandwidth, arithmetic and power stand to each other?

Machine balance: McCalpin, "Memory bandwidth and machine balance in current high performance computers", IEEE TCCA newsletter,
December 1995. A card that is large for its bandwidth takes long to read what it holds, and every decoded token reads the
weights once; power per rate is what a rack or a socket is limited by.
"""

from dataclasses import dataclass

from calculators import inputs
from calculators.declare import Calculator, accelerator, output, overridable
from calculators.formula import formula
from calculators.records import Record
from calculators.roofs import peak_fact, ridge_point
from calculators.schema import FORMATS
from calculators.units import (
    Bytes,
    BytesPerJoule,
    BytesPerSecond,
    BytesPerSecondPerByte,
    BytesPerUsd,
    FlopPerByte,
    FlopPerJoule,
    FlopPerSecond,
    FlopPerUsd,
    Quantity,
    Seconds,
    UsdPerSecond,
    Watts,
    show,
)
from calculators.working import Working


@formula("capacity / bandwidth")
def sweep_time(capacity: Bytes, bandwidth: BytesPerSecond) -> Seconds:
    """Least time to read the whole memory once, in seconds: the floor of a decoding step on a full card.

    H100 SXM: 85.52e9 bytes as the driver reports / 3.352e12 bytes/s = 25.5 ms.
    """
    return Seconds(capacity / bandwidth)


@formula("bandwidth / capacity")
def bandwidth_per_capacity(bandwidth: BytesPerSecond, capacity: Bytes) -> BytesPerSecondPerByte:
    """Bandwidth for every byte of memory, in byte/s per byte: how often per second the memory can be read whole.

    H100 SXM: 3352 GB/s / 85.52 GB = 39.2 GB/s per GB.
    """
    return BytesPerSecondPerByte(bandwidth / capacity)


@formula("peak / power")
def rate_per_watt(peak: FlopPerSecond, power: Watts) -> FlopPerJoule:
    """Peak rate for every watt of the power limit, in FLOP/s per watt, which is FLOP per joule.

    H100 SXM, dense BF16: 989.4 TFLOPS / 700 W = 1413 GFLOPS/W. An upper bound: at its power limit a GPU may clock lower.
    """
    return FlopPerJoule(peak / power)


@formula("bandwidth / power")
def bandwidth_per_watt(bandwidth: BytesPerSecond, power: Watts) -> BytesPerJoule:
    """Bandwidth for every watt of the power limit, in byte/s per watt: what decoding at small batches lives on.

    H100 SXM: 3352 GB/s / 700 W = 4.79 GB/s per watt.
    """
    return BytesPerJoule(bandwidth / power)


@formula("peak / hourly")
def rate_per_dollar(peak: FlopPerSecond, hourly: UsdPerSecond) -> FlopPerUsd:
    """Arithmetic at the peak rate for every dollar of rent, in FLOP per USD: an upper bound, at full utilization.

    H100 SXM, dense BF16, at 2.50 USD/h: 989.4e12 FLOP/s * 3600 s / 2.50 USD = 1.42e18 FLOP per USD.
    """
    return FlopPerUsd(peak / hourly)


@formula("bandwidth / hourly")
def traffic_per_dollar(bandwidth: BytesPerSecond, hourly: UsdPerSecond) -> BytesPerUsd:
    """Bytes read at the full bandwidth for every dollar of rent, in bytes per USD: what decoding at small batches pays for.

    H100 SXM at 2.50 USD/h: 3352e9 bytes/s * 3600 s / 2.50 USD = 4.83e15 bytes per USD.
    """
    return BytesPerUsd(bandwidth / hourly)


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb")
    format: str = inputs.number_format("fp16")
    sparsity: str = inputs.sparsity()
    accumulate: str = inputs.accumulate()
    peak: float | None = inputs.peak_rate(peak_fact, optional=True)
    bandwidth: float = inputs.memory_bandwidth()
    capacity: float = overridable(
        inputs.usable_memory,
        "GB",
        "0.1 GB",
        "100000 GB",
        "Memory",
        "As the driver reports it where known; or the part that you fill.",
    )
    power: float | None = overridable(
        inputs.of_gpu("power.tdp"), "W", "1 W", "100000 W", "Power limit", "From the GPU; or the limit that you set.", True
    )
    hourly: float | None = overridable(
        lambda known: None,
        "USD/h",
        "0.001 USD/h",
        "10000 USD/h",
        "Rent per hour",
        "Of one GPU, for the figures per dollar.",
        True,
    )


@dataclass(frozen=True)
class Outputs:
    ridge_point: FlopPerByte | None = output("Ridge point", "FLOP/byte", "Arithmetic per byte read that keeps both busy.")
    sweep_time: Seconds = output("Time to read the memory", "ms", "All of it, once, at the full bandwidth.")
    bandwidth_per_capacity: BytesPerSecondPerByte = output(
        "Bandwidth per GB of memory", "GB/s/GB", "How often per second the memory can be read whole."
    )
    rate_per_watt: FlopPerJoule | None = output("Peak rate per watt", "GFLOPS/W", "At the power limit.")
    bandwidth_per_watt: BytesPerJoule | None = output("Bandwidth per watt", "GB/s/W", "At the power limit.")
    rate_per_dollar: FlopPerUsd | None = output("Peak arithmetic per dollar", "EFLOP/USD", "At the peak rate, all the time.")
    traffic_per_dollar: BytesPerUsd | None = output("Memory traffic per dollar", "PB/USD", "At the full bandwidth, all the time.")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Balance of a card; see `ridge_point`, `sweep_time`, `bandwidth_per_capacity`, `rate_per_watt`, `bandwidth_per_watt`.

    What needs a peak or a power limit that is not known is None.
    """

    def step(label: str, formula, unit: str, **terms: float | None):
        return None if None in terms.values() else working.step(label, formula, unit, **terms)

    return Outputs(
        step("Ridge point", ridge_point, "FLOP/byte", peak=i.peak, bandwidth=i.bandwidth),
        step("Time to read the memory", sweep_time, "ms", capacity=i.capacity, bandwidth=i.bandwidth),
        step("Bandwidth per GB", bandwidth_per_capacity, "GB/s/GB", bandwidth=i.bandwidth, capacity=i.capacity),
        step("Peak rate per watt", rate_per_watt, "GFLOPS/W", peak=i.peak, power=i.power),
        step("Bandwidth per watt", bandwidth_per_watt, "GB/s/W", bandwidth=i.bandwidth, power=i.power),
        step("Peak arithmetic per dollar", rate_per_dollar, "EFLOP/USD", peak=i.peak, hourly=i.hourly),
        step("Memory traffic per dollar", traffic_per_dollar, "PB/USD", bandwidth=i.bandwidth, hourly=i.hourly),
    )


def summary(i: Inputs, o: Outputs) -> str:
    time = show(Quantity(o.sweep_time, "ms"), 3)
    if o.ridge_point is None:
        return f"{i.gpu.short} reads its whole memory in {time}; its {FORMATS[i.format]} peak is not known."
    ridge = show(Quantity(o.ridge_point, "FLOP/byte"), 3)
    return f"{i.gpu.short} reads its whole memory in {time} and needs {ridge} to be limited by arithmetic."


CALCULATOR = Calculator(
    title="Balance of a GPU",
    subject="Hardware",
    question="How do a GPU's memory, bandwidth, arithmetic and power stand to each other?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("ridge_point", "sweep_time", "bandwidth_per_capacity", "rate_per_watt"),
)

"""Where does a memory bandwidth come from: bus width times data rate; what is it per stack and per GB, and how long is a sweep?

Every line of the bus (a pin of each memory chip or stack) carries the data rate; a rate is a clock times the transfers in each of
its cycles. Method: NVIDIA Ada GPU Architecture, appendix A, where 384 bit and 21 Gbps give 1008 GB/s.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from calculators import inputs
from calculators.balance import bandwidth_per_capacity, sweep_time
from calculators.declare import Calculator, Derived, Typical, accelerator, output, overridable, quantity
from calculators.formula import formula
from calculators.peak_rate import factor
from calculators.present.chart import Axis, Bar, Bars, Segment
from calculators.problems import InputProblem, InputProblems
from calculators.records import Fact, MissingFact, Record
from calculators.units import (
    Bytes,
    BytesPerSecond,
    BytesPerSecondPerByte,
    Hertz,
    Number,
    Quantity,
    Seconds,
    show,
)
from calculators.working import Working

_BITS_PER_BYTE = 8
_ROUNDING = 0.01  # of a printed bandwidth: data rates are often printed with one digit


@formula("clock * transfers * bit")
def rate_per_pin(clock: Hertz, transfers: Number, bit: Bytes) -> BytesPerSecond:
    """Data rate of one pin, in bytes/s: a transfer moves one bit, an eighth of a byte.

    H100 SXM, HBM3: 2619 MHz * 2 transfers = 5.238 Gbit/s = 0.65475 GB/s.
    """
    return BytesPerSecond(clock * transfers * bit)


@formula("pins * rate_per_pin")
def bus_bandwidth(pins: Number, rate_per_pin: BytesPerSecond) -> BytesPerSecond:
    """Bandwidth of a memory bus of `pins` data lines, in bytes/s. RTX 4090: 384 * 21 Gbit/s / 8 = 1008 GB/s."""
    return BytesPerSecond(pins * rate_per_pin)


@formula("bandwidth * (1 - ecc) * reached")
def usable_bandwidth(bandwidth: BytesPerSecond, ecc: Number, reached: Number) -> BytesPerSecond:
    """Bandwidth left for data, in bytes/s, when `ecc` of it moves check bits and `reached` of the rest is reached."""
    return BytesPerSecond(bandwidth * (1 - ecc) * reached)


@formula("capacity * (1 - ecc)")
def usable_capacity(capacity: Bytes, ecc: Number) -> Bytes:
    """Memory left for data, in bytes, when check bits take the share `ecc` of it."""
    return Bytes(capacity * (1 - ecc))


@formula("total / stacks")
def per_stack(total: BytesPerSecond, stacks: Number) -> BytesPerSecond:
    """Bandwidth of one stack of memory, in bytes/s. MI300X: 5325 GB/s / 8 = 665.6 GB/s."""
    return BytesPerSecond(total / stacks)


def data_rate(gpu: Record) -> Fact | Derived:
    """Data rate of a pin: as stated, else memory clock times transfers per clock. Raises MissingFact."""
    if "memory.data_rate" in gpu or "memory.memory_clock" not in gpu:
        return gpu["memory.data_rate"]
    clock, transfers = gpu["memory.memory_clock"], gpu["memory.transfers_per_clock"]
    how = "Memory clock times transfers per clock."
    rate = rate_per_pin(clock.base, transfers.base, 1 / _BITS_PER_BYTE)
    return Derived(Quantity(rate, "Gbit/s"), (clock, transfers), how)


def _of_gpu_or_none(key: str, unit: str) -> Callable[[Mapping[str, Any]], Fact | Quantity]:
    """The fact of the chosen GPU, or nothing of it: what ECC takes where no source says that it takes any."""
    return lambda known: known["gpu"].facts.get(key) or Quantity(0.0, unit)


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb")
    against: Record = accelerator("a100-sxm4-80gb", "Compared with", "Another accelerator, or the same one.")
    reached: float = quantity(
        "100%", "%", "1%", "100%", "Bandwidth reached", "100% gives the floor of the time; programs reach less."
    )
    bus: float | None = overridable(
        inputs.of_gpu("memory.bus_width"), "bit", "1 bit", "100000 bit", "Bus width", "From the GPU; or your own.", True
    )
    rate: float | None = overridable(
        lambda known: data_rate(known["gpu"]),
        *("Gbit/s", "0.001 Gbit/s", "1000 Gbit/s", "Data rate per pin"),
        "From the GPU, or its memory clock times the transfers in each cycle; or your own.",
        True,
    )
    stacks: float | None = overridable(
        inputs.of_gpu("memory.stacks"),
        "stack",
        "1",
        "1000",
        "Memory stacks",
        "From the GPU where known; or your count.",
        True,
        True,
    )
    printed: float | None = overridable(
        inputs.of_gpu("memory.bandwidth"),
        *("GB/s", "0.1 GB/s", "1000000 GB/s", "Printed bandwidth"),
        "What the vendor states; computed with where bus width or data rate are not known.",
        True,
    )
    capacity: float = overridable(
        inputs.of_gpu("memory.capacity"), "GB", "0.001 GB", "100000 GB", "Memory", "As marketed; or the part that you read."
    )
    ecc_bandwidth: float = overridable(
        _of_gpu_or_none("memory.ecc_bandwidth_cost", "%"),
        *("%", "0%", "50%", "Bandwidth that ECC takes"),
        "None where check bits have lines of their own, as in HBM; your figure for ECC in the data, as on some GDDR cards.",
    )
    ecc_capacity: float = overridable(
        _of_gpu_or_none("memory.ecc_capacity_cost", "%"), "%", "0%", "50%", "Memory that ECC takes", "In the same way."
    )


@dataclass(frozen=True)
class Outputs:
    bandwidth: BytesPerSecond = output("Bandwidth", "GB/s", "Bus width times data rate; as printed where these are not known.")
    printed: BytesPerSecond | None = output("Printed bandwidth", "GB/s", "What the vendor states, where it states it.")
    difference: Number | None = output("Computed over printed", "%", "How far the two are apart.", signed=True)
    usable: BytesPerSecond = output("Bandwidth for data", "GB/s", "After ECC, and at the share reached.")
    sweep_time: Seconds = output("Time to read the memory", "ms", "All that is left for data, once.")
    per_capacity: BytesPerSecondPerByte = output(
        "Bandwidth per GB", "GB/s/GB", "How often per second the memory can be read whole."
    )
    usable_capacity: Bytes = output("Memory for data", "GB", "After ECC.")
    per_stack: BytesPerSecond | None = output("Bandwidth per stack", "GB/s", "Where the number of stacks is known.")
    pins_per_stack: Number | None = output("Lines per stack", "", "Bus width over stacks.")
    other: BytesPerSecond = output("Bandwidth of the other", "GB/s", "Computed in the same way.")
    ratio: Number = output("Ratio", "x", "Bandwidth over that of the other.")
    ratio_of_widths: Number | None = output("from bus width", "x", "How much wider the bus is.")
    ratio_of_rates: Number | None = output("from data rate", "x", "How much faster each pin is.")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Memory bandwidth of one accelerator and its ratio to another; see `bus_bandwidth`, `sweep_time`.

    Raises InputProblems where neither bus width and data rate nor a printed bandwidth is known.
    """
    pins = None if i.bus is None else i.bus * _BITS_PER_BYTE
    own = _bandwidth(i.gpu, pins, i.rate, i.printed, "printed", working)
    other_pins, other_rate = _known_of(i.against, working)
    other = _bandwidth(i.against, other_pins, other_rate, _printed_of(i.against), "against", working)
    left = working.step("Bandwidth for data", usable_bandwidth, "GB/s", bandwidth=own, ecc=i.ecc_bandwidth, reached=i.reached)
    held = working.step("Memory for data", usable_capacity, "GB", capacity=i.capacity, ecc=i.ecc_capacity)
    sweep = working.step("Time to read the memory", sweep_time, "ms", capacity=held, bandwidth=left)
    per_gb = working.step("Bandwidth per GB", bandwidth_per_capacity, "GB/s/GB", bandwidth=left, capacity=held)
    stack = working.step("Bandwidth per stack", per_stack, "GB/s", total=own, stacks=i.stacks) if i.stacks else None
    lines = Number(pins / i.stacks) if pins and i.stacks else None
    ratio = working.step("Ratio", factor, "x", "byte/s", a=own, b=other)
    both = None not in (pins, i.rate, other_pins, other_rate)
    widths = working.step("Ratio of bus widths", factor, "x", a=pins, b=other_pins) if both else None
    rates = working.step("Ratio of data rates", factor, "x", "byte/s", a=i.rate, b=other_rate) if both else None
    difference = _difference(own, i, working)
    return Outputs(own, i.printed, difference, left, sweep, per_gb, held, stack, lines, other, ratio, widths, rates)


def _difference(own: float, i: Inputs, working: Working) -> Number | None:
    if None in (i.bus, i.rate, i.printed):
        return None
    difference = Number(own / i.printed - 1)
    if abs(difference) > _ROUNDING:
        working.remark("Computed and printed bandwidth differ by more than rounding of the bandwidth: see the facts behind them.")
    return difference


def _bandwidth(
    gpu: Record, pins: float | None, rate: float | None, printed: float | None, field: str, working: Working
) -> BytesPerSecond:
    if pins is not None and rate is not None:
        return working.step(f"Bandwidth of {gpu.short}", bus_bandwidth, "GB/s", pins=pins, rate_per_pin=rate)
    if printed is None:
        message = f"{gpu.short} has neither bus width and data rate nor a printed bandwidth"
        given = gpu.slug if field == "against" else ""
        raise InputProblems([InputProblem(field, given, message, "a bandwidth, typed in, or another accelerator")])
    working.remark(f"{gpu.short}: bus width or data rate are not known; this is the printed bandwidth.")
    return BytesPerSecond(printed)


def _known_of(gpu: Record, working: Working) -> tuple[float | None, float | None]:
    """Bus lines and data rate of a pin of an accelerator that is compared with."""
    try:
        bus, found = gpu["memory.bus_width"], data_rate(gpu)
    except MissingFact:
        if "memory.bandwidth" in gpu:
            working.use(gpu["memory.bandwidth"])
        return None, None
    working.use(bus, *(found.facts if isinstance(found, Derived) else (found,)))
    return bus.base * _BITS_PER_BYTE, found.quantity.base


def _printed_of(gpu: Record) -> float | None:
    return gpu["memory.bandwidth"].base if "memory.bandwidth" in gpu else None


def summary(i: Inputs, o: Outputs) -> str:
    rate, time = show(Quantity(o.usable, "GB/s")), show(Quantity(o.sweep_time, "ms"), 3)
    ratio = show(Quantity(o.ratio, "x"), 3)
    return f"{i.gpu.short} reads {rate} and its whole memory in {time}; {ratio} the bandwidth of {i.against.short}."


def chart(run) -> Bars:
    """Both bandwidths as bars: what is left for data, and what ECC and programs leave unused."""
    i, o = run.inputs, run.result
    lost = o.bandwidth - o.usable
    own = (Segment("for data", o.usable / 1e9, "a"), *((Segment("not reached, or ECC", lost / 1e9, "b"),) if lost > 0 else ()))
    other = (Segment("for data", o.other / 1e9, "a"),)
    return Bars(
        title="Memory bandwidth",
        description=summary(i, o),
        x=Axis("Bandwidth", "GB/s"),
        bars=(Bar(i.gpu.short, own), Bar(f"{i.against.short} (compared)", other)),
    )


CALCULATOR = Calculator(
    title="Memory bandwidth",
    subject="Hardware",
    question="Where does a memory bandwidth come from, and how long does it take to read the whole memory?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("bandwidth", "printed", "sweep_time", "per_capacity"),
    chart=chart,
    typical=Typical("copying", ("usable", "sweep_time"), lambda i, share, besides: {"reached": share}),
)

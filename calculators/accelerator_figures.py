"""The main figures of an accelerator, each counted in one way, so that any two can be divided by each other.

Peak rates are dense and summed in FP32; links are one way; memory and power are as marketed. A figure that is not known, or
known only when counted otherwise, is None: it is not replaced by one of another kind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from calculators.balance import bandwidth_per_capacity, rate_per_watt, sweep_time
from calculators.declare import Derived
from calculators.interconnect import INSIDE_A_PACKAGE, has_own_link, over_own_links, over_pcie, own_link
from calculators.peak_rate import known_peak
from calculators.records import Fact, MissingFact, Record
from calculators.roofs import ridge_point
from calculators.schema import LINKS
from calculators.units import Quantity

_SIXTEEN_BITS = ("fp16_tensor", "bf16_tensor")


@dataclass(frozen=True, slots=True)
class Known:
    """The value of a figure, the facts behind it, and what a reader must know of it."""

    quantity: Quantity
    facts: tuple[Fact, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that every accelerator may have: its name, its unit, and where it comes from."""

    label: str
    unit: str
    help: str
    find: Callable[[Record], Known | None]

    def of(self, gpu: Record) -> Known | None:
        """This figure of an accelerator, in its unit; None where it is not known."""
        found = self.find(gpu)
        return found and Known(Quantity(found.quantity.base, self.unit), found.facts, found.remark)


def peak(gpu: Record, key: str) -> Known | None:
    """A dense peak as printed, else as half of the printed sparse one, else computed."""
    return _attempt(lambda: known_peak(gpu, key), gpu)


def sixteen_bits(gpu: Record) -> Known | None:
    """The FP16 rate of the matrix units, or the BF16 rate of accelerators that have no FP16."""
    for key in _SIXTEEN_BITS:
        if found := peak(gpu, key):
            remark = found.remark if key == _SIXTEEN_BITS[0] else f"{gpu.short}: the half-precision rate is that of BF16."
            return Known(found.quantity, found.facts, remark)
    return None


def to_others(gpu: Record) -> Known | None:
    """What one accelerator can send to another of its kind, one way: over its own links, else over PCIe."""
    if has_own_link(gpu):
        own = _attempt(lambda: over_own_links(gpu), gpu)
        return own and Known(own.quantity, own.facts)
    if own_link(gpu) is None and _has_an_unrated_link(gpu):
        return None
    found = _attempt(lambda: over_pcie(gpu), gpu)
    return found and Known(found.quantity, found.facts, f"{gpu.short} has no link of its own; its link is the PCIe slot.")


def _has_an_unrated_link(gpu: Record) -> bool:
    return any(f"interconnect.{slug}_total" in gpu.missing for slug in LINKS if slug not in INSIDE_A_PACKAGE)


def _attempt(find: Callable[[], Fact | Derived], gpu: Record) -> Known | None:
    try:
        return _known(find(), gpu)
    except MissingFact:
        return None


def _known(found: Fact | Derived, gpu: Record) -> Known:
    if isinstance(found, Fact):
        return Known(found.quantity, (found,))
    return Known(found.quantity, found.facts, f"{gpu.short}: {found.how}")


def _fact(key: str) -> Callable[[Record], Known | None]:
    return lambda gpu: Known(gpu[key].quantity, (gpu[key],)) if key in gpu else None


def _derived(formula: Callable, unit: str, **parts: Callable[[Record], Known | None]) -> Callable[[Record], Known | None]:
    """A figure worked out of others by a formula; None where one of them is not known."""

    def find(gpu: Record) -> Known | None:
        found: Mapping[str, Known | None] = {name: part(gpu) for name, part in parts.items()}
        if None in found.values():
            return None
        value = formula(**{name: known.quantity.base for name, known in found.items()})
        return Known(Quantity(value, unit), tuple(fact for known in found.values() for fact in known.facts))

    return find


_capacity, _bandwidth, _power = _fact("memory.capacity"), _fact("memory.bandwidth"), _fact("power.tdp")
FIGURES = {
    "capacity": Figure("Memory", "GB", "As marketed.", _capacity),
    "bandwidth": Figure("Memory bandwidth", "GB/s", "Of one accelerator.", _bandwidth),
    "half": Figure("Half-precision rate", "TFLOPS", "Dense, FP16 or BF16 summed in FP32.", sixteen_bits),
    "fp8": Figure("FP8 rate", "TFLOPS", "Dense, summed in FP32.", lambda gpu: peak(gpu, "fp8_tensor")),
    "link": Figure("Link, one way", "GB/s", "To another of its kind: own links, else PCIe.", to_others),
    "power": Figure("Power limit", "W", "TDP.", _power),
    "rate_per_watt": Figure(
        "Half-precision rate per watt",
        "GFLOPS/W",
        "At the power limit.",
        _derived(rate_per_watt, "GFLOPS/W", peak=sixteen_bits, power=_power),
    ),
    "ridge": Figure(
        "Ridge point",
        "FLOP/byte",
        "Half-precision rate over bandwidth.",
        _derived(ridge_point, "FLOP/byte", peak=sixteen_bits, bandwidth=_bandwidth),
    ),
    "bandwidth_per_capacity": Figure(
        "Bandwidth per GB of memory",
        "GB/s/GB",
        "How often per second the memory can be read whole.",
        _derived(bandwidth_per_capacity, "GB/s/GB", bandwidth=_bandwidth, capacity=_capacity),
    ),
    "sweep_time": Figure(
        "Time to read the memory",
        "ms",
        "All of it, once.",
        _derived(sweep_time, "ms", capacity=_capacity, bandwidth=_bandwidth),
    ),
}

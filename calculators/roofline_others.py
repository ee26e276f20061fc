"""Several accelerators under the same operation: in one format, counted alike, or refused by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculators.declare import Derived
from calculators.present.roofline_chart import Roof
from calculators.problems import InputProblem, InputProblems
from calculators.records import Fact, MissingFact, Record
from calculators.roofs import cache_rate, formats_of, peak_fact, vector_peak
from calculators.schema import FORMATS
from calculators.working import Working

SIDES = ("second", "third", "fourth")


def peak_of(known: Mapping[str, Any]) -> Fact | Derived:
    """The peak that bounds the chosen operation: that of the vector units where no matrices are multiplied."""
    return vector_peak(known) if known["workload"] == "elementwise" else peak_fact(known)


@dataclass(frozen=True, slots=True)
class Other:
    """An accelerator compared with the first, and the slope that its operands come down."""

    gpu: Record
    roof: Roof
    slope: float


def others_of(i: Any, working: Working) -> dict[str, Other]:
    """The other accelerators with their limits, in the same format and counted alike. Raises InputProblems by field."""
    found, problems = {}, []
    for side in SIDES:
        gpu = getattr(i, side)
        try:
            found |= {side: _other(i, gpu, working)} if gpu else {}
        except MissingFact as error:
            problems.append(InputProblem(side, gpu.slug, f"cannot be compared: {error}", _alternative(i, gpu)))
    if problems:
        raise InputProblems(problems)
    if found:
        _account(i, found, working)
    return found


def _other(i: Any, gpu: Record, working: Working) -> Other:
    peak = peak_of({"gpu": gpu, "workload": i.workload, "format": i.format, "sparsity": i.sparsity, "accumulate": i.accumulate})
    bandwidth = gpu["memory.bandwidth"]
    working.use(*(peak.facts if not isinstance(peak, Fact) else (peak,)), bandwidth)
    slope, cache = bandwidth.base, None
    if i.source == "l2":
        rate = cache_rate(gpu)
        working.use(*rate.facts)
        slope = cache = rate.quantity.base
    return Other(gpu, Roof(gpu.short, peak.quantity.base, bandwidth.base, cache), slope)


def _alternative(i: Any, gpu: Record) -> str:
    """What can be compared instead: a format that both are known to have, counted in the same way."""
    common = [kind for kind in formats_of(gpu, i.sparsity, i.accumulate) if kind in formats_of(i.gpu, i.sparsity, i.accumulate)]
    others = f"; or {', '.join(FORMATS[kind] for kind in common)}, which both have" if common and i.source == "memory" else ""
    return f"an accelerator for which this is known{others}"


def _account(i: Any, others: dict[str, Other], working: Working) -> None:
    """Say where what stands side by side is not of one kind."""
    known = {"workload": i.workload, "format": i.format, "sparsity": i.sparsity, "accumulate": i.accumulate}
    own = _fact_or_none({"gpu": i.gpu, **known})
    if own is None or own.quantity.base != i.peak:
        working.remark(f"The peak of {i.gpu.short} is your own number; those of the others are their {i.sparsity} peaks.")
    units = {i.gpu.short: _units(own)} | {each.gpu.short: _units(peak_of({"gpu": each.gpu, **known})) for each in others.values()}
    if len(set(filter(None, units.values()))) > 1:
        said = ", ".join(f"{name}: {kind}" for name, kind in units.items() if kind)
        working.remark(f"These peaks are not of the same kind of units: {said}.")


def _fact_or_none(known: dict[str, Any]) -> Any:
    try:
        return peak_of(known)
    except MissingFact:
        return None


def _units(peak: Any) -> str:
    """The kind of units that a peak is of; empty where it is not known."""
    keys = [fact.key for fact in ((peak,) if isinstance(peak, Fact) else peak.facts)] if peak else []
    return "vector units" if any("_vector" in key for key in keys) else "matrix units" if keys else ""

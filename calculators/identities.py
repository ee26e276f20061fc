"""Equations that tie the facts of one record together, and what backs each fact.

Bandwidth is bus width times data rate; a dense peak is units times arithmetic per clock times clock; a sparse peak is twice the
dense one; a link's total is links times rate times two directions. Rounded operands count as the interval their printed digits
stand for; counts and widths are exact. An equation whose operand was itself worked back from its result proves nothing and is
marked circular.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product

from calculators.architecture import parameter_counts
from calculators.records import Fact, Record
from calculators.units import Quantity, parse_unit, show

_BITS_PER_BYTE = 8  # both operands are normalized to bytes, but a pin's transfer and a bus line are bits
_PCIE_GT_PER_LANE = {3: 8, 4: 16, 5: 32}
_PCIE_ENCODING = Fraction(128, 130)  # 128b/130b line code of PCIe 3.0 to 5.0


@dataclass(frozen=True, slots=True)
class Identity:
    """One equation applied to one record: what it says, what it gives, and whether the printed value agrees."""

    target: Fact
    equation: str
    operands: tuple[Fact, ...]
    computed: Quantity
    holds: bool
    circular: bool = False


@dataclass(frozen=True, slots=True)
class Backing:
    """One reason to believe (or doubt) a fact."""

    kind: str  # sourced, identity, second, differs
    text: str


def half_digit(value: Decimal | int) -> Fraction:
    """Half a unit of the last printed digit."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    return Fraction(10) ** int(exponent) / 2


def interval(fact: Fact) -> tuple[Fraction, Fraction]:
    """The values, in base units, that round to the printed one."""
    factor, value, slack = parse_unit(fact.unit).factor, Fraction(fact.value), half_digit(fact.value)
    return (value - slack) * factor, (value + slack) * factor


def _exact(fact: Fact) -> tuple[Fraction, Fraction]:
    value = Fraction(fact.value) * parse_unit(fact.unit).factor
    return value, value


def _judge(
    target: Fact,
    equation: str,
    rounded: list[Fact],
    exact: list[Fact],
    constant: Fraction | int,
    circular: bool = False,
) -> Identity:
    sides = [interval(fact) for fact in rounded] + [_exact(fact) for fact in exact]
    corners = []
    for corner in product(*sides):
        value = Fraction(constant)
        for factor in corner:
            value *= factor
        corners.append(value)
    low, high = interval(target)
    middle = Fraction(constant)
    for fact in (*rounded, *exact):
        middle *= _exact(fact)[0]
    holds = min(corners) <= high and low <= max(corners)
    return Identity(target, equation, (*rounded, *exact), Quantity(float(middle), target.unit), holds, circular)


def _bandwidth(record: Record) -> Iterator[Identity]:
    if "memory.bandwidth" not in record or "memory.bus_width" not in record:
        return
    target, bus = record["memory.bandwidth"], record["memory.bus_width"]
    if "memory.data_rate" in record:
        rate = record["memory.data_rate"]
        yield _judge(target, "bus width × data rate", [rate], [bus], _BITS_PER_BYTE)
    elif "memory.memory_clock" in record and "memory.transfers_per_clock" in record:
        clock, transfers = record["memory.memory_clock"], record["memory.transfers_per_clock"]
        yield _judge(target, "bus width × memory clock × transfers per clock", [clock], [bus, transfers], 1)


def _peaks(record: Record) -> Iterator[Identity]:
    if "compute.sm_count" not in record:
        return
    for key, rate in record.section("rate").items():
        clock_key = f"peak_clock.{key}" if f"peak_clock.{key}" in record else "peak_clock.default"
        if f"peak.{key}" not in record or clock_key not in record:
            continue
        clock = record[clock_key]
        circular = "derived" in (rate.basis, clock.basis)
        yield _judge(
            record[f"peak.{key}"],
            "SMs × arithmetic per clock and SM × clock",
            [clock],
            [record["compute.sm_count"], rate],
            1,
            circular,
        )


def _sparse(record: Record) -> Iterator[Identity]:
    for key, sparse in record.section("peak_sparse").items():
        if f"peak.{key}" in record:
            yield _judge(sparse, "2 × dense peak", [record[f"peak.{key}"]], [], 2)
            yield _judge(record[f"peak.{key}"], "2:4 sparse peak ÷ 2", [sparse], [], Fraction(1, 2))


def _links(record: Record) -> Iterator[Identity]:
    keys = ("interconnect.nvlink_total", "interconnect.nvlink_links", "interconnect.nvlink_per_link")
    if all(key in record for key in keys):
        total, links, per_link = (record[key] for key in keys)
        yield _judge(total, "links × rate per link × 2 directions", [], [links, per_link], Fraction(2, 1))
    if "interconnect.nvlink_per_direction" in record and keys[0] in record:
        one_way = record["interconnect.nvlink_per_direction"]
        yield _judge(one_way, "all links ÷ 2 directions", [], [record[keys[0]]], Fraction(1, 2))
    yield from _pcie(record)


def _pcie(record: Record) -> Iterator[Identity]:
    keys = ("interconnect.pcie_per_direction", "interconnect.pcie_generation", "interconnect.pcie_lanes")
    if not all(key in record for key in keys):
        return
    target, generation, lanes = (record[key] for key in keys)
    per_lane = _PCIE_GT_PER_LANE.get(int(generation.value))
    if per_lane is None:
        return
    encoded = Fraction(per_lane * 10**9, 8) * _PCIE_ENCODING
    after = _judge(target, "lanes × transfer rate × 128/130 ÷ 8", [], [lanes], encoded)
    before = _judge(target, "lanes × transfer rate ÷ 8, before encoding", [], [lanes], Fraction(per_lane * 10**9, 8))
    yield before if before.holds and not after.holds else after


def _cores(record: Record) -> Iterator[Identity]:
    keys = ("compute.cuda_cores", "compute.sm_count", "rate.fp32_vector")
    if all(key in record for key in keys):
        cores, sms, rate = (record[key] for key in keys)
        yield _judge(cores, "SMs × FP32 operations per clock ÷ 2", [], [sms, rate], Fraction(1, 2), rate.basis == "derived")


def _parameters(record: Record) -> Iterator[Identity]:
    if "published.parameters" in record:
        target, counted = record["published.parameters"], parameter_counts(record).total
        equation = "sum over the layers of the configuration"
        yield Identity(target, equation, (), Quantity(float(counted), "parameter"), counted == target.value)


def identities(record: Record) -> list[Identity]:
    """Every equation that the record has the facts for."""
    checks = (_bandwidth, _peaks, _sparse, _links, _cores, _parameters)
    return [identity for check in checks for identity in check(record)]


def sources_agree(fact: Fact) -> bool | None:
    """Whether the second source says the same within the coarser of the two printed values; None when there is none."""
    if fact.second is None:
        return None
    if not fact.is_number or isinstance(fact.second.value, str):
        return fact.value == fact.second.value
    factors = parse_unit(fact.unit).factor, parse_unit(fact.second.unit).factor
    (a, b), slack = (
        [Fraction(value) * factor for value, factor in zip((fact.value, fact.second.value), factors, strict=True)],
        max(half_digit(value) * factor for value, factor in zip((fact.value, fact.second.value), factors, strict=True)),
    )
    return abs(a - b) <= slack


def backing(record: Record) -> dict[str, list[Backing]]:
    """Why each fact of a record can be believed, or where it is contradicted."""
    found = {}
    for key, fact in record.facts.items():
        found[key] = [Backing("sourced", f"{fact.source.title}, {fact.where}")]
        agree = sources_agree(fact)
        if agree is not None:
            said = f"{fact.second.value:,}" if not isinstance(fact.second.value, str | bool) else str(fact.second.value)
            text = f"{fact.second.source.title}: {said} {fact.second.unit}".strip()
            found[key].append(Backing("second" if agree else "differs", text))
    for identity in identities(record):
        if identity.circular:
            continue
        text = f"{identity.equation} = {show(identity.computed, 6)}"
        found[identity.target.key].append(Backing("identity" if identity.holds else "differs", text))
    return found

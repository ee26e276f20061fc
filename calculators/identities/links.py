"""A link's total is links times the rate of one, counted one way or both; PCIe follows from its generation and lanes."""

from collections.abc import Iterator
from fractions import Fraction

from calculators.identities.judge import Identity, judge
from calculators.records import Fact, Record
from calculators.schema import LINKS

# GT/s of a lane, and what the line code leaves (PCI-SIG: 128b/130b from 3.0, 242 of the 256 bytes of a flit in 6.0).
_PCIE = {3: (8, Fraction(128, 130)), 4: (16, Fraction(128, 130)), 5: (32, Fraction(128, 130)), 6: (64, Fraction(242, 256))}


def totals(record: Record) -> Iterator[Identity]:
    """Links × rate per link, and half of it one way, for every kind of link."""
    for slug in LINKS:
        links, each, total, one_way = (
            record.facts.get(f"interconnect.{slug}_{key}") for key in ("links", "per_link", "total", "per_direction")
        )
        if total and links and each and total.value:
            ways = _directions(total) / _directions(each)
            equation = "links × rate per link" + (" × 2 directions" if ways == 2 else "")
            yield judge(total, equation, counted=(links, each), constant=ways)
        if total and one_way and "both-directions" in total.qualifiers:
            yield judge(one_way, "all links ÷ 2 directions", counted=(total,), constant=Fraction(1, 2))


def _directions(fact: Fact) -> Fraction:
    return Fraction(2) if "both-directions" in fact.qualifiers else Fraction(1)


def pcie(record: Record) -> Iterator[Identity]:
    """Lanes × transfer rate ÷ 8, before or after the line code: vendors print either."""
    keys = ("interconnect.pcie_per_direction", "interconnect.pcie_generation", "interconnect.pcie_lanes")
    if not all(key in record for key in keys):
        return
    target, generation, lanes = (record[key] for key in keys)
    if int(generation.value) not in _PCIE:
        return
    transfers, code = _PCIE[int(generation.value)]
    raw = Fraction(transfers * 10**9, 8)
    after = judge(target, f"lanes × transfer rate × {code} ÷ 8", counted=(lanes,), constant=raw * code)
    before = judge(target, "lanes × transfer rate ÷ 8, before encoding", counted=(lanes,), constant=raw)
    yield before if before.holds and not after.holds else after

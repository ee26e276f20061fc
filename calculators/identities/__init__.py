"""Equations that tie the facts of one record together, and what backs each fact.

Bandwidth is bus width times data rate; a dense peak is units times arithmetic per clock times clock; a sparse peak is twice the
dense one; a link's total is links times rate times two directions. Rounded operands count as the interval their printed digits
stand for; counts and widths are exact. An equation whose operand was itself worked back from its result proves nothing and is
marked circular.
"""

from calculators.identities import chip, link_records, links, memory, mig, models, peaks
from calculators.identities.judge import Identity
from calculators.identities.reasons import Backing, reasons, sources_agree
from calculators.identities.reasons import sourced_only as _sourced_only
from calculators.records import Fact, Record

__all__ = ["Backing", "Identity", "backing", "identities", "sourced_only", "sources_agree"]


_CHECKS = (
    *(memory.bandwidth, memory.capacity, peaks.dense, peaks.sparse, peaks.ladder, links.totals, links.pcie),
    *(chip.cores, chip.density, mig.profiles, link_records.of_record, models.parameters, models.stored, models.active),
)


def identities(record: Record) -> list[Identity]:
    """Every equation that the record has the facts for."""
    return [identity for check in _CHECKS for identity in check(record)]


def backing(record: Record) -> dict[str, list[Backing]]:
    """Why each fact of a record can be believed, or where it is contradicted."""
    return reasons(record.facts, identities(record))


def sourced_only(record: Record) -> list[Fact]:
    """The facts of a record that rest on their source alone."""
    return _sourced_only(record.facts, identities(record))

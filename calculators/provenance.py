"""What the fact base rests on: how many facts have which backing, what each source carries, where sources disagree."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from calculators.identities import backing, identities, sources_agree
from calculators.records import Fact, FactBase, Record, Source
from calculators.schema.words import VENDOR_KINDS


@dataclass(frozen=True, slots=True)
class Tally:
    """How many facts there are, and how many of them are backed in each way."""

    facts: int
    vendor: int
    direct: int
    identity: int
    second: int
    either: int


def tally(records: Iterable[Record]) -> Tally:
    """Count the numeric facts of records by what backs them. A fact may be backed in several ways."""
    counted = [each for record in records for each in _backed(record)]
    return Tally(
        facts=len(counted),
        vendor=sum(fact.source.kind in VENDOR_KINDS for fact, _ in counted),
        direct=sum(fact.source.access == "direct" for fact, _ in counted),
        identity=sum("identity" in kinds for _, kinds in counted),
        second=sum("second" in kinds for _, kinds in counted),
        either=sum(bool(kinds & {"identity", "second"}) for _, kinds in counted),
    )


def _backed(record: Record) -> list[tuple[Fact, set[str]]]:
    """The numeric facts of a record, each with the kinds of its backing."""
    reasons = backing(record)
    return [(fact, {reason.kind for reason in reasons[key]}) for key, fact in record.facts.items() if fact.is_number]


@dataclass(frozen=True, slots=True)
class Use:
    """What rests on a source: facts by record, as the first source or the second, and other entries."""

    facts: Mapping[str, int]
    seconds: Mapping[str, int]
    measurements: int
    prices: int

    @property
    def total(self) -> int:
        return sum(self.facts.values()) + sum(self.seconds.values()) + self.measurements + self.prices


def uses(base: FactBase) -> dict[str, Use]:
    """What rests on each source, by its id."""
    facts, seconds = (defaultdict(lambda: defaultdict(int)) for _ in range(2))
    for record in base.records.values():
        for fact in record.facts.values():
            facts[fact.source.id][record.slug] += 1
            if fact.second:
                seconds[fact.second.source.id][record.slug] += 1
    measured, priced = (_by_source(entries.values()) for entries in (base.measurements, base.prices))
    return {id: Use(dict(facts[id]), dict(seconds[id]), measured[id], priced[id]) for id in base.sources}


def _by_source(entries: Iterable) -> Mapping[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for entry in entries:
        counts[entry.source.id] += 1
    return counts


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A fact that a second source or an equation contradicts, with what it says instead."""

    fact: Fact
    against: str
    source: Source | None


def disagreements(base: FactBase) -> list[Disagreement]:
    """Every contradiction of the fact base, record by record."""
    found = []
    for record in base.records.values():
        for fact in record.facts.values():
            if sources_agree(fact) is False:
                said = f"{fact.second.value} {fact.second.unit}".strip()
                found.append(Disagreement(fact, said, fact.second.source))
        found += [
            Disagreement(identity.target, f"{identity.equation} = {identity.computed}", None)
            for identity in identities(record)
            if not identity.holds
        ]
    return found

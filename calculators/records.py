"""The records of the fact base: sources, facts, accelerators, models, measurements and audit entries, all frozen.

A fact keeps its value as the source prints it (a Decimal with its digits, and its unit), because the written digits are the
tolerance of every check; calculators read the normalized form in base units.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from calculators.problems import nearest
from calculators.units import Quantity, show

if TYPE_CHECKING:
    from calculators.reading.measurements import Measurements


class MissingFact(LookupError):
    """A record has no such fact; the message says why where the record knows."""


class UnknownFact(MissingFact):
    """A record has no such fact and no reason for it. Most are caught by who asks, so the nearest keys are sought when read."""

    def __init__(self, slug: str, key: str, known: Mapping[str, object]) -> None:
        super().__init__(slug, key)
        self._slug, self._key, self._known = slug, key, known

    def __str__(self) -> str:
        return f"{self._slug} has no fact {self._key!r}{nearest(self._key, self._known)}"


@dataclass(frozen=True, slots=True)
class Source:
    """A document that was read."""

    id: str
    title: str
    publisher: str
    kind: str
    version: str
    address: str
    access: str
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Second:
    """What an independent second source says of the same fact."""

    value: Any
    unit: str
    source: Source
    where: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One property of one record: the printed value and unit, where it was read, and who agrees."""

    record: str
    key: str
    label: str
    value: Any
    unit: str
    source: Source
    where: str
    path: Path
    line: int
    qualifiers: tuple[str, ...] = ()
    second: Second | None = None
    basis: str = ""
    date: str = ""
    note: str = ""
    disagreement: str = ""

    @property
    def address(self) -> str:
        """The address that pages use: `<slug>/<section.key>`."""
        return f"{self.record}/{self.key}"

    def of_second(self) -> "Fact":
        """The same fact as its second source says it. Raises MissingFact where there is none."""
        if self.second is None:
            raise MissingFact(f"{self.address} has no second source")
        second = self.second
        return replace(self, value=second.value, unit=second.unit, source=second.source, where=second.where)

    @property
    def is_number(self) -> bool:
        return isinstance(self.value, int | Decimal) and not isinstance(self.value, bool)

    @property
    def quantity(self) -> Quantity:
        """The value as a quantity. Raises TypeError for a fact that is text, a flag or a table."""
        if not self.is_number:
            raise TypeError(f"{self.address} is {self.value!r}, not a number")
        return Quantity.of(self.value, self.unit)

    @property
    def base(self) -> float:
        """The number in base units."""
        return self.quantity.base

    def __str__(self) -> str:
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        if not self.is_number:
            return str(self.value)
        written = f"{self.value:,}" if abs(self.value) < 10**12 else str(self.value)
        return show(self.quantity) if self.unit.startswith("USD") else f"{written} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class MigProfile:
    """A size of GPU instance: its facts by column, and the memory slices at which one can start."""

    name: str
    facts: Mapping[str, Fact]
    placements: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Record:
    """An accelerator, a model, a link or a system: its names and its facts by `section.key`.

    `folder` is where its fact file and its page are: gpus, models, links or systems. A record equals itself only, so that what
    was computed of it can be looked up by it.
    """

    folder: str
    slug: str
    name: str
    short: str
    vendor: str
    aliases: tuple[str, ...]
    path: Path
    facts: Mapping[str, Fact] = field(repr=False)
    missing: Mapping[str, str] = field(repr=False)
    size_class: str = ""
    mig: Mapping[str, MigProfile] = field(default_factory=dict, repr=False)
    mig_note: str = ""

    def __getitem__(self, key: str) -> Fact:
        """The fact at `section.key`. Raises MissingFact with the recorded reason, or UnknownFact with the nearest keys."""
        if key in self.facts:
            return self.facts[key]
        if key in self.missing:
            raise MissingFact(f"{self.slug} has no {key}: {self.missing[key]}")
        raise UnknownFact(self.slug, key, self.facts)

    def __contains__(self, key: str) -> bool:
        return key in self.facts

    def section(self, name: str) -> dict[str, Fact]:
        """The facts of one section, by key, in the order of the vocabulary."""
        start = name + "."
        return {key[len(start) :]: fact for key, fact in self.facts.items() if key.startswith(start)}


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measured figure: what ran where, the value, and who published it."""

    id: str
    metric: str
    value: Decimal | int
    unit: str
    hardware: str
    count: int
    date: str
    source: Source
    where: str
    path: Path
    line: int
    details: Mapping[str, Any]

    @property
    def quantity(self) -> Quantity:
        return Quantity.of(self.value, self.unit)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A statement in circulation elsewhere, our verdict, and what is right.

    What is right is computed at `bound`, the address of a fact, calculation, measurement or price; or `unbound` says why nothing
    can be. `value` is what is said: a number, the ends of a range, a number and the range around it, yes or no, or a word.
    """

    id: str
    said: str
    verdict: str
    right: str
    working: str
    path: Path
    line: int
    value: tuple[Decimal | int | bool | str, ...]
    unit: str
    subjects: tuple[str, ...]
    topic: str
    bound: str = ""
    figure: str = ""
    unbound: str = ""
    relation: str = ""
    source: Source | None = None
    where: str = ""

    @property
    def numbers(self) -> dict[str, Decimal | int]:
        """The numbers that are said, by the name under which a page quotes them: '', 'low', 'high'."""
        ends = {1: ("",), 2: ("low", "high"), 3: ("", "low", "high")}.get(len(self.value), ())
        said = dict(zip(ends, self.value, strict=False))
        return {end: value for end, value in said.items() if isinstance(value, int | Decimal) and not isinstance(value, bool)}

    @property
    def unbound_kind(self) -> str:
        """The word before the reason why nothing can be computed."""
        return self.unbound.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Price:
    """What somebody asked for accelerators at a date and a place: to buy, or to rent by the hour."""

    id: str
    hardware: str
    count: int
    kind: str
    terms: str
    value: Decimal | int
    unit: str
    date: str
    place: str
    source: Source
    where: str
    path: Path
    line: int
    until: str = ""
    note: str = ""

    @property
    def quantity(self) -> Quantity:
        """The price as printed, for all `count` accelerators together."""
        return Quantity.of(self.value, self.unit)

    @property
    def each(self) -> Quantity:
        """The price of one accelerator, with its share of the machine it comes in."""
        return Quantity(self.quantity.base / self.count, self.unit)


@dataclass(frozen=True)
class FactBase:
    """Everything the site knows, by name."""

    sources: Mapping[str, Source]
    accelerators: Mapping[str, Record]
    models: Mapping[str, Record]
    links: Mapping[str, Record]
    systems: Mapping[str, Record]
    measurements: "Measurements"
    audit: Mapping[str, AuditEntry]
    prices: Mapping[str, Price]

    @cached_property
    def records(self) -> Mapping[str, Record]:
        """The records of all folders by slug."""
        return MappingProxyType({**self.accelerators, **self.models, **self.links, **self.systems})

    def record(self, slug: str) -> Record:
        """A record by slug. Raises MissingFact naming the nearest slugs."""
        if slug not in self.records:
            raise MissingFact(f"unknown record {slug!r}{nearest(slug, self.records)}")
        return self.records[slug]

    def fact(self, address: str) -> Fact:
        """A fact by `<slug>/<section.key>`, or with `/second` what its second source says. Raises MissingFact."""
        slug, slash, key = address.partition("/")
        if not slash:
            raise MissingFact(f"{address!r} is not a fact address; write <slug>/<section.key>")
        fact = self.record(slug)[key.removesuffix("/second")]
        return fact.of_second() if key.endswith("/second") else fact

"""Slips of facts, each held against everything that could give it away."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from calculators import facts, schema
from calculators.reading import facts as reading
from calculators.reading.reader import Reader
from calculators.records import Fact, FactBase, Record
from hooks.checks import confirmed
from hooks.checks.facts import of_record
from hooks.checks.problem import shown_path
from prove.changed import changed
from prove.dependents import Dependents
from prove.fact_slips import Slip, slips
from prove.mutant import EQUIVALENT, KILLED, NOTICED, SURVIVED, Mutant

NOTED = "fact-unconfirmed"  # the second entry of a value proves nothing about it: it only says that one of the two was changed
CRASH = "crash:"  # no check should end so; a value that stops one is a fault of the check


@dataclass
class FactProof:
    """All facts of the site, and what would notice a slip in one of them.

    Tried in this order, the cheapest first: what the reader of the files refuses (a unit that measures something else), the
    second source and the equations of the record and of records that it is part of, and the statements that rest on it; then the
    double entry.
    """

    base: FactBase
    statements: Dependents
    root: Path = facts.DATA
    _systems: dict[str, list[Record]] = field(default_factory=dict)

    def mutants(self, record: Record) -> Iterator[Mutant]:
        """Every slip of every fact of a record."""
        entries = confirmed.entries_of(record, self.root)
        for fact in record.facts.values():
            for slip in slips(fact, self._others(record, fact)):
                with changed(fact, **{slip.field: slip.after}):
                    by = self._refused(record, fact, slip, entries)
                outcome = NOTICED if by == NOTED else KILLED if by else EQUIVALENT if _same(fact, slip) else SURVIVED
                before, after = (_written(value) for value in (slip.before, slip.after))
                yield Mutant(shown_path(fact.path), fact.line, slip.what, slip.kind, before, after, outcome, by, fact.address)

    def _refused(self, record: Record, fact: Fact, slip: Slip, entries: dict[str, str]) -> str:
        reader = Reader(self.root)
        meaning = schema.FOLDERS[record.folder].get(fact.key.partition(".")[0], {}).get(fact.key.partition(".")[2])
        if meaning:
            entry = {"value": fact.value, "qualifiers": fact.qualifiers, "basis": fact.basis}
            reader.check_value(fact.path, fact.key, meaning, fact.value, fact.unit)
            reading.check_words(reader, fact.path, fact.key, meaning, entry)
            if reader.problems:
                return reader.problems[0].code
        for other in (record, *self._holding(record)):
            try:
                for problem in of_record(other):
                    return problem.code
            except (ArithmeticError, ValueError, TypeError, LookupError) as error:
                return f"{CRASH} {type(error).__name__}"
        if slip.field != "qualifiers" and (by := self.statements.refused(fact.address)):
            return by
        return NOTED if entries and confirmed.line_of(fact).partition(" = ")[2] != entries.get(fact.key) else ""

    def _holding(self, record: Record) -> list[Record]:
        """The systems that are made of an accelerator: their memory is a multiple of its own."""
        if not self._systems:
            for system in self.base.systems.values():
                if "gpus.accelerator" in system:
                    self._systems.setdefault(str(system["gpus.accelerator"].value), []).append(system)
        return self._systems.get(record.slug, [])

    def _others(self, record: Record, fact: Fact) -> tuple[str, ...]:
        """One other text that a record of the folder has for the same key: the likeliest word to be copied wrongly."""
        if not isinstance(fact.value, str):
            return ()
        folder = (other for other in self.base.records.values() if other.folder == record.folder)
        texts = sorted({other[fact.key].value for other in folder if fact.key in other} - {fact.value})
        return tuple(texts[:1])


def _same(fact: Fact, slip: Slip) -> bool:
    """Nothing of any unit is nothing."""
    return slip.field == "unit" and fact.is_number and fact.value == 0


def _written(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)

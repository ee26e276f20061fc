"""Slips of prices, measurements and audit entries."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from calculators import facts, schema
from calculators.measured import comparison
from calculators.reading.reader import Reader
from calculators.records import AuditEntry, FactBase, Measurement, Price
from calculators.units import UnitError
from hooks.checks import audit
from hooks.checks.claims import ClaimProblem, Evaluator
from hooks.checks.problem import shown_path
from proof.slips.changed import changed
from proof.slips.changes import changes, other_units
from proof.slips.dependents import Dependents
from proof.slips.fact_slips import Slip, values
from proof.slips.mutant import EQUIVALENT, KILLED, SURVIVED, Mutant

Entry = Price | Measurement | AuditEntry
CLASSES = {Price: "price", Measurement: "measurement", AuditEntry: "audit entry"}


@dataclass
class EntryProof:
    """All dated prices, measurements and audit entries, and what would notice a slip in one of them."""

    base: FactBase
    statements: Dependents
    evaluate: Evaluator
    root: Path = facts.DATA
    _judged: comparison.Comparison | None = None

    def entries(self) -> list[Entry]:
        """All of them, by kind and name."""
        return [*self.base.prices.values(), *self.base.measurements.values(), *self.base.audit.values()]

    def mutants(self, entry: Entry) -> Iterator[Mutant]:
        """Every slip of an entry."""
        made = _audit_slips(entry) if isinstance(entry, AuditEntry) else _slips(entry)
        for slip in made:
            with changed(entry, **{slip.field: slip.after}):
                by = self._refused(entry, slip)
            same = slip.field == "unit" and not any((entry.value,) if not isinstance(entry.value, tuple) else entry.value)
            outcome = KILLED if by else EQUIVALENT if same else SURVIVED
            what, place = CLASSES[type(entry)], shown_path(entry.path)
            yield Mutant(place, entry.line, what, slip.kind, str(slip.before), str(slip.after), outcome, by, entry.id)

    def _beats_its_bound(self, entry: Measurement, slip: Slip) -> bool:
        """Whether the measurement is better than nothing can be; no page shows one without an explanation."""
        if slip.field == "count" or _told(entry):
            return False
        if self._judged is None or self._judged.entry.id != entry.id:
            self._judged = comparison.compare(entry, self.base)
        try:
            return self._judged.beaten if self._judged.bound else False
        except (UnitError, ArithmeticError):
            return True

    def _refused(self, entry: Entry, slip: Slip) -> str:
        if isinstance(entry, AuditEntry):
            if entry.figure not in entry.right:
                return "fact-audit"
            try:
                audit.check_said(entry)
                audit.check(entry, audit.bindings(self.base, self.evaluate))
            except ClaimProblem as problem:
                return problem.code
            return self.statements.refused(entry.id)
        if isinstance(entry, Measurement) and self._beats_its_bound(entry, slip):
            return "measurement-floor"
        unit = schema.PRICE_KINDS[entry.kind] if isinstance(entry, Price) else schema.ANY_METRICS[entry.metric]
        reader = Reader(self.root)
        reader.check_value(entry.path, entry.id, schema.Key(entry.id, "number", unit), entry.value, entry.unit)
        if reader.problems:
            return reader.problems[0].code
        if isinstance(entry, Price) and entry.count < 1:
            return "fact-price"
        return self.statements.refused(entry.id)


def _told(entry: Measurement) -> bool:
    return any(word in entry.details for word in ("explanation", "suspect"))


def _slips(entry: Price | Measurement) -> Iterator[Slip]:
    for kind, value in values(entry.value):
        yield Slip("", kind, "value", entry.value, value)
    for change in other_units(entry.unit):
        yield Slip("", change.kind, "unit", entry.unit, change.text)
    for kind, value in values(entry.count):
        yield Slip("", f"count, {kind}", "count", entry.count, value)


def _audit_slips(entry: AuditEntry) -> Iterator[Slip]:
    for at, said in enumerate(entry.value):
        if isinstance(said, str):
            continue
        for kind, value in values(said):
            yield Slip("", kind, "value", entry.value, (*entry.value[:at], value, *entry.value[at + 1 :]))
    for change in other_units(entry.unit) if entry.unit else ():
        yield Slip("", change.kind, "unit", entry.unit, change.text)
    for change in changes(entry.figure):
        yield Slip("", f"figure, {change.kind}", "figure", entry.figure, change.text)
    for verdict in schema.VERDICTS:
        if verdict != entry.verdict:
            yield Slip("", "verdict", "verdict", entry.verdict, verdict)

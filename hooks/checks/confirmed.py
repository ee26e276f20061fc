"""Double entry for the records that matter most: `confirmed/<slug>.txt` repeats every value, and a change has to be made twice.

Most facts of these records are held by equations and second sources. For the rest (a profile's ID, a date, a flag) nothing else
would notice a slip of the pen.
"""

from collections.abc import Iterator
from pathlib import Path

from calculators.records import Fact, FactBase, Record
from hooks.checks.problem import Problem

_FOLDER = "confirmed"


def line_of(fact: Fact) -> str:
    """What is repeated of a fact: its value, unit and qualifiers."""
    words = [str(fact.value), fact.unit, *sorted(fact.qualifiers)]
    return f"{fact.key} = {' '.join(filter(None, words))}"


def problems(base: FactBase, root: Path) -> Iterator[Problem]:
    """Every value that differs from what was confirmed, and every confirmed value that is gone."""
    for path in sorted((root / _FOLDER).glob("*.txt")):
        record = base.records.get(path.stem)
        if record:
            yield from _of_record(record, dict(_entries(path)))
        elif base.records:
            yield Problem(path, 1, 1, "fact-unconfirmed", f"there is no record {path.stem}", "remove this file with the record")


def entries_of(record: Record, root: Path) -> dict[str, str]:
    """What was confirmed of a record, by key; nothing where it is not entered twice."""
    path = root / _FOLDER / f"{record.slug}.txt"
    return dict(_entries(path)) if path.exists() else {}


def _entries(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text("utf-8").splitlines():
        key, _, value = line.partition(" = ")
        yield key, value


def _of_record(record: Record, confirmed: dict[str, str]) -> Iterator[Problem]:
    fix = f"correct it, or confirm the change: python -m hooks.checks --confirm {record.slug}"
    for fact in record.facts.values():
        now = line_of(fact).partition(" = ")[2]
        before = confirmed.get(fact.key)
        if now != before:
            was = f"was confirmed as {before}" if before else "was never confirmed"
            yield Problem(fact.path, fact.line, 1, "fact-unconfirmed", f"{fact.key} is {now}, but {was}", fix)
    gone = [key for key in confirmed if key not in record.facts]
    if gone:
        listed = ", ".join(gone[:3]) + (", ..." if len(gone) > 3 else "")
        yield Problem(record.path, 1, 1, "fact-unconfirmed", f"confirmed facts are gone: {listed}", fix)


def confirm(record: Record, root: Path) -> Path:
    """Write down what a record says now."""
    path = root / _FOLDER / f"{record.slug}.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{line_of(fact)}\n" for fact in record.facts.values()), "utf-8")
    return path

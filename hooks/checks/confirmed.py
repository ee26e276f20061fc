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
    """What is repeated of a fact: its value, unit and qualifiers, its date, and what the second source says."""
    words = [str(fact.value), fact.unit, *sorted(fact.qualifiers), fact.date]
    second = [str(fact.second.value), fact.second.unit] if fact.second else []
    return f"{fact.key} = {' | '.join(' '.join(filter(None, side)) for side in (words, second) if side)}"


def lines_of(record: Record) -> Iterator[tuple[Fact, str, str]]:
    """Every line of a record: the fact at which it stands, its key, what is repeated. Where MIG instances start has one too."""
    for fact in record.facts.values():
        key, _, said = line_of(fact).partition(" = ")
        yield fact, key, said
    for profile in record.mig.values():
        where = " ".join(map(str, profile.placements))
        for fact in list(profile.facts.values())[:1]:
            yield fact, f"mig.{profile.name}.placements", where


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
    known = set()
    for fact, key, now in lines_of(record):
        known.add(key)
        before = confirmed.get(key)
        if now != before:
            was = f"was confirmed as {before}" if before is not None else "was never confirmed"
            yield Problem(fact.path, fact.line, 1, "fact-unconfirmed", f"{key} is {now}, but {was}", fix)
    gone = [key for key in confirmed if key not in known]
    if gone:
        listed = ", ".join(gone[:3]) + (", ..." if len(gone) > 3 else "")
        yield Problem(record.path, 1, 1, "fact-unconfirmed", f"confirmed facts are gone: {listed}", fix)


def confirm(record: Record, root: Path) -> Path:
    """Write down what a record says now."""
    path = root / _FOLDER / f"{record.slug}.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{key} = {said}\n" for _, key, said in lines_of(record)), "utf-8")
    return path

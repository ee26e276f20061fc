"""What to write instead of a number that nothing stands behind: facts that have this very value, or the forms to fill in."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import islice

from calculators.problems import nearest
from calculators.records import Fact, FactBase, Record
from calculators.units import UnitError
from hooks.checks.names import Names
from hooks.checks.text import TextProblem, holds, in_unit, read_written

_MOST = 3


def binding(text: str, base: FactBase, near: Iterable[str]) -> str:
    """The line to write instead of an unbound number; facts of the records `near` it in the page come first."""
    facts = [f"[{text}](fact:{fact.address})" for fact in _equal(text, base, near)]
    if facts:
        return f"write {' or '.join(facts)}, if that is what it means"
    calculated = f"[{text}](calc:<calculator>.<output>?<input>=<value>)"
    return f"write {calculated}, or [{text}](given:<name>) with the assumption in the front matter"


def naming(text: str, names: Names) -> str:
    """The way out for an unknown word with digits."""
    known = [*names.listed, *names.known]
    return f"write a known name{nearest(text, known)}; bind it if it is a quantity; a new name goes into hooks/checks/names.toml"


def _equal(text: str, base: FactBase, near: Iterable[str]) -> list[Fact]:
    try:
        written = read_written(text)
    except TextProblem:
        return []
    if not written.unit:
        return []
    order = dict.fromkeys([*near, *base.records])
    matching = (fact for slug in order for fact in _plain_first(base.record(slug)) if fact.is_number and _is(written, fact))
    return list(islice(matching, _MOST))


def _plain_first(record: Record) -> list[Fact]:
    """The facts of a record, those of its MIG profiles last: a page seldom means a slice."""
    return sorted(record.facts.values(), key=lambda fact: fact.key.startswith("mig."))


def _is(written, fact: Fact) -> bool:
    try:
        value: Decimal = in_unit(fact.quantity, written.unit)
    except UnitError:
        return False
    return holds(written, value)

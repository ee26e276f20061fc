"""The fact base, checked: everything its loader finds, sources that disagree, facts that contradict each other, verdicts."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from calculators import facts, identities, references
from calculators.records import Fact, FactBase, Record
from calculators.units import show
from hooks.checks import audit, confirmed
from hooks.checks.claims import Evaluator
from hooks.checks.problem import Problem

_EXPLAIN = 'say why they differ, in the fact: disagreement = "..."'


def read(root: Path = facts.DATA, evaluate: Evaluator | None = None, judged: bool = True) -> tuple[FactBase, list[Problem], bool]:
    """The fact base, all its problems, and whether calculators can use it. `evaluate` keeps the calculations made.

    Unless it is `judged`, it has a problem only where it cannot be read, and is that of the calculators, read once.
    """
    if not judged:
        with suppress(facts.FactErrors):
            return facts.load(root), [], True
    base, found = facts.read(root)
    examples = references.problems(root, base.sources)
    problems = [Problem(problem.path, problem.line, 1, problem.code, problem.message) for problem in (*found, *examples)]
    if not found:
        problems += [*meaning(base), *confirmed.problems(base, root), *audit.problems(base, evaluate or Evaluator())]
    return base, sorted(problems), not found


def measured(base: FactBase) -> list[Problem]:
    """What is wrong with the measurements, which are many and are read for this alone if nothing else needs them."""
    return [Problem(found.path, found.line, 1, found.code, found.message) for found in base.measurements.problems]


def meaning(base: FactBase) -> list[Problem]:
    """What single lines cannot show: two sources of a fact against each other, and the facts of a record against each other."""
    return [problem for record in base.records.values() for problem in of_record(record)]


def of_record(record: Record) -> Iterator[Problem]:
    """The contradictions within one record."""
    broken = defaultdict(list)
    for identity in identities.identities(record):
        if not identity.holds:
            broken[identity.target.key].append(identity)
    for fact in record.facts.values():
        yield from _contradictions(fact, broken[fact.key])


def _contradictions(fact: Fact, broken: list[identities.Identity]) -> Iterator[Problem]:
    """A contradiction needs an explanation, and an explanation a contradiction."""
    second = identities.sources_agree(fact) is False
    if second and not fact.disagreement:
        said = f"{fact.second.value} {fact.second.unit}".strip()
        message = f"{fact.key}: {fact.source.title} says {fact}, {fact.second.source.title} says {said}"
        yield _at(fact, "fact-disagreement", message, _EXPLAIN)
    if broken and not fact.disagreement:
        gives = " and ".join(f"{identity.equation} gives {show(identity.computed, 6)}" for identity in broken)
        yield _at(fact, "fact-identity", f"{fact.key} is {fact}, but {gives}", f"correct the fact that is wrong, or {_EXPLAIN}")
    if fact.disagreement and not second and not broken:
        message = f"{fact.key}: explains a disagreement, but no second source and no identity differs"
        yield _at(fact, "fact-disagreement-stale", message, "remove the explanation, or make it a note")


def _at(fact: Fact, code: str, message: str, fix: str) -> Problem:
    return Problem(fact.path, fact.line, 1, code, message, fix)

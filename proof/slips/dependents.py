"""Which statements rest on a fact, price or measurement: the stated numbers of pages, the audit, published worked numbers."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from calculators import call, references
from calculators.problems import InputProblems
from calculators.records import FactBase
from hooks.checks import audit
from hooks.checks.claims import Bindings, Bound, ClaimProblem, Evaluator
from hooks.checks.names import Names
from hooks.checks.page import SCHEMES, Link
from hooks.checks.stated import compare, is_unitless
from proof.slips.stated import StatedProof

STATED, AUDITED, WORKED = "stated number", "audit", "worked number"


class _Noting(Evaluator):
    """Notes the facts of every calculation that is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def __call__(self, written: str) -> call.Evaluation:
        evaluation = super().__call__(written)
        self.seen |= evaluation.run.working.facts.keys()
        return evaluation


class _NotingBindings(Bindings):
    """Notes every address that a destination leads through."""

    def resolve(self, destination: str) -> Bound:
        self.evaluate.seen.add(destination.partition(":")[2].removesuffix("/each"))
        return super().resolve(destination)


@dataclass
class Dependents:
    """By the address of a fact, or the id of another entry: each statement, and whether it still holds."""

    base: FactBase
    of: dict[str, list[tuple[str, Callable[[], bool]]]] = field(default_factory=lambda: defaultdict(list))

    def refused(self, address: str) -> str:
        """What refuses the present value, or nothing. A statement that needs one value alone is tried first."""
        for what, holds in self.of.get(address, ()):
            if not holds():
                return what
        return ""


def dependents(base: FactBase, names: Names, texts: dict[Path, str]) -> Dependents:
    """Everything that the site states, by what it rests on."""
    found = Dependents(base)
    noting = _Noting()
    for path, text in texts.items():
        _of_page(found, StatedProof(path, text, base, names, noting), noting)
    labels = audit.bindings(base, noting).labels
    for entry in base.audit.values():
        if entry.bound:
            noting.seen = set()
            _NotingBindings(base, noting, {}, labels).resolve(entry.bound)
            _add(
                found,
                noting.seen,
                AUDITED,
                lambda entry=entry: _holds(lambda: audit.check(entry, audit.bindings(base, Evaluator()))),
            )
    for name in call.names():
        for reference in references.of(name):
            checked = references.check(call.get(name), reference)
            used = checked.run.working.facts.keys()
            _add(found, used, WORKED, lambda name=name, reference=reference: _agrees(name, reference))
    for address, statements in found.of.items():
        found.of[address] = sorted(statements, key=lambda statement: (STATED, AUDITED, WORKED).index(statement[0]))
    return found


def _of_page(found: Dependents, proof: StatedProof, noting: _Noting) -> None:
    bindings = proof.check.bindings
    for link in proof.page.links:
        if link.scheme in SCHEMES and link.scheme != "given":
            noting.seen = set()
            _NotingBindings(found.base, noting, bindings.givens, bindings.labels).resolve(link.destination)
            _add(found, noting.seen, STATED, lambda link=link: _holds(lambda: _compare(proof, link)))


def _compare(proof: StatedProof, link: Link) -> None:
    known = proof.check.bindings
    bound = Bindings(proof.base, Evaluator(), known.givens, known.labels).resolve(link.destination)
    compare(link.text if is_unitless(bound) else proof.check.with_unit(link), proof.before(link), bound)


def _agrees(name: str, reference: references.Reference) -> bool:
    try:
        return references.check(call.get(name), reference).agrees != reference.slip
    except (InputProblems, ValueError, TypeError, LookupError, ArithmeticError):
        return False


def _holds(check: Callable[[], None]) -> bool:
    try:
        check()
    except (ClaimProblem, ValueError, TypeError, LookupError, ArithmeticError):
        return False  # a calculation that cannot be made is no statement that holds
    return True


def _add(found: Dependents, addresses: set[str], what: str, check: Callable[[], bool]) -> None:
    for address in sorted(addresses):
        found.of[address].append((what, check))

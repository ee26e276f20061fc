"""Audit entries held against what they are bound to: what is right is computed, and every verdict follows from it.

    holds                what is said is the right figure, to the digits written or within HOLDS
    holds-approximately  what is said is within APPROXIMATES of it
    wrong                what is said is off by more than HOLDS: it stays demonstrably wrong
    misleading, opinion, not-derivable   no matter of distance; the right figure is computed all the same

A range is as far off as its nearer end, and not at all if the right figure lies in it; a statement with a relation ("more than")
is not off if the relation holds. Yes, no and words are equal or not.
"""

import re
from decimal import Decimal

from calculators.problems import nearest
from calculators.records import AuditEntry, FactBase
from calculators.schema import SUBJECTS
from calculators.units import Quantity, UnitError, show
from hooks.checks import said
from hooks.checks.claims import Bindings, Bound, ClaimProblem, Evaluator
from hooks.checks.problem import Problem
from hooks.checks.stated import compare
from hooks.checks.text import in_unit

HOLDS = Decimal("0.02")  # what vendors and texts round away: 990 for 989.4, 3.35 for 3.352, 2,000 for 1,979
# A figure used as a round one (3 for 3.17, "half" for 0.56) misleads nobody about the size. A quarter is where entries that were
# judged right within rounding end: beyond it one would buy another number of cards.
APPROXIMATES = Decimal("0.25")
_TESTED = ("holds", "holds-approximately", "wrong")
_REFERENCE = re.compile(r"=@([^&]+)")
_ENTRY = "correct the entry, or the address it is bound to"


def problems(base: FactBase, evaluate: Evaluator) -> list[Problem]:
    """Every audit entry about nothing known, not bound to what it says is right, or whose verdict contradicts that."""
    found = []
    known = bindings(base, evaluate)
    for entry in base.audit.values():
        found += _subjects(entry, base)
        try:
            check_said(entry)
            check(entry, known)
        except ClaimProblem as problem:
            found.append(Problem(entry.path, entry.line, 1, problem.code, f"{entry.id}: {problem.message}", problem.fix))
    return found


def bindings(base: FactBase, evaluate: Evaluator) -> Bindings:
    """What entries are bound to. An input may be what another entry is bound to, as @s1-198, or a measurement, by its id."""
    right = {entry.id: entry.bound for entry in base.audit.values() if entry.bound}
    return Bindings(base, evaluate, {}, {name: f"data:{name}" for name in base.measurements} | right)


def _subjects(entry: AuditEntry, base: FactBase) -> list[Problem]:
    """A problem for each subject that no reader could look for: a slip in a slug, or a word that nothing else uses."""
    fix = f"put the slug of a record, or one of {', '.join(SUBJECTS)}"
    return [
        Problem(
            entry.path, entry.line, 1, "audit-subject", f"{entry.id}: {subject!r} is no record and no other subject{close}", fix
        )
        for subject in entry.subjects
        if subject not in base.records and subject not in SUBJECTS
        for close in [nearest(subject, (*base.records, *SUBJECTS))]
    ]


def check(entry: AuditEntry, bindings: Bindings) -> None:
    """One entry against what it is bound to. Raises ClaimProblem."""
    if not entry.bound:
        return
    for name in _REFERENCE.findall(entry.bound):
        if name not in bindings.labels:
            message = f"no computed entry and no measurement is {name!r}{nearest(name, bindings.labels)}"
            raise ClaimProblem("audit-bound", message, "name an entry that has `bound`, or a measurement")
    try:
        bound = bindings.resolve(entry.bound)
    except ClaimProblem as problem:
        raise ClaimProblem("audit-bound", problem.message, problem.fix) from problem
    if entry.figure:
        _figure(entry, bound)
    if is_tested(entry):
        _verdict(entry, bound)


def check_said(entry: AuditEntry) -> None:
    """The statement holds the number of the entry, unless it is one of those that only imply it."""
    missing = said.missing(entry)
    if bool(missing) is (entry.id in said.IMPLIED):
        return
    if not missing:
        raise ClaimProblem("audit-said", "the statement holds its number", "take it out of IMPLIED in hooks/checks/said.py")
    numbers = " and ".join(str(number) for number in missing)
    raise ClaimProblem("audit-said", f"{entry.said!r} does not say {numbers} {entry.unit}".rstrip(), "correct the entry")


def is_tested(entry: AuditEntry) -> bool:
    """Whether the verdict is held against the right figure: both have a value, and the verdict is about their equality."""
    return bool(entry.bound and entry.value) and entry.verdict in _TESTED


def _figure(entry: AuditEntry, bound: Bound) -> None:
    """The figure that `right` states is what `bound` gives, by the rules of stated numbers."""
    before = entry.right[: entry.right.index(entry.figure)]
    try:
        compare(entry.figure, before, bound)
    except ClaimProblem as problem:
        raise ClaimProblem("audit-figure", problem.message, problem.fix) from problem


def _verdict(entry: AuditEntry, bound: Bound) -> None:
    off, rounded = _distance(entry, bound)
    holds = {
        "holds": off <= max(HOLDS, min(rounded, APPROXIMATES)),
        "holds-approximately": off <= APPROXIMATES,
        "wrong": off > HOLDS,
    }
    if not holds[entry.verdict]:
        right = bound.value if isinstance(bound.value, str) else show(bound.value, 6)
        message = f"the verdict is {entry.verdict}, but {_said(entry)} is said, and {right} is right ({bound.working})"
        raise ClaimProblem("audit-verdict", message, _ENTRY)


def _distance(entry: AuditEntry, bound: Bound) -> tuple[Decimal, Decimal]:
    """How far what is said is from what is right, and half a unit of the last digit said, both as shares of what is right."""
    if not entry.numbers or isinstance(bound.value, str):
        return (Decimal(0) if _words(entry) == bound.value else Decimal("Infinity")), Decimal(0)
    right = _right(entry, bound.value)
    low, high = _range(entry)
    off = max(low - right, right - high, Decimal(0))
    rounded = Decimal(1).scaleb(min(Decimal(value).as_tuple().exponent for value in entry.numbers.values())) / 2
    if not right:
        return (Decimal("Infinity") if off else off), Decimal(0)
    return off / abs(right), rounded / abs(right)


def _range(entry: AuditEntry) -> tuple[Decimal, Decimal]:
    """The smallest and the largest right figure with which the statement would be true."""
    said = [Decimal(value) for value in entry.numbers.values()]
    if entry.relation in ("more than", "at least"):
        return said[0], Decimal("Infinity")
    if entry.relation in ("less than", "at most"):
        return Decimal("-Infinity"), said[0]
    return min(said), max(said)


def _right(entry: AuditEntry, value: Quantity) -> Decimal:
    try:
        return in_unit(value, entry.unit)
    except UnitError as error:
        message = f"{_said(entry)} is said, and {show(value, 6)} is right: {error}"
        raise ClaimProblem("audit-verdict", message, _ENTRY) from error


def _words(entry: AuditEntry) -> str:
    """What is said where it is no number: yes and no as facts print them."""
    return " to ".join(({True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)) for value in entry.value)


def _said(entry: AuditEntry) -> str:
    return " ".join(filter(None, (entry.relation, _words(entry), entry.unit)))

"""Slips of stated numbers: the text of the link, a bounding word before it, and the assumptions that the page declares."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from calculators.records import FactBase
from calculators.units import UnitError, parse_unit
from hooks.checks import beside
from hooks.checks.claims import Bound, ClaimProblem, Evaluator
from hooks.checks.names import Names
from hooks.checks.page import SCHEMES, Link, read_page
from hooks.checks.page_check import PageCheck
from hooks.checks.problem import shown_path
from hooks.checks.stated import compare, is_unitless
from hooks.checks.text import BEFORE, TextProblem, read_written
from proof.slips.changes import Change, bounds, changes, wording
from proof.slips.mutant import EQUIVALENT, KILLED, SURVIVED, Mutant

STATED, ASSUMED = "stated number", "assumption"


@dataclass
class StatedProof:
    """The stated numbers of one page, each changed by itself and held against what stands behind it."""

    path: Path
    text: str
    base: FactBase
    names: Names
    evaluate: Evaluator

    def __post_init__(self) -> None:
        self.page = read_page(self.path, self.text)
        self.check = PageCheck(self.page, self.base, self.names, self.evaluate)

    def mutants(self) -> Iterator[Mutant]:
        """Every slip of every stated number and assumption of the page."""
        for link in self.page.links:
            if link.scheme in SCHEMES and re.search(r"\d", link.text):
                yield from self._of_link(link, self.check.bindings.resolve(link.destination))
        yield from self._of_givens()

    def before(self, link: Link) -> str:
        """The text in front of a link, as the check reads it."""
        return self.page.visible[max(0, link.offset - 40) : link.offset]

    def _of_link(self, link: Link, bound: Bound) -> Iterator[Mutant]:
        # In "[40](...) to [80 GB](...)" the first takes the unit of the second, which stays as it is.
        unit = "" if is_unitless(bound) else self.check.with_unit(link)[len(link.text) :]
        before = self.before(link)
        word = BEFORE.search(before) if not re.match(r"\D*[A-Za-z]", link.text) else None
        for change in changes(link.text):
            yield self._judged(link, change, before, change.text + unit, link.text + unit, bound)
        for change in bounds(f"{word.group()}1") if word else ():
            mutated = before[: word.start()] + change.text.removesuffix("1")
            yield self._judged(link, Change(change.kind, change.text + link.text), mutated, link.text + unit, "", bound)
        yield from self._of_wording(link, bound)

    def _of_wording(self, link: Link, bound: Bound) -> Iterator[Mutant]:
        """Dense for sparse in the words that stand next to the link."""
        places = beside.words(self.page.visible, link) if beside.kind_of(link, self.base) else []
        for start, end in places:
            words = self.page.visible[start:end]
            for change in wording(words):
                changed = self.page.text[:start] + change.text + self.page.text[end:]
                yield self._on_page(link.offset, STATED, change.kind, words, change.text, changed)

    def _judged(self, link: Link, change: Change, before: str, text: str, was: str, bound: Bound) -> Mutant:
        line, _ = self.page.position(link.offset)
        outcome, by = KILLED, ""
        try:
            compare(text, before, bound)
            outcome = EQUIVALENT if was and same(text, was, before) else SURVIVED
        except ClaimProblem as problem:
            by = problem.code
        return Mutant(shown_path(self.path), line, STATED, change.kind, link.text, change.text, outcome, by)

    def _of_givens(self) -> Iterator[Mutant]:
        start = self.page.front.end
        for given in self.page.front.givens.values():
            at = self.text.find(given.value, given.offset, start)
            for change in changes(given.value) if at >= 0 and re.search(r"\d", given.value) else ():
                changed = self.text[:at] + change.text + self.text[at + len(given.value) :]
                mutant = self._on_page(given.offset, ASSUMED, change.kind, given.value, change.text, changed)
                # Every number of the page was computed anew and holds: what the page says is true of the changed assumption too.
                yield replace(mutant, outcome=EQUIVALENT) if mutant.outcome == SURVIVED else mutant

    def _on_page(self, offset: int, what: str, kind: str, before: str, after: str, changed: str) -> Mutant:
        """A change that may move more than one number: every link of the page is checked."""
        line, _ = self.page.position(offset)
        found = PageCheck(read_page(self.path, changed), self.base, self.names, self.evaluate).links()
        outcome = KILLED if found else EQUIVALENT if same(after, before, "") else SURVIVED
        return Mutant(shown_path(self.path), line, what, kind, before, after, outcome, found[0].code if found else "")


def same(text: str, was: str, before: str) -> bool:
    """Whether two texts state the same quantity: 2.5 for 2.50, 0 GiB for 0 GB. It follows that the changed one is as true."""
    try:
        new, old = read_written(text, before), read_written(was, before)
        units = parse_unit(new.unit), parse_unit(old.unit)
    except (TextProblem, UnitError):
        return False
    if units[0].dimension != units[1].dimension or new.comparator != old.comparator:
        return False
    return Fraction(new.number) * units[0].factor == Fraction(old.number) * units[1].factor

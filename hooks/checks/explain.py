"""The whole working behind the stated numbers of a line: what each is bound to, every step of it, and the facts it rests on."""

import re
from collections.abc import Iterator
from pathlib import Path

from calculators.call import Run
from hooks.checks.engine import Checker
from hooks.checks.page import SCHEMES, Page
from hooks.checks.page_check import PageCheck
from hooks.checks.page_report import Stated
from hooks.checks.problem import shown_path

_PLACE = re.compile(r"(?P<path>.+?)(?::(?P<line>\d+)(?::\d+)?)?")  # as problems are reported, with or without a column


class NothingStated(ValueError):
    """No number is stated there; the message names the lines of the page that state some."""


def explained(place: str, checker: Checker) -> str:
    """The workings at 'docs/page.md:42', or of a whole page; what is wrong there comes first.

    Raises OSError where there is no such file, NothingStated where the line states no number.
    """
    written = _PLACE.fullmatch(place)
    path, line = Path(written["path"]), int(written["line"] or 0)
    check = checker.page_check(path, path.read_text("utf-8"))
    report = check.run()
    stated = [one for one in report.stated if not line or line in _lines_of(one, check.page)]
    problems = [problem for problem in report.problems if line in (0, problem.line)]
    if not stated and not problems:
        raise NothingStated(_elsewhere(path, line, report.stated))
    return "\n".join(
        [*(f"{problem}\n" for problem in problems), *(text for one in stated for text in _working(one, check, checker))]
    )


def _lines_of(stated: Stated, page: Page) -> set[int]:
    """Where a number stands, and where the label that it goes by is defined."""
    defined = {page.position(one.offset)[0] for one in page.definitions if one.destination == stated.destination}
    return {stated.line} | defined


def _working(stated: Stated, check: PageCheck, checker: Checker) -> Iterator[str]:
    yield f"{shown_path(check.page.path)}:{stated.line}:{stated.column} {stated.text}"
    yield f"  is {stated.destination}"
    if stated.scheme == "calc":
        yield from _steps(checker.evaluate(check.bindings.call(stated.destination.partition(":")[2])).run)
    else:
        yield f"  {stated.tooltip}"
    yield ""


def _steps(run: Run) -> Iterator[str]:
    yield f"  python -m calculators {run.calculator.name}" + "".join(f" --{name} {text!r}" for name, text in run.given.items())
    for step in run.working.steps:
        yield f"  {step}"
    for remark in run.working.remarks:
        yield f"  Note: {remark}"
    for fact in run.working.facts.values():
        yield f"  Fact: {fact.record}, {fact.label}: {fact}. {fact.source.title}, {fact.where}"


def _elsewhere(path: Path, line: int, stated: list[Stated]) -> str:
    lines = sorted({one.line for one in stated}, key=lambda other: (abs(other - line), other))
    if not lines:
        return f"{shown_path(path)} states no number with one of {', '.join(f'{scheme}:' for scheme in SCHEMES)}"
    return f"{shown_path(path)}:{line} states no number; the nearest lines that do: {', '.join(map(str, sorted(lines[:3])))}"

"""The engine: pages and facts in, problems out. Command line, build hook and tests call this module and nothing below it."""

from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from calculators import facts as fact_files
from calculators.records import FactBase
from hooks.checks import facts, html, notebook
from hooks.checks.claims import Evaluator
from hooks.checks.code import CodeCheck
from hooks.checks.names import NAMES, Names, read_names
from hooks.checks.page import read_page
from hooks.checks.page_check import PageCheck
from hooks.checks.page_report import PageReport, Stated
from hooks.checks.problem import Problem

__all__ = ["Checker", "PageReport", "Problem", "Stated", "check", "check_html", "check_page"]


@dataclass
class Checker:
    """A fact base, a vocabulary, and everything computed with them so far."""

    data: Path = fact_files.DATA
    names_file: Path = NAMES
    judge_facts: bool = True  # also hold facts against each other, which takes seconds
    evaluate: Evaluator = field(default_factory=Evaluator)
    _reports: dict[tuple[Path, str], PageReport] = field(default_factory=dict)

    @cached_property
    def _facts(self) -> tuple[FactBase, list[Problem], bool]:
        return facts.read(self.data, self.evaluate, self.judge_facts)

    @property
    def base(self) -> FactBase:
        """The fact base, as far as it could be read."""
        return self._facts[0]

    @cached_property
    def names(self) -> Names:
        """The vocabulary of names."""
        return read_names(self.base, self.names_file)

    def check(self, docs: Path, paths: list[Path] | None = None) -> list[Problem]:
        """Every problem of the facts and of the pages under `docs` (or only of `paths`), sorted.

        A fact base that cannot be read is reported alone: without it no number can be judged.
        """
        _, problems, usable = self._facts
        if not usable:
            return problems
        found = [*problems, *(facts.measured(self.base) if paths is None else ())]
        for path in pages(docs) if paths is None else paths:
            found += self.page(path, path.read_text("utf-8")).problems
        found += self.names.problems(whole_site=paths is None)
        return sorted(found)

    def page(self, path: Path, text: str) -> PageReport:
        """One page or notebook, checked; the same text is checked once."""
        if (path, text) not in self._reports:
            self._reports[path, text] = self._notebook(path, text) if path.suffix == ".py" else self._page(path, text)
        return self._reports[path, text]

    def _notebook(self, path: Path, text: str) -> PageReport:
        return PageReport(path, notebook.problems(path, text, self.names))

    def page_check(self, path: Path, text: str) -> PageCheck:
        """The check of a page, not run yet: for those who want more of it than its report."""
        return PageCheck(read_page(path, text), self.base, self.names, self.evaluate)

    def _page(self, path: Path, text: str, fragment: bool = False) -> PageReport:
        check = self.page_check(path, text)
        report = check.run(fragment)
        if not fragment:
            report.problems += CodeCheck(check.page, self.names, self._fragment).run()
        report.problems.sort()
        return report

    def _fragment(self, path: Path, text: str) -> list[Problem]:
        return self._page(path, text, fragment=True).problems

    def rendered(self, path: Path, rendered: str) -> list[Problem]:
        """Numbers of a rendered page that nothing stands behind."""
        source = path.read_text("utf-8") if path.is_file() else ""
        return html.problems(path, rendered, source, self.names)


def pages(docs: Path) -> list[Path]:
    """The pages and notebooks under a folder."""
    return sorted((*docs.rglob("*.md"), *(docs / "notebooks").glob("*.py")))


@cache
def shared() -> Checker:
    """The checker of this process: facts and calculations are read and made once."""
    return Checker()


def check(docs: Path, paths: list[Path] | None = None) -> list[Problem]:
    """Every problem of the facts and of the pages under `docs` (or only of `paths`), sorted by file and line."""
    return shared().check(docs, paths)


def check_page(path: Path, text: str) -> PageReport:
    """One page: its problems, its stated numbers with the pages they lead to, and its assumptions."""
    return shared().page(path, text)


def check_html(path: Path, rendered: str) -> list[Problem]:
    """Numbers of a rendered page that nothing stands behind, outside `a.stated`, code, svg and [data-generated]."""
    return shared().rendered(path, rendered)

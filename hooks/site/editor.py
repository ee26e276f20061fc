"""Checks pages while MkDocs renders them, and shows an editor what is wrong without taking the last good page away."""

import importlib
import logging
from html import escape
from pathlib import Path

from hooks.site.stated_links import StatedLinks

log = logging.getLogger("mkdocs.ridgepoint")


def facts_can_be_read() -> bool:
    """Whether the fact base loads; a slip in one file must not end a preview."""
    facts = importlib.import_module("calculators.facts")
    try:
        facts.load()
    except facts.FactErrors:
        return False
    return True


class Editor:
    """One run of MkDocs: what is wrong where, and the last good HTML of every page."""

    def __init__(self, links: StatedLinks) -> None:
        self.links = links
        self.serving = False
        self.unseen: list = []
        self._docs = Path()
        self._problems: list = []
        self._report = None
        self._good: dict[Path, str] = {}

    def check_all(self, docs: Path) -> list:
        """Every problem of all pages and facts, before anything is rendered."""
        self._docs = docs
        self.unseen = []
        self._problems = self._engine().check(docs)
        if self.serving:
            for problem in self._problems:
                log.error("%s", problem)
        return self._problems

    def before_rendering(self, path: Path) -> None:
        """Tell the link extension where the stated numbers of this page lead."""
        self._report = self._engine().check_page(path, path.read_text("utf-8"))
        self.links.targets = {number.destination: (number.target, number.tooltip) for number in self._report.stated}

    def after_rendering(self, path: Path, html: str, seen: str) -> str:
        """Add the page's assumptions; check the numbers `seen`; in a preview, keep the last good page under what is wrong."""
        # A notebook states numbers only by running cells, so what it shows is computed.
        unseen = self._engine().check_html(path, seen) if path.suffix == ".md" else []
        self.unseen += unseen
        html += _assumptions(self._report.givens)
        wrong = [problem for problem in self._problems if problem.path == path or self._docs not in problem.path.parents]
        if not wrong and not unseen:
            self._good[path] = html
            return html
        return _banner([*wrong, *unseen]) + self._good.get(path, html) if self.serving else html

    def _engine(self):
        """The checks, imported anew after an edit of them or of the facts."""
        return importlib.import_module("hooks.checks.engine")


def _banner(problems: list) -> str:
    items = "".join(f"<li><pre>{escape(str(problem))}</pre></li>" for problem in problems)
    title = "This page, or a fact behind it, does not hold. The last good version is shown below."
    return f'<section class="rp-problems" role="alert"><p>{title}</p><ul>{items}</ul></section>'


def _assumptions(givens: dict) -> str:
    if not givens:
        return ""
    items = "".join(
        f'<li id="given-{escape(name)}"><strong>{escape(given.value)}</strong> {escape(given.note)}</li>'
        for name, given in givens.items()
    )
    return (
        f'<section class="rp-given" data-generated><h2 id="assumptions">Assumptions on this page</h2><ul>{items}</ul></section>'
    )

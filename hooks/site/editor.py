"""Checks pages while MkDocs renders them, and shows an editor what is wrong without taking the last good page away."""

import importlib
import json
import logging
import re
from html import escape
from pathlib import Path
from types import MethodType
from typing import Any

from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents

from hooks.site import session
from hooks.site.remembered import CODE, Remembered
from hooks.site.stated_links import StatedLinks

log = logging.getLogger(session.OURS)
_PAINT = re.compile(r"\x1b\[[0-9;]*m")  # a notebook's traceback is colored for a terminal


def facts_can_be_read() -> bool:
    """Whether the fact base loads; a slip in one file must not end a preview."""
    facts = importlib.import_module("calculators.facts")
    try:
        facts.load()
    except facts.FactErrors:
        return False
    return True


class Editor:
    """One run of MkDocs: what is wrong where."""

    def __init__(self, links: StatedLinks, remembered: Remembered) -> None:
        self.links = links
        self.unseen: list = []
        self._remembered = remembered
        self._docs = Path()
        self._problems: list = []
        self._report = None

    def check_all(self, docs: Path) -> list:
        """Every problem of all pages and facts, before anything is rendered."""
        self._docs = docs
        self.unseen = []
        self._problems = self._engine().check(docs)
        session.current.findings.checked = [str(problem) for problem in self._problems]
        if session.current.serving:
            self._tell(self._problems)
        return self._problems

    def wrong(self, path: Path) -> list:
        """The problems of a page, and those of facts, which may stand on any page."""
        facts = self._docs.parent / "calculators"
        return [problem for problem in self._problems if problem.path == path or facts in problem.path.parents]

    def before_rendering(self, path: Path) -> None:
        """Tell the link extension where the stated numbers of this page lead."""
        self._report = self._engine().check_page(path, path.read_text("utf-8"))
        self.links.targets = {number.destination: (number.target, number.tooltip) for number in self._report.stated}

    def after_rendering(self, page: Page, html: str, seen: str) -> str:
        """Add the page's assumptions; check the numbers `seen`; in a preview, keep the last good page where one is wrong."""
        path = Path(page.file.abs_src_path)
        wrong = self.wrong(path)  # then nothing has been bound, and every number would be told twice
        unseen = [] if wrong else self._unseen(path, seen)
        self.unseen += unseen
        html += _assumptions(self._report.givens)
        if not session.current.serving:
            return html
        self._tell(unseen)
        findings, good = session.current.findings.rendered, session.current.good
        findings.setdefault(page.file.src_uri, []).extend(map(str, unseen))
        if wrong or findings[page.file.src_uri]:
            html, page.toc = good.get(path, (html, page.toc))
        else:
            good[path] = html, page.toc
        return html

    def shield(self, page: Page) -> None:
        """Let a page that cannot be rendered be a problem of that page, not the end of the preview."""
        render = page.render

        def shielded(page: Page, config: Any, files: Any) -> None:
            try:
                render(config, files)
            except Exception as error:
                path = Path(page.file.abs_src_path)
                said = _PAINT.sub("", str(error)).strip()
                problem = f"{page.file.src_uri}: {type(error).__name__}: {said}"
                session.current.findings.rendered.setdefault(page.file.src_uri, []).append(problem)
                log.error("%s", problem)
                page.content, page.toc = session.current.good.get(path, ("", TableOfContents([])))
                page.present_anchor_ids, page.links_to_anchors = set(), {}

        page.render = MethodType(shielded, page)

    def _unseen(self, path: Path, seen: str) -> list:
        """Numbers of a rendered page that nothing stands behind. That there are none is kept."""
        if path.suffix != ".md":  # a notebook states numbers only by running cells, so what it shows is computed
            return []
        engine = self._engine()
        found: list = []

        def look() -> list:
            found.extend(engine.check_html(path, seen))
            return []

        names = engine.shared().names
        question = json.dumps(["rendered", seen, sorted(names.known), names.listed, names.versions])
        self._remembered.recall(question, look, CODE, lambda: not found)
        return found

    def _tell(self, problems: list) -> None:
        for problem in problems:
            log.error("%s", problem)

    def _engine(self):
        """The checks, imported when they are needed: what keeps them from being imported is a problem of the build."""
        return importlib.import_module("hooks.checks.engine")


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

"""The generated part of a page about an accelerator, model or calculator: headings while it is Markdown, tables once it is HTML.

A table that went through the Markdown parser would cost more time than all the text of the page.
"""

import importlib
import re

from hooks.site.editor import facts_can_be_read
from hooks.site.remembered import Remembered

_PAGE = re.compile(r"(gpus|models|calculators)/(?!index\.md)(.+)\.md")


class GeneratedSections:
    """The generated sections of every page that has some."""

    def __init__(self, remembered: Remembered) -> None:
        self._remembered = remembered

    def headings(self, page: str) -> str:
        """Headings and placeholders to append to the Markdown of a page, so that its table of contents has them."""
        return "".join(f"\n\n## {title} {{#{id}}}\n\n{_hole(id)}\n" for title, id, _ in self._of(page))

    def filled(self, page: str, html: str) -> str:
        """The page with every placeholder replaced."""
        for _, id, generated in self._of(page):
            html = html.replace(_hole(id), generated)
        return html

    def _of(self, page: str) -> list[tuple[str, str, str]]:
        """Title, id and HTML of each section."""
        if not _PAGE.fullmatch(page) or not facts_can_be_read():
            return []
        return self._remembered.recall(f"sections of {page}", lambda: sections(page))


def sections(page: str) -> list[tuple[str, str, str]]:
    """Title, id and HTML of each section that is appended to a page, made anew."""
    found = _PAGE.fullmatch(page)
    if not found:
        return []
    folder, name = found.groups()
    module = "calculator_page" if folder == "calculators" else "record_page"
    # imported late, so that edits are seen while serving
    made = importlib.import_module(f"calculators.present.{module}").sections(name)
    found = [(section.title, section.id, str(section.html)) for section in made]
    return [(title, id, html + _held_in_part(name) if id == "facts" else html) for title, id, html in found]


def _held_in_part(slug: str) -> str:
    """What the proof found of the facts of a record: those that are held only in part."""
    return str(importlib.import_module("prove.partly").of_record(slug) or "")


def _hole(id: str) -> str:
    return f'<div data-section="{id}"></div>'

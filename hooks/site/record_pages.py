"""The generated part of a page about one accelerator or model: its headings while it is Markdown, its tables once it is HTML.

A table that went through the Markdown parser would cost more time than all the text of the page.
"""

import importlib
import re

_PAGE = re.compile(r"(?:gpus|models)/(?!index\.md)(.+)\.md")


def headings(page: str) -> str:
    """Headings and placeholders to append to the Markdown of a page, so that its table of contents has them."""
    return "".join(f"\n\n## {section.title} {{#{section.id}}}\n\n{_hole(section.id)}\n" for section in _sections(page))


def filled(page: str, html: str) -> str:
    """The page with every placeholder replaced."""
    for section in _sections(page):
        html = html.replace(_hole(section.id), section.html)
    return html


def _hole(id: str) -> str:
    return f'<div data-section="{id}"></div>'


def _sections(page: str) -> tuple:
    found = _PAGE.fullmatch(page)
    if not found:
        return ()
    record_page = importlib.import_module(
        "calculators.present.record_page"
    )  # imported late, so that edits are seen while serving
    return record_page.sections(found.group(1))

"""The generated part of a page about an accelerator, model or calculator: headings while it is Markdown, tables once it is HTML.

A table that went through the Markdown parser would cost more time than all the text of the page.
"""

import importlib
import re

from hooks.site.editor import facts_can_be_read

_PAGE = re.compile(r"(gpus|models|calculators)/(?!index\.md)(.+)\.md")


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
    if not found or not facts_can_be_read():
        return ()
    folder, name = found.groups()
    module = "references" if folder == "calculators" else "record_page"
    # imported late, so that edits are seen while serving
    return importlib.import_module(f"calculators.present.{module}").sections(name)

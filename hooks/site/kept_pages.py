"""Converted pages, kept: the HTML, headings, anchors and links of a page are made once for the same text and surroundings."""

import hashlib
import json
import re
from collections.abc import Callable
from types import MethodType
from typing import Any

from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from hooks.site.code_blocks import Fences, imported
from hooks.site.remembered import CODE, FACTS, Remembered
from hooks.site.stated_links import StatedLinks

_CELL_ID = re.compile(r' id="cell-id=[^"]*"')  # drawn anew each time a notebook is read, and nothing leads there
_ALWAYS_THE_SAME = ("calculators", "IPython")


class KeptPages:
    """Lets a page find what an earlier build made of it.

    A conversion reads the text, the addresses of stated numbers, and which files there are. Besides these only executed blocks
    have inputs: of facts, if they use calculators alone; anything else is made anew every time.
    """

    def __init__(self, remembered: Remembered, links: StatedLinks, fences: Fences) -> None:
        self._remembered, self._links, self._fences = remembered, links, fences
        self._files = ""

    def among(self, files: Files) -> None:
        """The files that links can lead to."""
        linked = (file for file in files if not file.src_uri.startswith("runtime/"))  # its names change with every fact
        listed = sorted((file.src_uri, file.url, file.inclusion.name) for file in linked)
        self._files = hashlib.sha256(json.dumps(listed).encode()).hexdigest()

    def remember(self, page: Page) -> None:
        """Give the page a `render` that looks first."""
        render = page.render

        def remembering(page: Page, config: Any, files: Files) -> None:
            self._recall(page, files, lambda: render(config, files))

        page.render = MethodType(remembering, page)

    def _recall(self, page: Page, files: Files, render: Callable[[], None]) -> None:
        notebook = page.file.src_uri.endswith(".py")
        source = page.file.content_string if notebook else page.markdown
        question = json.dumps(["page", page.file.src_uri, source, page.meta, self._links.targets, self._files], default=str)
        executes = notebook or "exec=" in source
        repeatable = not notebook or all(name.split(".")[0] in _ALWAYS_THE_SAME for name in imported(source))
        self._fences.unrepeatable = False

        def made() -> dict[str, Any]:
            render()
            return _parts(page)

        parts = self._remembered.recall(
            question, made, FACTS if executes else CODE, lambda: repeatable and not self._fences.unrepeatable
        )
        _put(page, files, parts)


def _parts(page: Page) -> dict[str, Any]:
    """What a conversion gives, as values of JSON."""
    links = page.links_to_anchors or {}
    return {
        "content": _CELL_ID.sub("", page.content),
        "toc": [_heading(item) for item in page.toc.items],
        "title": page._title_from_render,
        "set": page.__dict__.get("title"),
        "anchors": sorted(page.present_anchor_ids or ()),
        "links": {file.src_uri: found for file, found in links.items()},
    }


def _put(page: Page, files: Files, parts: dict[str, Any]) -> None:
    page.content = parts["content"]
    page.toc = TableOfContents([_link(item) for item in parts["toc"]])
    page._title_from_render = parts["title"]
    if parts["set"] is not None:
        page.title = parts["set"]
    page.present_anchor_ids = set(parts["anchors"])
    page.links_to_anchors = {files.get_file_from_path(name): found for name, found in parts["links"].items()}


def _heading(item: AnchorLink) -> list[Any]:
    return [item.title, item.id, item.level, [_heading(child) for child in item.children]]


def _link(heading: list[Any]) -> AnchorLink:
    link = AnchorLink(*heading[:3])
    link.children = [_link(child) for child in heading[3]]
    return link

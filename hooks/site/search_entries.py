"""The search index, page by page: a page is parsed once for the same content, and can be replaced while the others stay."""

import json
from itertools import chain
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from hooks.site.remembered import CODE, Remembered


def plugin(config: MkDocsConfig) -> Any:
    """The theme's search."""
    return next(plugin for plugin in config.plugins.values() if hasattr(plugin, "search_index"))


def remember(index: Any, remembered: Remembered) -> None:
    """Let the theme's index recall the entries of a page, and replace those that it had of it."""
    parse = index.add_entry_from_context
    of_page: dict[str, list[dict[str, Any]]] = {}

    def made(page: Page) -> list[dict[str, Any]]:
        index.entries = []
        parse(page)
        return index.entries

    def add(page: Page) -> None:
        question = json.dumps(["search", page.url, str(page.title), page.meta, _ids(page.toc), page.content], default=str)
        of_page[page.url] = remembered.recall(question, lambda: made(page), CODE)
        index.entries = list(chain.from_iterable(of_page.values()))

    index.add_entry_from_context = add


def _ids(toc: Any) -> list[Any]:
    return [[item.id, _ids(item.children)] for item in toc]

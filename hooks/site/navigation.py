"""Fills a folder named in the navigation with its pages, so that adding a page registers nothing."""

import importlib
from pathlib import Path
from typing import Any


def expand(nav: list[Any], docs: Path) -> list[Any]:
    """Replace every entry 'folder/' by the folder's pages: its index first, then by file name; records in their groups."""
    expanded = []
    for item in nav:
        if isinstance(item, dict):
            expanded += [{title: expand(value, docs) if isinstance(value, list) else value} for title, value in item.items()]
        elif item.endswith("/"):
            expanded += _folder(item, docs)
        else:
            expanded.append(item)
    return expanded


def _folder(folder: str, docs: Path) -> list[Any]:
    paths = [path for path in (docs / folder).iterdir() if path.suffix in (".md", ".py")]
    pages = {path.stem: path.relative_to(docs).as_posix() for path in sorted(paths, key=lambda path: path.name)}
    index = [pages.pop("index")] if "index" in pages else []
    groups = importlib.import_module("calculators.present.groups").groups(folder.strip("/"))
    grouped = [{title: [pages.pop(slug) for slug in slugs if slug in pages]} for title, slugs in groups.items()]
    return [*index, *(group for group in grouped if any(group.values())), *pages.values()]

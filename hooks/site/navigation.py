"""Fills a folder named in the navigation with its pages, so that adding a page registers nothing."""

from pathlib import Path
from typing import Any


def expand(nav: list[Any], docs: Path) -> list[Any]:
    """Replace every entry 'folder/' by the folder's pages: its index first, then by file name."""
    expanded = []
    for item in nav:
        if isinstance(item, dict):
            expanded += [{title: expand(value, docs) if isinstance(value, list) else value} for title, value in item.items()]
        elif item.endswith("/"):
            pages = [path for path in (docs / item).iterdir() if path.suffix in (".md", ".py")]
            ordered = sorted(pages, key=lambda path: (path.stem != "index", path.name))
            expanded += [path.relative_to(docs).as_posix() for path in ordered]
        else:
            expanded.append(item)
    return expanded

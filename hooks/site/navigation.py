"""Fills a folder named in the navigation with its pages, so that adding a page registers nothing.

Records and calculators have groups of their own. Other folders are grouped where the front matter of their index lists
`subjects`: a page names one of them as its `subject`, and its place there as `order`. Pages without a subject come last.
"""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hooks.checks.frontmatter import front_matter_map

_LAST = 1000


class NavigationError(ValueError):
    """A page names a subject that the index of its folder does not list."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page as the navigation needs it: its file name without suffix, and what its front matter says."""

    slug: str
    title: str
    description: str
    subject: str
    order: int


def expand(nav: list[Any], docs: Path) -> list[Any]:
    """Replace every entry 'folder/' by the folder's pages: its index first, then by file name; those with a group in it."""
    expanded = []
    for item in nav:
        if isinstance(item, dict):
            expanded += [{title: expand(value, docs) if isinstance(value, list) else value} for title, value in item.items()]
        elif item.endswith("/"):
            expanded += _folder(item, docs)
        else:
            expanded.append(item)
    return expanded


def by_subject(folder: Path) -> dict[str, list[Entry]]:
    """The pages of a folder whose index lists subjects, in their order; "" holds pages without one. Empty without such a list."""
    index = folder / "index.md"
    subjects = _declared(index).get("subjects", []) if index.is_file() else []
    if not subjects:
        return {}
    groups: dict[str, list[Entry]] = {subject: [] for subject in [*subjects, ""]}
    for path in sorted(folder.glob("*.md")):
        if path != index:
            entry = _entry(path)
            if entry.subject not in groups:
                raise NavigationError(f"{path}: subject {entry.subject!r} is not listed in {index}: {', '.join(subjects)}")
            groups[entry.subject].append(entry)
    return {subject: sorted(entries, key=lambda entry: (entry.order, entry.title)) for subject, entries in groups.items()}


def _folder(folder: str, docs: Path) -> list[Any]:
    paths = [path for path in (docs / folder).iterdir() if path.suffix in (".md", ".py")]
    pages = {path.stem: path.relative_to(docs).as_posix() for path in sorted(paths, key=lambda path: path.name)}
    index = [pages.pop("index")] if "index" in pages else []
    grouped = [{title: [pages.pop(slug) for slug in slugs if slug in pages]} for title, slugs in _groups(folder, docs).items()]
    return [*index, *(group for group in grouped if any(group.values())), *pages.values()]


def _groups(folder: str, docs: Path) -> dict[str, list[str]]:
    groups = importlib.import_module("calculators.present.groups").groups(folder.strip("/"))
    subjects = {subject: [entry.slug for entry in entries] for subject, entries in by_subject(docs / folder).items() if subject}
    return groups or subjects


def _entry(path: Path) -> Entry:
    said = _declared(path)
    order = said.get("order", _LAST)
    return Entry(path.stem, said.get("title", path.stem), said.get("description", ""), said.get("subject", ""), order)


def _declared(path: Path) -> dict[str, Any]:
    return front_matter_map(path.read_text("utf-8"))

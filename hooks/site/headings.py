"""The headings of a page with their anchors, read from its source and its generated sections, without building the site."""

import re
from functools import cache
from html import unescape
from pathlib import Path

from markdown.extensions.toc import slugify, unique

from hooks.checks.frontmatter import front_matter_map, read_front_matter
from hooks.site import record_pages

DOCS = Path(__file__).resolve().parents[2] / "docs"
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})")
_HEADING = re.compile(r"^#{1,6}[ \t]+(?P<text>.+?)[ \t]*(?:\{[^}]*#(?P<id>[\w-]+)[^}]*\})?[ \t]*#*$")
_LINK = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")


def source(page: str, docs: Path = DOCS) -> Path | None:
    """The file behind the address of a page: 'topics/tf32', 'prices', 'notebooks/size-a-70b-service'."""
    candidates = (docs / f"{page}.md", docs / page / "index.md", docs / f"{page}.py")
    return next((path for path in candidates if path.is_file()), None)


def title(path: Path) -> str:
    """What a page is called: as its front matter says, else as its first heading does."""
    return _declared_at(path, path.stat().st_mtime_ns) or next(iter(_written(path).values()), path.stem)


def heading(path: Path, anchor: str, docs: Path = DOCS) -> str | None:
    """The text of the heading with this anchor; None where the page has no such heading."""
    written = _written(path).get(anchor)
    if written is not None:
        return written
    return _generated(path.relative_to(docs).as_posix()).get(anchor)


@cache
def _declared_at(path: Path, _changed: int) -> str:
    return front_matter_map(path.read_text("utf-8")).get("title", "")


@cache
def _generated(page: str) -> dict[str, str]:
    return {id: title for title, id, _ in record_pages.sections(page)}


@cache
def _written_at(path: Path, _changed: int) -> dict[str, str]:
    found: dict[str, str] = {}
    used: set[str] = set()
    for line in _lines(path):
        match = _HEADING.match(line)
        if match:
            text = _plain(match["text"])
            found[match["id"] or unique(slugify(text, "-"), used)] = text
    return found


def _written(path: Path) -> dict[str, str]:
    return _written_at(path, path.stat().st_mtime_ns)


def _lines(path: Path) -> list[str]:
    """The lines of a page outside of fences; of a notebook, those of its Markdown cells."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        cells = text.split("\n# %%")
        text = "\n".join(re.sub(r"^# ?", "", cell, flags=re.M) for cell in cells if cell.startswith(" [markdown]"))
    else:
        text = text[read_front_matter(text).end :]
    kept, fence = [], ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence:
            kept.append(line)
    return kept


def _plain(text: str) -> str:
    return unescape(re.sub(r"[*`]|\\(?=\W)", "", _LINK.sub(r"\1", text)))

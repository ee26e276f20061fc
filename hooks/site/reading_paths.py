"""Orders in which to read: the page that lists them, and the way back and on at the foot of every page of a path."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mkdocs.utils import get_relative_url

from calculators.present.html import Html, join, tag
from hooks.site import headings

DATA = Path(__file__).parent / "data" / "paths.toml"
_PAGE = "guides/reading-paths"
_NOT_READ = re.compile(r"\A---\n.*?^---\n|^ *```.*?^ *```|^\[[^\]]+\]: .*?$|\]\([^)\n]*\)|\]\[[^\]\n]*\]|[|*#>`-]+", re.S | re.M)


@dataclass(frozen=True, slots=True)
class Step:
    """A page of a path, and what it gives to the reader of this path."""

    page: str
    why: str

    @property
    def title(self) -> str:
        """What the page is called."""
        return headings.title(_source(self.page))


@dataclass(frozen=True, slots=True)
class ReadingPath:
    """Pages in the order in which a certain reader profits from them."""

    id: str
    reader: str
    aim: str
    steps: tuple[Step, ...]

    @property
    def anchor(self) -> str:
        """The heading of the path on the page that lists all."""
        return "-".join(self.reader.split())


def paths() -> tuple[ReadingPath, ...]:
    """Every path, of the pages that exist."""
    return _read(DATA.stat().st_mtime_ns)


def listing(id: str) -> Html:
    """What a path is for, and its pages in order."""
    path = next(path for path in paths() if path.id == id)
    steps = [
        tag("li", tag("a", step.title, href=get_relative_url(f"{step.page}/", f"{_PAGE}/")), ": ", step.why)
        for step in path.steps
    ]
    length = f"{len(path.steps)} pages, about {round(sum(_words(step.page) for step in path.steps), -3):,} words."
    return tag("div", tag("p", path.aim), tag("p", length), tag("ol", *steps), data_generated=True)


def foot(src_uri: str) -> Html:
    """Where a page stands on each of its paths, with the pages before and after it; nothing for a page of none."""
    page = src_uri.rpartition(".")[0].removesuffix("/index")
    rows = [_row(path, place) for path in paths() for place, step in enumerate(path.steps) if step.page == page]
    if not rows:
        return Html("")
    return tag("nav", *rows, class_="rp-paths", aria_label="Reading paths", data_generated=True, data_search_exclude=True)


def _row(path: ReadingPath, place: int) -> Html:
    here = f"{path.steps[place].page}/"
    name = tag("a", f"For {path.reader}", href=get_relative_url(f"{_PAGE}/", here) + f"#{path.anchor}")
    count = tag("span", f"{place + 1} of {len(path.steps)}")
    before = _link(path.steps[place - 1], here, "prev", "← ", "") if place else None
    after = _link(path.steps[place + 1], here, "next", "", " →") if place + 1 < len(path.steps) else None
    return tag("p", join(name, Html(" "), count), join(before, Html(" ") if before and after else None, after))


def _link(step: Step, here: str, rel: str, before: str, after: str) -> Html:
    return tag("a", before, step.title, after, href=get_relative_url(f"{step.page}/", here), rel=rel)


def _words(page: str) -> int:
    """The words of a page, without its code, its front matter and the addresses behind its numbers."""
    return len(_NOT_READ.sub(" ", _source(page).read_text("utf-8")).split())


def _source(page: str) -> Path:
    path = headings.source(page)
    if path is None:
        raise FileNotFoundError(page)
    return path


@cache
def _read(_changed: int) -> tuple[ReadingPath, ...]:
    listed = tomllib.loads(DATA.read_text("utf-8"))["path"]
    return tuple(ReadingPath(path["id"], path["reader"], path["aim"], _steps(path["pages"])) for path in listed)


def _steps(pages: list[list[str]]) -> tuple[Step, ...]:
    return tuple(Step(page, why) for page, why in pages if headings.source(page))

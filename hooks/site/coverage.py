"""What texts in circulation teach, and where this site teaches it; a point without a place is shown as open."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from calculators.present.html import Html, join, tag
from hooks.site import headings

DATA = Path(__file__).parent / "data" / "coverage.toml"


@dataclass(frozen=True, slots=True)
class Place:
    """A page and a heading of it, as written: 'topics/tf32#what-does-it-gain'. Without heading it means the page's title."""

    written: str

    @property
    def page(self) -> str:
        return self.written.partition("#")[0]

    @property
    def anchor(self) -> str:
        return self.written.partition("#")[2]

    def label(self) -> str | None:
        """Title of the page and heading; None where one of them does not exist."""
        path = headings.source(self.page)
        if path is None:
            return None
        if not self.anchor:
            return headings.title(path)
        heading = headings.heading(path, self.anchor)
        return heading and f"{headings.title(path)}: {heading}"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a reader of the texts can learn, and where."""

    group: str
    section: str
    name: str
    places: tuple[Place, ...]

    def found(self) -> list[tuple[Place, str]]:
        """The places that exist, with their labels."""
        labelled = ((place, place.label()) for place in self.places)
        return [(place, label) for place, label in labelled if label]


@cache  # a module is read anew when a file beside it changes
def points(data: Path = DATA) -> tuple[Point, ...]:
    """Every point, in the order of the texts."""
    return tuple(
        Point(group["name"], section["name"], name, tuple(map(Place, places)))
        for group in tomllib.loads(data.read_text("utf-8"))["group"]
        for section in group["section"]
        for name, *places in section["points"]
    )


def extent() -> Html:
    """How many points there are, and how many of them are open."""
    listed = points()
    missing = sum(not point.found() for point in listed)
    state = "none is open" if not missing else f"{missing} are open"
    return tag("p", f"{len(listed)} points; {state}.", data_generated=True)


def group(name: str) -> Html:
    """The points of one group, section by section."""
    listed = [point for point in points() if point.group == name]
    if not listed:
        raise KeyError(name)
    sections = dict.fromkeys(point.section for point in listed)
    rows = [tag("tbody", _title(section), *(_row(point) for point in listed if point.section == section)) for section in sections]
    head = tag("thead", tag("tr", tag("th", "Point", scope="col"), tag("th", "Where", scope="col")))
    table = tag("table", head, *rows, class_="rp-table rp-coverage")
    return tag("div", table, class_="rp-scroll", tabindex="0", data_generated=True, data_search_exclude=True)


def _title(section: str) -> Html:
    return tag("tr", tag("th", section, colspan="2", scope="rowgroup"))


def _row(point: Point) -> Html:
    links = [tag("a", label, href=_address(place)) for place, label in point.found()]
    where = Html("<br>").join(links) if links else tag("strong", "open")
    return tag("tr", tag("td", point.name), tag("td", join(Html(where))))


def _address(place: Place) -> str:
    """From the page of this list, two folders deep."""
    return f"../../{place.page}/" + (f"#{place.anchor}" if place.anchor else "")

"""Related pages at the foot of a topic, guide, calculator or notebook, worked out from what the pages themselves bind and say.

Two pages are near each other where they share what few others have: tags, the calculators and facts that their numbers lead to,
their subject; and where the text of one links to the other.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import log, sqrt
from pathlib import Path

from mkdocs.utils import get_relative_url

from calculators.present.html import Html, tag
from hooks.checks.frontmatter import front_matter_map
from hooks.site import headings
from hooks.site.headings import DOCS

FOLDERS = {"topics": "Topic", "guides": "Guide", "calculators": "Calculator", "notebooks": "Notebook"}
_LISTED = 6
_OF_A_KIND = 3  # so that a topic leads to guides and calculators as well
_LINKED, _LINKED_FROM = 0.3, 0.1  # beside a likeness of at most 1
_CALCULATOR = re.compile(r"\b(?:calc:|run\(\"|calculators/)([a-z_]+)")
_FACT = re.compile(r"\bfact:[\w.-]+/([\w.]+)")
_ADDRESS = re.compile(r"\]\(((?:\.\./)?[\w./-]+)\.(?:md|py)(?:#[\w-]+)?\)")

Weights = dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A page as its neighbours see it: its address without suffix, its title, what it holds and how often, where it leads."""

    name: str
    title: str
    holds: Counter[str]
    leads_to: frozenset[str]

    @property
    def folder(self) -> str:
        return self.name.partition("/")[0]


def foot(src_uri: str) -> Html:
    """The nearest pages with their kinds, as a list of links; nothing for a page of another folder or an index."""
    here = src_uri.rpartition(".")[0]
    near = nearest(here)
    if not near:
        return Html("")
    items = [
        tag(
            "li", tag("a", page.title, href=get_relative_url(f"{page.name}/", f"{here}/")), " ", tag("span", FOLDERS[page.folder])
        )
        for page in near
    ]
    title = tag("p", "Related pages", id="rp-related")
    return tag("nav", title, tag("ul", *items), class_="rp-related", aria_labelledby="rp-related", data_search_exclude=True)


def nearest(name: str) -> tuple[Page, ...]:
    """The nearest pages, the nearest first; few of one kind."""
    return _nearest(tuple(_page(path, path.stat().st_mtime_ns) for path in _paths())).get(name, ())


def _paths() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted(path for path in (DOCS / folder).glob("*") if path.suffix in (".md", ".py") and path.stem != "index")


@cache
def _nearest(pages: tuple[Page, ...]) -> dict[str, tuple[Page, ...]]:
    spread = Counter(held for page in pages for held in page.holds)
    weights = {page.name: _weights(page.holds, spread, len(pages)) for page in pages}
    return {page.name: _chosen(page, pages, weights) for page in pages}


@cache
def _page(path: Path, _changed: int) -> Page:
    text, name = path.read_text("utf-8"), path.relative_to(DOCS).with_suffix("").as_posix()
    declared = front_matter_map(text)
    holds = Counter(f"calculator {found}" for found in _CALCULATOR.findall(text))
    holds.update(f"fact {found}" for found in _FACT.findall(text))
    holds.update({f"tag {found}": 4 for found in declared.get("tags", [])})
    holds.update([f"subject {declared['subject']}"] if "subject" in declared else [])
    here = path.relative_to(DOCS).parent
    leads_to = frozenset(_absolute(here, address) for address in _ADDRESS.findall(text))
    return Page(name, headings.title(path), holds, leads_to - {name})


def _absolute(here: Path, address: str) -> str:
    return address.removeprefix("../") if address.startswith("../") else (here / address).as_posix()


def _weights(holds: Counter[str], spread: Counter[str], pages: int) -> Weights:
    """What is held often and by few others weighs most; the sum of squares is 1."""
    raw = {held: log(1 + count) * log(pages / spread[held]) for held, count in holds.items()}
    size = sqrt(sum(weight * weight for weight in raw.values())) or 1
    return {held: weight / size for held, weight in raw.items()}


def _chosen(page: Page, pages: tuple[Page, ...], weights: dict[str, Weights]) -> tuple[Page, ...]:
    nearness = {other: _nearness(page, other, weights) for other in pages if other is not page}
    chosen: list[Page] = []
    kinds: Counter[str] = Counter()
    for other in sorted(nearness, key=lambda other: (-nearness[other], other.name)):
        if nearness[other] > 0 and kinds[other.folder] < _OF_A_KIND:
            kinds[other.folder] += 1
            chosen.append(other)
    return tuple(chosen[:_LISTED])


def _nearness(page: Page, other: Page, weights: dict[str, Weights]) -> float:
    theirs = weights[other.name]
    alike = sum(weight * theirs.get(held, 0) for held, weight in weights[page.name].items())
    return alike + _LINKED * (other.name in page.leads_to) + _LINKED_FROM * (page.name in other.leads_to)

"""The terms of the field as this site uses them: a page that lists them, and a tooltip at the first use of each on a page."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from calculators.present.html import Html, tag
from hooks.site import headings

DATA = Path(__file__).parent / "data" / "glossary.toml"
_AFTER_INLINE = 6  # text is in its elements once inline patterns (20) have run
_LEFT_ALONE = {"a", "abbr", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "th", "script", "style", "svg", "math", "button"}


@dataclass(frozen=True, slots=True)
class Term:
    """A term, what it is called in full, what it means, and the page that treats it."""

    term: str
    name: str
    text: str
    where: str
    tooltip: bool = True

    @property
    def anchor(self) -> str:
        return "-".join(self.term.lower().split())

    @property
    def told(self) -> str:
        """As a tooltip says it."""
        return f"{self.name[0].upper()}{self.name[1:]}. {self.text}"


def terms() -> list[Term]:
    """Every term, in alphabetical order."""
    listed = (Term(**entry) for entry in tomllib.loads(DATA.read_text("utf-8"))["term"])
    return sorted(listed, key=lambda term: term.term.lower())


def listing() -> Html:
    """All terms with their definitions and the page that treats each."""
    return tag("dl", *(part for term in terms() for part in _entry(term)), class_="rp-glossary", data_generated=True)


def _entry(term: Term) -> tuple[Html, Html]:
    path = headings.source(term.where)
    more = tag("a", headings.title(path), href=f"../../{term.where}/") if path else None
    head = tag("dt", tag("dfn", term.term), Html(": "), term.name, id=term.anchor)
    return head, tag("dd", term.text, Html(" "), more)


class Tooltips(Extension):
    """Marks the first use of each term on a page as an abbreviation with its definition."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register with Python-Markdown."""
        md.treeprocessors.register(_Marker(md), "ridgepoint-glossary", _AFTER_INLINE)


class _Marker(Treeprocessor):
    def run(self, root: Element) -> None:
        """Walk the page in the order of reading."""
        _Page(_with_tooltips(DATA.stat().st_mtime_ns)).walk(root)


class _Page:
    """One page on its way: the terms that it has not used yet."""

    def __init__(self, terms: dict[str, Term]) -> None:
        self.terms = terms
        self.waiting = set(terms)
        longest_first = sorted(map(re.escape, terms), key=len, reverse=True)
        self.pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(longest_first)})(?![\w-])")

    def walk(self, element: Element) -> None:
        """Mark terms in the text of an element, in its children, and between them."""
        if element.tag in _LEFT_ALONE:
            return
        children = list(element)
        element.text = self._mark(element.text, element, 0)
        for child in children:
            self.walk(child)
            child.tail = self._mark(child.tail, element, list(element).index(child) + 1)

    def _mark(self, text: str | None, parent: Element, place: int) -> str | None:
        """The text up to the first new term in it; the term, and what follows, goes into elements at `place`."""
        if not text or isinstance(text, AtomicString):
            return text
        new = [found for found in self.pattern.finditer(text) if self._take(found.group())]
        ends = [found.start() for found in new[1:]] + [len(text)]
        for offset, (found, end) in enumerate(zip(new, ends, strict=True) if new else ()):
            abbreviation = Element("abbr", {"title": self.terms[found.group()].told})
            abbreviation.text = AtomicString(found.group())
            abbreviation.tail = text[found.end() : end]
            parent.insert(place + offset, abbreviation)
        return text[: new[0].start()] if new else text

    def _take(self, term: str) -> bool:
        """Whether a term is used for the first time."""
        first = term in self.waiting
        self.waiting.discard(term)
        return first


@cache
def _with_tooltips(_changed: int) -> dict[str, Term]:
    return {term.term: term for term in terms() if term.tooltip}

"""What a page names with digits and states no number of: names, dates, references, versions, code.

A name of a record is accounted for where its section links or binds that record, or the page is about it, unless one digit makes
it the name of another record there. Everything else stands in the front matter, with the number of times that the page says it:

names: {"October 2026": 2, "section 3.2": 1}
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import PurePosixPath
from urllib.parse import unquote_plus

from calculators.records import FactBase
from hooks.checks.names import Names
from hooks.checks.numerals import excused, known_names, markers, quantities_in_code
from hooks.checks.page import MASK, SCHEMES, Page

_HEADING = re.compile(r"^#+ ", re.M)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]*")
_LISTED = re.compile(r"^names: ?(?:\{\n(?:  .*\n)*\}|\{.*\})\n", re.M)
_WIDTH = 128
_SIZE = re.compile(r"[\d.x]+[BM]")
_SHOWN = re.compile(rf"(?:{'|'.join(SCHEMES)}):")


@dataclass(frozen=True, slots=True)
class Mention:
    """Something with digits that nothing on the page stands behind."""

    offset: int
    text: str


@dataclass
class Scopes:
    """The records that each section of a page links to or binds."""

    page: Page
    base: FactBase

    @cached_property
    def whole(self) -> frozenset[str]:
        """The records of the whole page."""
        return frozenset().union(self._own, *(slugs for _, slugs in self._links))

    def at(self, offset: int) -> frozenset[str]:
        """The records of the section around an offset; those of the whole page before its first heading and in it."""
        starts = self._starts
        number = sum(start <= offset for start in starts)
        if number <= 1:
            return self.whole
        first, last = starts[number - 1], (*starts, len(self.page.text))[number]
        return self._own.union(*(slugs for at, slugs in self._links if first <= at < last))

    @cached_property
    def _starts(self) -> list[int]:
        return [found.start() for found in _HEADING.finditer(self.page.visible)]

    @cached_property
    def _own(self) -> frozenset[str]:
        return frozenset({self.page.path.stem}) & self.base.records.keys()

    @cached_property
    def _links(self) -> list[tuple[int, frozenset[str]]]:
        return [(link.offset, self._records(link.destination)) for link in self.page.links]

    def _records(self, destination: str, seen: tuple[str, ...] = ()) -> frozenset[str]:
        scheme, _, rest = unquote_plus(destination).partition(":")
        known = self.base.records.keys()
        name = rest.partition("/")[0]
        if scheme in ("data", "price"):
            entry = (self.base.measurements if scheme == "data" else self.base.prices).get(name)
            return frozenset({entry.hardware, str(getattr(entry, "details", {}).get("model"))} if entry else ()) & known
        if scheme == "audit":
            return frozenset(self.base.audit[name].subjects if name in self.base.audit else ()) & known
        if scheme not in SCHEMES:
            return frozenset({PurePosixPath(destination.partition("#")[0]).stem}) & known
        named = frozenset(_WORD.findall(rest)) & known
        for given in self.page.front.givens.values():
            named |= frozenset({given.value} if f"{{{given.name}}}" in rest else ()) & known
        for label, other in self._defined.items():
            if f"@{label}" in rest.lower() and label not in seen:
                named |= self._records(other, (*seen, label))
        return named

    @cached_property
    def _defined(self) -> dict[str, str]:
        return {link.label: link.destination for link in self.page.definitions}


@dataclass
class Named:
    """Finds what a page names and nothing accounts for."""

    page: Page
    names: Names
    scopes: Scopes

    def mentions(self) -> list[Mention]:
        """Everything in text, front matter and code that the front matter has to list."""
        found = list(self.in_text(unbound_text(self.page)))
        for offset, seen in self.page.front.seen:
            found += self.in_text(seen, offset, self.scopes.whole)
        for span in self.page.spans:
            found += self.in_code(span.offset, span.text)
        return sorted(found, key=lambda mention: mention.offset)

    def in_text(self, text: str, offset: int = 0, scope: frozenset[str] | None = None) -> Iterator[Mention]:
        """What a piece of text names, where it stands in the page at `offset`."""
        for start, end, rule in excused(text, self.names):
            if rule is markers or not re.search(r"\d", text[start:end]):
                continue
            written = text[start:end].removesuffix("s").removesuffix("'") if rule is known_names else text[start:end]
            if rule is known_names:
                behind = self.scopes.at(offset + start) if scope is None else scope
                if self._is_plain(text[start:end], behind):
                    continue
            yield Mention(offset + start, _one_line(written))

    def _is_plain(self, name: str, behind: frozenset[str]) -> bool:
        """Whether a name is one that its section stands behind, and no digit away from another of them."""
        slugs = self.names.records_of(name)
        return bool(not slugs or behind.intersection(slugs)) and not self.names.near(name) & (behind if slugs else {""})

    def in_code(self, offset: int, text: str) -> Iterator[Mention]:
        """Inline code with digits that is checked nowhere else: no address, no quantity, not what a block of the page holds."""
        shown = _SHOWN.match(text) or ("](" in text and re.search(rf"\]\((?:{'|'.join(SCHEMES)}):", text))
        checked = shown or quantities_in_code(text, self.names) or text in self._code
        if re.search(r"\d", text) and not checked:
            yield Mention(offset, f"`{_one_line(text)}`")

    @cached_property
    def _code(self) -> str:
        return "\n".join(block.text for block in self.page.blocks)


def unbound_text(page: Page) -> str:
    """What a reader sees of a page, without the numbers that are bound."""
    hidden = list(page.visible)
    for link in page.links:
        if link.scheme in SCHEMES:
            hidden[link.offset + 1 : link.offset + 1 + len(link.text)] = MASK * len(link.text)
    return "".join(hidden)


def split_models(text: str, names: Names) -> Iterator[tuple[int, str]]:
    """A family and a size that no model has together: 'Llama 3.1 7B'."""
    found = list(names.pattern.finditer(text))
    for first, second in pairwise(found):
        if _SIZE.fullmatch(second.group(1)) and re.fullmatch(r"[\s-]", text[first.end() : second.start()]):
            family, size = names.records_of(first.group()), names.records_of(second.group())
            if family and not set(family) & set(size):
                yield first.start(), _one_line(text[first.start() : second.end()])


def differences(found: list[Mention], listed: dict[str, int]) -> Iterator[tuple[Mention | None, str, int, int]]:
    """Where page and list differ: the first mention if there is one, the text, how often it is said, how often it is listed."""
    counts = Counter(mention.text for mention in found)
    for text in (*counts, *(text for text in listed if text not in counts)):
        if counts[text] != listed.get(text, 0):
            first = next((mention for mention in found if mention.text == text), None)
            yield first, text, counts[text], listed.get(text, 0)


def listing(found: list[Mention]) -> str:
    """The lines of the front matter that list what was found; none for nothing."""
    counts = Counter(mention.text for mention in found)
    entries = [f"{_quoted(text)}: {number}" for text, number in sorted(counts.items(), key=lambda each: each[0].lower())]
    lines = [""]
    for entry in entries:
        if len(lines[-1]) + len(entry) > _WIDTH:
            lines.append("")
        lines[-1] += f"  {entry}," if not lines[-1] else f" {entry},"
    return "\n".join(["names: {", *lines, "}"]) + "\n" if entries else ""


def with_listing(text: str, found: list[Mention]) -> str:
    """A page whose front matter lists what it names, behind its first line."""
    end = text.find("\n---", 3) + 1
    head, body = _LISTED.sub("", text[:end]), text[end:]
    after = head.find("\n", 4) + 1
    return head[:after] + listing(found) + head[after:] + body


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _one_line(text: str) -> str:
    return " ".join(text.split())

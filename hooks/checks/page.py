"""A page as the checks see it: front matter, the text a reader sees, links, link definitions, code.

Everything a reader does not see is masked with a sign that no rule matches, character by character, so that an offset in the
masked text is an offset in the file.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from hooks.checks.frontmatter import FrontMatter, read_front_matter

MASK = "\ufffc"
SCHEMES = ("fact", "calc", "data", "price", "audit", "given")
ORDINARY_SCHEMES = ("http", "https", "mailto")

_FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)$")
_INLINE = re.compile(
    r"\\[^\w\s]"
    r"|<!--.*?-->"
    r"|(?P<ticks>`+)(?!`)(?P<code>(?:(?!\n[ \t]*\n).)+?)(?<!`)(?P=ticks)(?!`)"
    r"|<(?:script|style)\b.*?</(?:script|style)\s*>"
    r"|<(?P<address>https?://[^<>\s]+|[\w.+-]+@[\w.-]+)>"
    r"|(?P<tag></?[A-Za-z][^<>]*>)",
    re.S | re.I,
)
_ATTRIBUTE = r"""(?:[#.][\w:-]+|[\w:-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s"'{}]+)|markdown|data-[\w-]+)"""
_ATTRIBUTES = re.compile(rf"\{{:?[ \t]*{_ATTRIBUTE}(?:[ \t]+{_ATTRIBUTE})*[ \t]*\}}")
_TITLE = re.compile(r"""(?<=title=)(?:"([^"\n]* [^"\n]*)"|'([^'\n]* [^'\n]*)')""")  # without a space it is the name of a file
_SEEN = re.compile(r"""(?<![\w-])(?:alt|title|aria-label|placeholder)=(?:"([^"]*)"|'([^']*)')""", re.I)
_QUOTED = r"""(?:"[^"\n]*"|'[^'\n]*'|\([^)\n]*\))"""
_DEFINITION = re.compile(
    rf"^[ \t]{{0,3}}\[(?!\^)(?P<label>[^\]\n]+)\]:[ \t]*(?P<dest><[^>\n]*>|\S+)(?P<title>[ \t]+{_QUOTED})?[ \t]*$", re.M
)
_TEXT = r"(?P<text>(?:[^\[\]\\\n]|\\.|\n(?![ \t]*\n)|\[[^\[\]\n]*\])*)"
_DESTINATION = (
    r"""\([ \t]*(?P<dest><[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*)(?P<title>[ \t\n]+(?:"[^"]*"|'[^']*'))?[ \t]*\)"""
)
_LINK = re.compile(rf"(?<![\\\]])(?P<image>!?)\[(?!\^){_TEXT}\](?:{_DESTINATION}|[ \n]?\[(?P<label>[^\[\]]*)\])?")
_BROKEN = re.compile(rf"\[(?P<text>[^\[\]\n]*)\]\((?P<dest>(?:{'|'.join(SCHEMES)}):[^)\n]*)\)")
_UNSEEN = re.compile(r"&#x?[\da-fA-F]+;|\[\^[\w-]+\]:?|(?<![\w:]):[a-z][\w+-]*:(?!\w)|\b(?:https?://|www\.)[^\s<>)\]]+")
_EMPHASIS = re.compile(r"\*+|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A fenced block: the line of its fence, its language, the words after it, and its content without indent."""

    line: int
    indent: int
    info: str
    text: str

    @property
    def language(self) -> str:
        found = re.match(r"\{?[ \t]*\.?([\w+-]+)", self.info)
        return found.group(1).lower() if found else ""

    @property
    def words(self) -> list[str]:
        """What follows the language, such as a problem code that the block is meant to show."""
        return re.findall(r"(?<![\"\w=])\.?([a-z][\w-]*)(?![\w=\"])", self.info)[1:]

    @property
    def title(self) -> str:
        found = re.search(r'title="([^"]*)"', self.info)
        return found.group(1) if found else ""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the page that starts at an offset."""

    offset: int
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link: where it starts, its text, where it leads, and by which label (in lower case) if it names one."""

    offset: int
    text: str
    destination: str
    label: str = ""

    @property
    def scheme(self) -> str:
        found = re.match(r"([A-Za-z][\w+.-]*):", self.destination)
        return found.group(1) if found else ""


@dataclass
class Page:
    """A page, parsed. `visible` is the text with all that is not shown masked, link texts included."""

    path: Path
    text: str
    front: FrontMatter = field(default_factory=FrontMatter)
    visible: str = ""
    blocks: list[CodeBlock] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    definitions: list[Link] = field(default_factory=list)
    broken: list[Span] = field(default_factory=list)
    unknown_labels: list[Link] = field(default_factory=list)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def label_of(text: str) -> str:
    """A label as Markdown compares it."""
    return " ".join(text.split()).lower()


def read_page(path: Path, text: str) -> Page:
    """Parse a page."""
    page = Page(path, text)
    page.front = read_front_matter(text)
    mask = _Masked(text)
    mask.hide(0, page.front.end)
    _read_blocks(page, mask)
    _read_inline(page, mask)
    for found in _ATTRIBUTES.finditer(mask.text):
        mask.hide_but(found.start(), found.end(), _SEEN)
    _read_definitions(page, mask)
    _read_links(page, mask)
    for pattern in (_UNSEEN, _EMPHASIS):
        for found in pattern.finditer(mask.text):
            mask.hide(*found.span())
    page.visible = mask.text
    return page


class _Masked:
    """A text whose parts can be hidden without moving the rest."""

    def __init__(self, text: str) -> None:
        self._characters = list(text)
        self._text: str | None = text

    @property
    def text(self) -> str:
        if self._text is None:
            self._text = "".join(self._characters)
        return self._text

    def hide(self, start: int, end: int) -> None:
        for place in range(start, end):
            if self._characters[place] != "\n":
                self._characters[place] = MASK
        self._text = None

    def hide_but(self, start: int, end: int, seen: re.Pattern[str]) -> None:
        """Hide a tag or an attribute list, but not the values that readers see or hear."""
        place = start
        for found in seen.finditer(self.text[start:end]):
            value = 1 if found.group(1) is not None else 2
            self.hide(place, start + found.start(value))
            place = start + found.end(value)
        self.hide(place, end)


def _read_blocks(page: Page, mask: _Masked) -> None:
    lines = mask.text.splitlines(keepends=True)
    offset, number = 0, 0
    while number < len(lines):
        opening = _FENCE.match(lines[number].rstrip("\n"))
        size = 1
        if opening:
            size = _block_size(lines, number, opening)
            content = lines[number + 1 : number + size]
            closed = bool(content) and _closes(content[-1], opening)
            indent = len(opening["indent"])
            text = "".join(
                line[min(indent, len(line) - len(line.lstrip(" \t"))) :] for line in (content[:-1] if closed else content)
            )
            page.blocks.append(CodeBlock(number + 1, indent, opening["info"].strip(), text))
        length = sum(map(len, lines[number : number + size]))
        if opening:
            mask.hide_but(offset, offset + length, _TITLE)
        offset, number = offset + length, number + size


def _block_size(lines: list[str], start: int, opening: re.Match[str]) -> int:
    for number in range(start + 1, len(lines)):
        if _closes(lines[number], opening):
            return number - start + 1
    return len(lines) - start


def _closes(line: str, opening: re.Match[str]) -> bool:
    text = line.strip()
    return text.startswith(opening["fence"]) and not text.strip(opening["fence"][0])


def _read_inline(page: Page, mask: _Masked) -> None:
    for found in _INLINE.finditer(mask.text):
        if found["code"] is not None:
            page.spans.append(Span(found.start("code"), found["code"]))
            mask.hide(*found.span())
        elif found["tag"] is not None:
            mask.hide_but(*found.span(), _SEEN)
        elif found.group().startswith("<"):
            mask.hide(*found.span())


def _read_definitions(page: Page, mask: _Masked) -> None:
    for found in _DEFINITION.finditer(mask.text):
        destination = page.text[found.start("dest") : found.end("dest")].strip("<>")
        page.definitions.append(Link(found.start(), "", destination, label_of(found["label"])))
        mask.hide(found.start(), found.start("title") if found["title"] else found.end())


def _read_links(page: Page, mask: _Masked) -> None:
    known = {definition.label: definition.destination for definition in reversed(page.definitions)}
    for images in (True, False):
        for found in _LINK.finditer(mask.text):
            if bool(found["image"]) == images:
                _read_link(page, mask, found, known)
    for found in _BROKEN.finditer(mask.text):
        page.broken.append(Span(found.start(), page.text[found.start() : found.end()]))
        mask.hide(*found.span())
    page.links.sort(key=lambda link: link.offset)


def _read_link(page: Page, mask: _Masked, found: re.Match[str], known: dict[str, str]) -> None:
    end = found.end("text")
    text = page.text[found.start("text") : end]
    if found["dest"] is not None:
        label, destination = "", found["dest"].strip("<>")
    else:
        label = label_of(found["label"] or text)
        if label not in known:
            if found["label"] is not None and not found["image"]:
                page.unknown_labels.append(Link(found.start(), text, "", label))
            return
        destination = known[label]
    page.links.append(Link(found.start(), text, destination, label))
    mask.hide(found.start(), found.start("text"))
    mask.hide(end, found.start("title") if found["title"] else found.end())

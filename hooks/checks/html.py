"""The last look, at the HTML a reader will get: numbers outside stated links, code, drawings and generated parts.

What the source parser reads as masked or bound, and Markdown renders as plain text after all, is caught here.
"""

from html.parser import HTMLParser
from pathlib import Path

from hooks.checks.names import Names
from hooks.checks.numerals import Numeral, numerals
from hooks.checks.page import MASK
from hooks.checks.problem import Problem

_SKIPPED = {"code", "pre", "svg", "script", "style", "template", "textarea"}
_SKIPPED_CLASSES = {"stated", "footnote-ref", "footnote-backref", "headerlink"}
_INLINE = set("a abbr b bdi cite code del dfn em i ins kbd mark q s small span strong sub sup svg time u var".split())
_VOID = set("area base br col embed hr img input link meta source track wbr".split())
_SEEN = ("alt", "title", "aria-label", "placeholder")


class _Reader(HTMLParser):
    """Collects the texts of blocks; inline elements do not end one, so `<b>80</b> GB` is read as 80 GB."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = [""]
        self.skipped: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if self.skipped:
            self.skipped += [tag] if tag not in _VOID else []
            return
        given = dict(attributes)
        if tag in _SKIPPED or "data-generated" in given or _SKIPPED_CLASSES & set((given.get("class") or "").split()):
            self.skipped += [tag] if tag not in _VOID else []
            self.texts[-1] += MASK
            return
        self._break(tag)
        self.texts[:0] = [given[name] for name in _SEEN if given.get(name)]

    def handle_endtag(self, tag: str) -> None:
        if not self.skipped:
            self._break(tag)
        elif tag in self.skipped:
            while self.skipped.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.texts[-1] += data

    def _break(self, tag: str) -> None:
        if tag not in _INLINE:
            self.texts.append("")


def visible_texts(html: str) -> list[str]:
    """The texts of a rendered page that a reader sees and that must hold no unbound number."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [text for text in reader.texts if text.strip()]


def problems(path: Path, html: str, source: str, names: Names) -> list[Problem]:
    """A problem for every numeral of the rendered page that nothing stands behind."""
    found = [numeral for text in visible_texts(html) for numeral in numerals(text, names)]
    return sorted(_problem(path, numeral, source) for numeral in found)


def _problem(path: Path, numeral: Numeral, source: str) -> Problem:
    line, column = 1, 1
    if source.count(numeral.text) == 1:
        before = source[: source.index(numeral.text)]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    message = f"{numeral.text!r} stands on the rendered page, and nothing stands behind it"
    fix = "bind it as a link of its own, or give what generates it the attribute data-generated"
    return Problem(path, line, column, "unknown-name" if numeral.is_name else "unbound-number", message, fix)

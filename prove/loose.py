"""Slips of numerals that no link binds: names, dates, versions and the like, which a rule of `numerals` excuses.

Such a slip is refused where no rule excuses the changed text any more. It survives where the changed text is a name or a date
too; how many do is counted by the rule that excuses them.
"""

import re
from collections.abc import Iterator

from calculators.records import FactBase
from hooks.checks import beside
from hooks.checks.names import Names
from hooks.checks.numerals import RULES, numerals, quantities_in_code
from hooks.checks.page import MASK, SCHEMES, Page
from hooks.checks.problem import shown_path
from prove.changes import digits, zeros
from prove.mutant import KILLED, SURVIVED, Mutant

CLASSES = {
    "dates": "date",
    "references": "reference to a place in a document",
    "ordinals": "ordinal",
    "markers": "number of a list item",
    "known_names": "name",
    "versions": "version",
}
IN_CODE = "number in inline code"
_AROUND = 80  # characters; the longest names have fewer


def mutants(page: Page, names: Names, base: FactBase) -> Iterator[Mutant]:
    """Every slip of every numeral in the text, the front matter and the inline code of a page that is not bound."""
    hidden = list(page.visible)
    for link in page.links:
        if link.scheme in SCHEMES:
            hidden[link.offset + 1 : link.offset + 1 + len(link.text)] = MASK * len(link.text)
    visible = "".join(hidden)
    for start, end, what in excused(visible, names):
        first, last = _window(visible, start, end)
        window = visible[first:last]
        yield from _of_token(page, start, what, window, start - first, end - first, names, base)
    for offset, seen in page.front.seen:
        for start, end, what in excused(seen, names):
            yield from _of_token(page, offset + start, what, seen, start, end, names)
    for span in page.spans:
        if re.search(r"\d", span.text) and not re.match(rf"(?:{'|'.join(SCHEMES)}):", span.text):
            yield from _of_code(page, span.offset, span.text, names)


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    """A token with the words around it: no rule looks further for what excuses it."""
    first = max(0, start - _AROUND)
    first = (text.find(" ", first, start) + 1 or first) if first else 0
    last = text.rfind(" ", end, end + _AROUND)
    return first, last if last >= 0 else min(len(text), end + _AROUND)


def excused(text: str, names: Names) -> list[tuple[int, int, str]]:
    """Every piece of text with digits that a rule excuses: where it stands, and the class of the rule."""
    found = []
    for rule in RULES:
        characters = list(text)
        for start, end in list(rule(text, names)):
            if re.search(r"\d", text[start:end]):
                found.append((start, end, CLASSES[rule.__name__]))
            characters[start:end] = [MASK if c != "\n" else c for c in text[start:end]]
        text = "".join(characters)
    return sorted(found)


def _of_token(
    page: Page, offset: int, what: str, window: str, start: int, end: int, names: Names, base: FactBase | None = None
) -> Iterator[Mutant]:
    line, _ = page.position(offset)
    token = window[start:end]
    for change in dict.fromkeys((*digits(token), *zeros(token))):
        changed = window[:start] + change.text + window[end:]
        ends = start + len(change.text)
        found = [one for one in numerals(changed, names) if one.offset < ends and start < one.offset + len(one.text)]
        by = ("unknown-name" if found[0].is_name else "unbound-number") if found else ""
        if not by and base and _names_another(page, offset, token, change.text, names, base):
            by = "link-name"
        yield Mutant(shown_path(page.path), line, what, change.kind, token, change.text, KILLED if by else SURVIVED, by)


def _of_code(page: Page, offset: int, text: str, names: Names) -> Iterator[Mutant]:
    line, _ = page.position(offset)
    for change in digits(text):
        by = "quantity-in-code" if quantities_in_code(change.text, names) else ""
        yield Mutant(shown_path(page.path), line, IN_CODE, change.kind, text, change.text, KILLED if by else SURVIVED, by)


def _names_another(page: Page, offset: int, token: str, changed: str, names: Names, base: FactBase) -> bool:
    """Whether the token is the text of a link to the page of a record, which the changed text no longer fits."""
    links = (link for link in page.links if link.offset < offset < link.offset + 1 + len(link.text) + 1)
    return any(
        beside.names_another(link.text[:at] + changed + link.text[at + len(token) :], link, names, base)
        for link in links
        for at in [offset - link.offset - 1]
    )

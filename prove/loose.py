"""Slips of numerals that no link binds: names, dates, versions and the like, which a rule of `numerals` excuses.

Such a slip is refused where no rule excuses the changed text any more, where nothing in the section stands behind the name that
it makes, or where the front matter of the page does not list it so often.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from calculators.records import FactBase
from hooks.checks import beside, lists
from hooks.checks.named import Named, Scopes, split_models, unbound_text
from hooks.checks.names import Names
from hooks.checks.numerals import excused, numerals, quantities_in_code
from hooks.checks.page import SCHEMES, Page
from hooks.checks.problem import shown_path
from prove.changes import digits, zeros
from prove.mutant import EQUIVALENT, KILLED, SURVIVED, Mutant

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


@dataclass
class LooseProof:
    """Every numeral in the text, the front matter and the inline code of a page that is not bound, changed by itself."""

    page: Page
    names: Names
    base: FactBase

    def __post_init__(self) -> None:
        self.named = Named(self.page, self.names, Scopes(self.page, self.base))

    def mutants(self) -> Iterator[Mutant]:
        """Every slip."""
        visible = unbound_text(self.page)
        for start, end, rule in excused(visible, self.names):
            yield from self._of_token(visible, start, end, CLASSES[rule.__name__])
        for offset, seen in self.page.front.seen:
            for start, end, rule in excused(seen, self.names):
                yield from self._of_seen(offset, seen, start, end, CLASSES[rule.__name__])
        for span in self.page.spans:
            if re.search(r"\d", span.text) and not re.match(rf"(?:{'|'.join(SCHEMES)}):", span.text):
                for change in digits(span.text):
                    by = self._refused_in_code(span.offset, span.text, change.text)
                    yield self._mutant(span.offset, IN_CODE, change.kind, span.text, change.text, by)

    def _mutant(self, offset: int, what: str, kind: str, before: str, after: str, by: str, same: bool = False) -> Mutant:
        line, _ = self.page.position(offset)
        outcome = KILLED if by else EQUIVALENT if same else SURVIVED
        return Mutant(shown_path(self.page.path), line, what, kind, before, after, outcome, by)

    def _of_token(self, visible: str, start: int, end: int, what: str) -> Iterator[Mutant]:
        first, last = _window(visible, start, end)
        before, token, after = visible[first:start], visible[start:end], visible[end:last]
        for change in dict.fromkeys((*digits(token), *zeros(token))):
            changed = before + change.text + after
            by = _unbound(changed, len(before), len(before) + len(change.text), self.names)
            by = by or self._differs(before + token + after, changed, first, None)
            by = by or ("link-name" if self._names_another(start, token, change.text) else "")
            if not by and what == CLASSES["markers"]:
                by = "list-order" if any(lists.out_of_order(visible[:start] + change.text + visible[end:])) else ""
            same = not by and what == CLASSES["known_names"] and self._same_records(token, change.text)
            yield self._mutant(start, what, change.kind, token, change.text, by, same)

    def _same_records(self, token: str, changed: str) -> bool:
        """Whether the changed text is another name of the same: "PCIe 4." for "PCIe 4.0"."""
        return self.names.records_of(token) == self.names.records_of(changed.rstrip(".")) != ()

    def _of_seen(self, offset: int, seen: str, start: int, end: int, what: str) -> Iterator[Mutant]:
        """A slip in a title or a description."""
        token = seen[start:end]
        for change in dict.fromkeys((*digits(token), *zeros(token))):
            changed = seen[:start] + change.text + seen[end:]
            by = _unbound(changed, start, start + len(change.text), self.names)
            by = by or self._differs(seen, changed, offset, self.named.scopes.whole)
            yield self._mutant(offset + start, what, change.kind, token, change.text, by)

    def _differs(self, text: str, changed: str, offset: int, scope: frozenset[str] | None) -> str:
        """Whether the page would name something else than it lists: its list is exact."""
        was, now = (Counter(mention.text for mention in self.named.in_text(each, offset, scope)) for each in (text, changed))
        if was != now and self.page.front.end:
            return "unlisted-name"
        return "unknown-name" if any(split_models(changed, self.names)) else ""

    def _refused_in_code(self, offset: int, text: str, changed: str) -> str:
        if quantities_in_code(changed, self.names):
            return "quantity-in-code"
        was, now = ([mention.text for mention in self.named.in_code(offset, each)] for each in (text, changed))
        return "unlisted-name" if was != now and self.page.front.end else ""

    def _names_another(self, offset: int, token: str, changed: str) -> bool:
        """Whether the token is the text of a link to the page of a record, which the changed text no longer fits."""
        links = (link for link in self.page.links if link.offset < offset < link.offset + 1 + len(link.text) + 1)
        return any(
            beside.names_another(link.text[:at] + changed + link.text[at + len(token) :], link, self.names, self.base)
            for link in links
            for at in [offset - link.offset - 1]
        )


def _unbound(changed: str, start: int, end: int, names: Names) -> str:
    """The problem of a numeral that touches the changed text, if no rule excuses it."""
    found = [one for one in numerals(changed, names) if one.offset < end and start < one.offset + len(one.text)]
    return ("unknown-name" if found[0].is_name else "unbound-number") if found else ""


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    """A token with the words around it: no rule looks further for what excuses it."""
    first = max(0, start - _AROUND)
    first = (text.find(" ", first, start) + 1 or first) if first else 0
    last = text.rfind(" ", end, end + _AROUND)
    return first, last if last >= 0 else min(len(text), end + _AROUND)

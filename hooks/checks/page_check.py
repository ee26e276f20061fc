"""One page: its links held against what stands behind them, and its other text searched for numbers."""

import re
from collections.abc import Iterable
from pathlib import Path

from calculators.problems import nearest
from calculators.records import FactBase
from hooks.checks import beside, lists, named, suggest
from hooks.checks.claims import Bindings, Bound, ClaimProblem, Evaluator
from hooks.checks.names import Names
from hooks.checks.numerals import Numeral, numerals, quantities_in_code
from hooks.checks.page import MASK, ORDINARY_SCHEMES, SCHEMES, Link, Page, Span, read_page
from hooks.checks.page_report import PageReport, Stated
from hooks.checks.problem import Problem
from hooks.checks.stated import compare, is_unitless

_JOINED = re.compile(r"\s*(?:and|to|or|,|–|-|/)\s*")
_PLACEHOLDER = re.compile(r"…|\.\.\.|<\w")


class PageCheck:
    """Checks one parsed page; `report` collects the result."""

    def __init__(self, page: Page, base: FactBase, names: Names, evaluate: Evaluator) -> None:
        self.page, self.base, self.names = page, base, names
        self.report = PageReport(page.path, givens=page.front.givens)
        labels = {link.label: link.destination for link in reversed(page.definitions) if link.scheme in SCHEMES}
        self.bindings = Bindings(base, evaluate, page.front.givens, labels)
        self.near: list[tuple[int, str]] = []

    def run(self, fragment: bool = False) -> PageReport:
        """All checks but those of code blocks. A fragment of a page, or one without front matter, does not list what it names."""
        self.links()
        self._unused()
        self._text()
        if not fragment:
            self._share_of_givens()
        if self.page.front.end and not fragment:
            self._named()
        return self.report

    def links(self) -> list[Problem]:
        """The problems of the front matter and of all links."""
        self._front_matter()
        self._labels()
        for link in self.page.links:
            self._link(link)
        return self.report.problems

    def problem(self, offset: int, code: str, message: str, fix: str = "") -> None:
        found = Problem(self.page.path, *self.page.position(offset), code, message, fix)
        if found not in self.report.problems:
            self.report.problems.append(found)

    def _front_matter(self) -> None:
        front = self.page.front
        if front.problem:
            self.problem(0, "front-matter", front.problem, "correct the YAML between the two lines of ---")
        for given in front.givens.values():
            if given.problem:
                fix = f'{given.name}: {{value: "2.50 USD/h", note: "where it comes from"}}'
                self.problem(given.offset, "given-invalid", f"{given.name} {given.problem}", fix)

    def _labels(self) -> None:
        seen: set[str] = set()
        for link in self.page.definitions:
            if link.label in seen:
                self.problem(link.offset, "label-twice", f"[{link.label}]: is defined before", "keep one of them")
            seen.add(link.label)
            self._scheme(link)
        for link in self.page.unknown_labels:
            fix = f"define it: [{link.label}]: calc:<calculator>.<output>?<input>=<value>"
            self.problem(
                link.offset, "label-unknown", f"no definition [{link.label}]: in this page{nearest(link.label, seen)}", fix
            )
        for span in self.page.broken:
            message = f"Markdown does not read {span.text} as a link"
            self.problem(
                span.offset, "link-broken", message, "write %20 or + instead of a space, and leave out quotes and brackets"
            )

    def _scheme(self, link: Link) -> None:
        if link.scheme and link.scheme not in (*SCHEMES, *ORDINARY_SCHEMES):
            known = ", ".join((*SCHEMES, *ORDINARY_SCHEMES))
            self.problem(
                link.offset, "link-scheme", f"unknown scheme {link.scheme}:{nearest(link.scheme, SCHEMES)}", f"one of {known}"
            )

    def _link(self, link: Link) -> None:
        if link.scheme not in SCHEMES:
            self._scheme(link)
            if said := beside.names_another(link.text, link, self.names, self.base):
                self.problem(
                    link.offset, "link-name", said, "name the record that the link leads to, or lead to the one it names"
                )
            return
        self.bindings.used_labels.add(link.label)
        try:
            bound = self.bindings.resolve(link.destination)
        except ClaimProblem as found:
            if found.code != "given-invalid":  # reported where it is declared
                self.problem(self._defined_at(link), found.code, found.message, found.fix)
            return
        before = self.page.visible[max(0, link.offset - 40) : link.offset]
        try:
            compare(link.text if is_unitless(bound) else self.with_unit(link), before, bound)
        except ClaimProblem as found:
            self.problem(link.offset, found.code, found.message, found.fix)
            return
        if said := beside.contradiction(self.page.visible, link, self.base):
            self.problem(link.offset, "claim-qualifier", said, "correct the word, or bind the other peak")
            return
        self._state(link, bound)

    def _defined_at(self, link: Link) -> int:
        """A call is wrong where it is written: at its definition, if the link goes by a label."""
        places = [definition.offset for definition in self.page.definitions if definition.label == link.label]
        return places[0] if places and link.label else link.offset

    def with_unit(self, link: Link) -> str:
        """The text of a link; in a pair such as '[40](...) to [80 GB](...)' the first takes the unit of the second."""
        if not re.fullmatch(r"[^A-Za-z%×$]*\d", link.text):
            return link.text
        after = [other for other in self.page.links if other.offset > link.offset]
        if not after or after[0].scheme not in SCHEMES:
            return link.text
        between = self.page.visible[link.offset + 1 + len(link.text) : after[0].offset].replace(MASK, "")
        unit = re.search(r"\d([\s\u00a0]?[A-Za-z%×µ][^\d]*)$", after[0].text)
        return link.text + unit.group(1) if unit and _JOINED.fullmatch(between) else link.text

    def _state(self, link: Link, bound: Bound) -> None:
        line, column = self.page.position(link.offset)
        stated = Stated(line, column, link.text, bound.scheme, link.destination, bound.target, bound.working, bound.value)
        self.report.stated.append(stated)

    def _unused(self) -> None:
        used = self.bindings.used_labels
        for link in self.page.definitions:
            if link.scheme in SCHEMES and link.label not in used:
                self.problem(
                    link.offset, "label-unused", f"no number of the page uses [{link.label}]:", "use it or remove the line"
                )
        for given in self.page.front.givens.values():
            if given.name not in self.bindings.used_givens and not given.problem:
                fix = f"state it ([...](given:{given.name})), use it in a calculation ({{{given.name}}}), or remove it"
                self.problem(given.offset, "given-unused", f"the page never uses its assumption {given.name!r}", fix)

    def _share_of_givens(self) -> None:
        """A page that mostly states what it assumed itself would look checked, and be held by nothing."""
        stated = [link for link in self.page.links if link.scheme in SCHEMES]
        assumed = [link for link in stated if link.scheme == "given"]
        allowed = max(2, (len(stated) - 1) // 10)
        if len(assumed) > allowed:
            message = f"{len(assumed)} of the {len(stated)} stated numbers are assumptions of the page, {allowed} may be"
            fix = "bind numbers to facts, calculations or measurements, or name an assumption without its number"
            self.problem(assumed[allowed].offset, "given-share", message, fix)

    def _text(self) -> None:
        visible = named.unbound_text(self.page)
        for numeral in numerals(visible, self.names):
            self._unbound(numeral.offset, numeral)
        for offset, text in named.split_models(visible, self.names):
            self.problem(offset, "unknown-name", f"no model is called {text!r}", "name the size that the family has")
        for offset, written, expected in lists.out_of_order(visible):
            self.problem(offset, "list-order", f"item {written} stands where {expected} is due", f"write {expected}.")
        for offset, seen in self.page.front.seen:
            for numeral in numerals(seen, self.names):
                self._unbound(offset + numeral.offset, numeral, bindable=False)
        for span in self.page.spans:
            self._code_span(span)

    def mentions(self) -> list[named.Mention]:
        """What the front matter of the page has to list."""
        return named.Named(self.page, self.names, named.Scopes(self.page, self.base)).mentions()

    def _named(self) -> None:
        fix = f"bind or link it in its section, or count it in the list of names: python -m hooks.checks --names {self.page.path}"
        for first, text, said, listed in named.differences(self.mentions(), self.page.front.names):
            message = f"{text!r} is said {said} times, listed {listed} times" if listed else f"no list of names holds {text!r}"
            self.problem(first.offset if first else 0, "unlisted-name", message, fix)

    def _unbound(self, offset: int, numeral: Numeral, bindable: bool = True) -> None:
        text = " ".join(numeral.text.split())
        if numeral.is_name:
            self.problem(offset, "unknown-name", f"{text!r} is not a known name", suggest.naming(text, self.names))
        elif bindable:
            fix = suggest.binding(text, self.base, self._near(offset))
            self.problem(offset, "unbound-number", f"nothing stands behind {text!r}", fix)
        else:
            fix = "leave the number out: front matter cannot bind it"
            self.problem(offset, "unbound-number", f"nothing stands behind {text!r}", fix)

    def _near(self, offset: int) -> Iterable[str]:
        """The records that the page is about, the one linked or named nearest to an offset first."""
        if not self.near:
            linked = [(link, Path(link.destination).stem) for link in self.page.links]
            linked = [(link, slug) for link, slug in linked if slug in self.base.records]
            self.near = [(link.offset, slug) for link, slug in linked]
            for found in self.names.pattern.finditer(self.page.visible):
                inside = any(link.offset <= found.start() <= link.offset + len(link.text) for link, _ in linked)
                self.near += [] if inside else [(found.start(), slug) for slug in self.names.records_in(found.group())]
            self.near += [(-(10**9), slug) for slug in self.base.records if slug == self.page.path.stem]
        return dict.fromkeys(slug for _, slug in sorted(self.near, key=lambda place: abs(place[0] - offset)))

    def _code_span(self, span: Span) -> None:
        if re.match(rf"(?:{'|'.join(SCHEMES)}):", span.text):
            return
        if "](" in span.text and not _PLACEHOLDER.search(span.text):
            self._shown_links(span)
            return
        for found in quantities_in_code(span.text, self.names):
            text = " ".join(found.text.split())
            fix = suggest.binding(text, self.base, self._near(span.offset))
            self.problem(span.offset + found.offset, "quantity-in-code", f"nothing checks {text!r} in code", fix)

    def _shown_links(self, span: Span) -> None:
        """Code that shows how a stated number is written must be right as well."""
        for link in read_page(self.page.path, span.text).links:
            if link.scheme in SCHEMES:
                try:
                    compare(link.text, span.text[: link.offset], self.bindings.resolve(link.destination))
                except ClaimProblem as found:
                    self.problem(span.offset + link.offset, found.code, found.message, found.fix)

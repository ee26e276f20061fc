"""The pages of the audit: every entry with the calculation or fact behind what is right, and the list of all of them.

The computed parts come from the checks, so that a page shows exactly what the build has held the entry against.
"""

from collections import Counter
from urllib.parse import urlencode

from calculators import call
from calculators.present import circulating
from calculators.present.html import Html, tag
from calculators.records import AuditEntry, FactBase
from calculators.schema import UNBOUND, VERDICTS
from hooks.checks import audit, engine
from hooks.checks.claims import Bindings, Bound

_MEANINGS = {
    "holds": "follows from the facts or a calculation, to the digits written",
    "holds-approximately": "rounded more coarsely than it looks, or in need of a qualification",
    "misleading": "the figure is right, and the comparison or the premise is not",
    "wrong": "follows from no reading of the facts",
    "not-derivable": "only a measurement or a dated price can tell; a bound is given where there is one",
    "opinion": "nothing to compute",
}
_FIRST = ("wrong", "misleading", "holds-approximately", "holds", "not-derivable", "opinion")


def verdicts(base: FactBase | None = None) -> Html:
    """How often each verdict was given, each leading to its statements, and what it means."""
    entries = (base or _base()).audit.values()
    counts = Counter(entry.verdict for entry in entries)
    rows = [
        tag(
            "li",
            tag(
                "a",
                tag("strong", str(counts[verdict])),
                " ",
                circulating.name(verdict),
                href=f"?{urlencode({'verdict': verdict})}",
            ),
            tag("span", _MEANINGS[verdict]),
            class_=f"rp-verdict rp-verdict--{verdict}",
        )
        for verdict in VERDICTS
    ]
    return tag("ul", *rows, class_="rp-verdicts", data_generated=True, data_search_exclude=True)


def extent(base: FactBase | None = None) -> Html:
    """How many statements there are, and how many of them the build computes."""
    entries = (base or _base()).audit.values()
    bound = sum(bool(entry.bound) for entry in entries)
    tested = sum(audit.is_tested(entry) for entry in entries)
    text = (
        f"{len(entries)} statements. For {bound} of them what is right is computed at every build, from the fact or calculation "
        f"that the entry links to; {tested} of these verdicts follow from the distance between what is said and what is right. "
        "The others say why nothing can be computed."
    )
    return tag("p", text, data_generated=True)


def index(base: FactBase | None = None) -> Html:
    """Every statement with its verdict and what is right, by topic. A script lets readers narrow it down."""
    known = base or _base()
    parts = []
    for topic, title in circulating.titles(known.audit.values()).items():
        entries = _of(topic, known)
        head = tag("h3", tag("a", title, href=f"{topic}/"), " ", tag("small", str(len(entries))), id=topic)
        parts.append(tag("section", head, tag("ul", *(_line(entry, known) for entry in entries)), data_topic=title))
    return tag("div", *parts, class_="rp-entries", data_generated=True, data_search_exclude=True)


def topic(name: str, base: FactBase | None = None) -> Html:
    """The entries of one topic, each with its working and a link to what it was computed with."""
    known = base or _base()
    entries, bindings = _of(name, known), audit.bindings(known, engine.shared().evaluate)
    total = tag("p", f"{len(entries)} statements: {circulating.counted(entries)}.") if entries else None
    return tag("div", total, *(_card(entry, known, bindings) for entry in entries), class_="rp-audit", data_generated=True)


def _of(topic: str, base: FactBase) -> list[AuditEntry]:
    """The entries of a topic, those that mislead most first."""
    return sorted((entry for entry in base.audit.values() if entry.topic == topic), key=lambda entry: _FIRST.index(entry.verdict))


def _base() -> FactBase:
    return engine.shared().base


def _line(entry: AuditEntry, base: FactBase) -> Html:
    return tag(
        "li",
        circulating.badge(entry),
        tag("a", entry.said, href=circulating.address(entry)),
        tag("span", entry.right),
        data_verdict=entry.verdict,
        data_subjects="|".join(circulating.subjects(entry, base)),
    )


def _card(entry: AuditEntry, base: FactBase, known: Bindings) -> Html:
    bound = known.resolve(entry.bound) if entry.bound else None
    about = ", ".join(circulating.subjects(entry, base))
    return tag(
        "article",
        tag("p", circulating.badge(entry), tag("span", about) if about else None, class_="rp-card-head"),
        tag("h3", tag("a", entry.said, href=f"#{entry.id}")),
        tag("p", *_right(entry, bound), class_="rp-card-right"),
        tag("p", entry.working.replace(" x ", " × "), *_source(entry), class_="rp-card-working"),
        _computed(entry, bound, known) if bound else _not_computed(entry),
        id=entry.id,
    )


def _right(entry: AuditEntry, bound: Bound | None) -> tuple[str, ...]:
    """What is right, its figure linked to what it was held against."""
    if not entry.figure or bound is None:
        return (entry.right,)
    before, _, after = entry.right.partition(entry.figure)
    return before, tag("a", entry.figure, href=_href(bound), class_="stated", title=bound.working), after


def _computed(entry: AuditEntry, bound: Bound, known: Bindings) -> Html:
    said = {"fact": "Fact", "calc": "Computed", "data": "Published", "price": "Published"}[bound.scheme]
    name, told = _told(entry, bound, known)
    return tag("p", f"{said}: ", tag("a", name, href=_href(bound)), f": {told}", class_="rp-card-computed")


def _told(entry: AuditEntry, bound: Bound, known: Bindings) -> tuple[str, str]:
    """The calculator and the whole working, or the fact with its source."""
    if bound.scheme != "calc":
        name, _, told = bound.working.partition(":")
        return name, told.strip()
    evaluation = engine.shared().evaluate(known.call(entry.bound.partition(":")[2]))
    return evaluation.run.calculator.title, call.describe(evaluation)


def _not_computed(entry: AuditEntry) -> Html:
    kind, _, why = entry.unbound.partition(":")
    return tag("p", f"Not computed, {UNBOUND[kind]}: {why.strip()}", class_="rp-card-computed")


def _source(entry: AuditEntry) -> tuple[str, ...]:
    return (f" ({entry.source.title}, {entry.where})",) if entry.source else ()


def _href(bound: Bound) -> str:
    """The address of what is bound, from a page in a folder of docs/."""
    path, mark, rest = bound.target.partition(".md")
    return "../.." + path.removesuffix("index") + ("" if path.endswith("/index") else "/") + rest if mark else bound.target

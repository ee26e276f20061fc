"""Pages about the facts themselves: how they are backed, what each source carries, where sources disagree."""

from calculators import facts
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.present.tables import anchor, source
from calculators.provenance import Disagreement, Tally, Use, disagreements, tally, uses
from calculators.records import Record, Source

_TALLY = {
    "facts": "Numeric facts",
    "vendor": "from a document of the vendor",
    "direct": "read in the document itself, not through a transcription",
    "identity": "reproduced by an equation from other facts",
    "second": "confirmed by a second source",
    "either": "backed by an equation or a second source",
}
_SOURCES = {"Source": "text", "Publisher": "text", "Kind": "text", "Version": "text", "Read": "text", "Carries": "number"}
_CONFLICTS = {"Record": "text", "Fact": "text", "We use": None, "Against it": None, "Our reading": None}
_ROOT = "../../"  # from about/<page>/ to the root of the site


def counts() -> Html:
    """How many records, facts and other entries there are, and how the numbers among the facts are backed."""
    base = facts.load()
    kinds = {"Accelerators": base.accelerators, "Models": base.models, "Links": base.links, "Systems": base.systems}
    tallies = {name: tally(records.values()) for name, records in kinds.items() if records}
    head = ("", *tallies)
    records = _counted("Records", [f"{len(kinds[name]):,}" for name in tallies])
    rows = (_counted(label, [_share(each, key) for each in tallies.values()]) for key, label in _TALLY.items())
    others = {"Sources": base.sources, "Measurements": base.measurements, "Prices": base.prices, "Audit entries": base.audit}
    listed = join(*(tag("li", f"{name}: {len(entries):,}") for name, entries in others.items()))
    return tag("div", scrolling_table(head, [records, *rows], "rp-table"), tag("ul", listed), data_generated=True)


def _counted(label: str, cells: list[str]) -> Html:
    return tag("tr", tag("th", label, scope="row"), *(tag("td", cell) for cell in cells))


def _share(counted: Tally, key: str) -> str:
    number = getattr(counted, key)
    return f"{number:,}" if key == "facts" else f"{number:,} ({100 * number / counted.facts:.0f}%)"


def sources() -> Html:
    """Every source with what rests on it, one row each, whose id is that of the source."""
    base = facts.load()
    carried = uses(base)
    ordered = sorted(base.sources.values(), key=lambda each: (each.publisher, each.title))
    return scrolling_table(_SOURCES, [_source(each, carried[each.id]) for each in ordered], "rp-sortable", generated=True)


def _source(document: Source, use: Use) -> Html:
    name = tag("a", document.title, href=document.address) if document.address.startswith("http") else document.title
    read = "itself" if document.access == "direct" else "through a transcription"
    return tag(
        "tr",
        tag("th", name, scope="row"),
        tag("td", document.publisher),
        tag("td", document.kind),
        tag("td", document.version),
        tag("td", read, tag("p", document.copy, class_="rp-note") if document.copy else None),
        tag("td", *_carries(use), data_value=str(use.total)),
        id=document.id,
    )


def _carries(use: Use) -> list[Html]:
    both = {slug: use.facts.get(slug, 0) + use.seconds.get(slug, 0) for slug in (*use.facts, *use.seconds)}
    parts = [tag("li", _record(slug), f": {_plural(number, 'fact')}") for slug, number in both.items()]
    parts += [tag("li", _plural(use.measurements, "measurement"))] if use.measurements else []
    parts += [tag("li", _plural(use.prices, "price"))] if use.prices else []
    if not parts:
        return [tag("span", "nothing yet")]
    return [tag("details", tag("summary", _plural(use.total, "entry")), tag("ul", *parts))]


def _plural(number: int, thing: str) -> str:
    many = thing[:-1] + "ies" if thing.endswith("y") else thing + "s"
    return f"{number:,} {thing if number == 1 else many}"


def _record(slug: str) -> Html:
    record = facts.load().record(slug)
    return tag("a", record.short, href=_address(record, ""))


def _address(record: Record, key: str) -> str:
    if record.folder in ("gpus", "models"):
        return f"{_ROOT}{record.folder}/{record.slug}/" + (f"#{anchor(key)}" if key else "")
    return f"{_ROOT}{record.folder}/#{record.slug}" + (f"-{anchor(key)}" if key else "")


def conflicts() -> Html:
    """Every fact that a second source or an equation contradicts, with the reason for our value."""
    found = disagreements(facts.load())
    return scrolling_table(_CONFLICTS, map(_conflict, found), "rp-sortable", generated=True)


def _conflict(found: Disagreement) -> Html:
    fact, record = found.fact, facts.load().record(found.fact.record)
    against = [tag("span", found.against)] + ([tag("p", found.source.title, class_="rp-where")] if found.source else [])
    return tag(
        "tr",
        tag("th", tag("a", record.short, href=_address(record, "")), scope="row"),
        tag("td", tag("a", fact.label, href=_address(record, fact.key))),
        tag("td", tag("strong", str(fact)), tag("p", *source(fact))),
        tag("td", *against),
        tag("td", fact.disagreement),
    )

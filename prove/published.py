"""The recorded result as the site shows it."""

from collections import defaultdict
from functools import cache

from calculators import facts
from calculators.present.html import Html, join, tag
from prove import result
from prove.report import OUTCOMES

_TITLES = ("What is changed", "Slips", "Refused", "Noticed", "Still true", "Survive")


@cache
def _found() -> dict:
    return result.read()


def table() -> Html:
    """Slips by what is changed: how many, and what came of them. Below it, every line at which one survives."""
    found = _found()
    head = tag("tr", *(tag("th", title, scope="col") for title in _TITLES))
    rows = [_row(what, counts) for what, counts in found["changed"].items()]
    made = tag("table", tag("thead", head), tag("tbody", *rows))
    scrolling = tag("div", made, class_="rp-scroll", tabindex="0")
    return tag("div", scrolling, tag("p", _when(found)), _survivors(found), data_generated=True, data_search_exclude=True)


def of_record(slug: str) -> Html | None:
    """The facts of a record that are backed in part: nothing contradicts a small slip, or one of the unit or a qualifier."""
    record = facts.load().records.get(slug)
    partly = {address.partition("/")[2]: parts for address, parts in _found()["partly"].items() if address.startswith(f"{slug}/")}
    known = {key: parts for key, parts in partly.items() if record and key in record.facts}
    if not known:
        return None
    by_parts = defaultdict(list)
    for key, parts in known.items():
        by_parts[parts].append(record.facts[key].label)
    said = f"Sourced only in part: {len(known)} of {len(record.facts)} facts"
    why = (
        "Equations or a second source hold these facts, but not all of each: nothing would contradict a slip within the rounding "
        "of the value, in the unit, or in a qualifier, as named here."
    )
    lists = [tag("p", f"{parts.capitalize()}: {', '.join(labels)}.") for parts, labels in sorted(by_parts.items())]
    return tag("details", tag("summary", said), tag("p", why), *lists, data_generated=True, data_search_exclude=True)


def of_folder(folder: str) -> Html:
    """The same for every record of a folder whose records share one page."""
    shown = [(record, of_record(record.slug)) for record in facts.load().records.values() if record.folder == folder]
    return join(*(tag("div", tag("p", record.name), partly, data_generated=True) for record, partly in shown if partly))


def _row(what: str, counts: dict[str, int]) -> Html:
    outcomes = [counts[outcome] for outcome in OUTCOMES]
    return tag("tr", tag("th", what, scope="row"), *(tag("td", f"{number:,}") for number in (sum(outcomes), *outcomes)))


def _survivors(found: dict) -> Html:
    lines = found["survivors"]
    files = [tag("li", tag("code", path), ": " + ", ".join(map(str, numbers))) for path, numbers in lines.items()]
    said = f"{sum(map(len, lines.values())):,} lines of {len(lines)} files at which a slip survives"
    return tag("details", tag("summary", said), tag("ul", *files))


def _when(found: dict) -> str:
    same = "is what this site is made of" if found["content"] == result.digest() else "has changed since"
    part = "all" if found["pieces"] == found["of"] else f"a sample, {found['pieces']} of the {found['of']}"
    pieces = f"{part} pages, records and groups of entries"
    took = f"It took {found['seconds']} s."
    return f"Counted on {found['date']} over {pieces}, of the content with the digest {found['content']}, which {same}. {took}"

"""The recorded result as the site shows it."""

from calculators.present.html import Html, tag
from proof.slips import result
from proof.slips.report import OUTCOMES

_TITLES = ("What is changed", "Slips", "Refused", "Noticed", "Still true", "Survive")


def table() -> Html:
    """Slips by what is changed: how many, and what came of them. Below it, every line at which one survives."""
    found = result.read()
    head = tag("tr", *(tag("th", title, scope="col") for title in _TITLES))
    rows = [_row(what, counts) for what, counts in found["changed"].items()]
    made = tag("table", tag("thead", head), tag("tbody", *rows))
    scrolling = tag("div", made, class_="rp-scroll", tabindex="0")
    return tag("div", scrolling, tag("p", _when(found)), _survivors(found), data_generated=True, data_search_exclude=True)


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

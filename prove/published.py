"""The recorded result as the site shows it."""

from calculators.present.html import Html, tag
from prove import result
from prove.report import OUTCOMES

_TITLES = ("What is changed", "Slips", "Refused", "Still true", "Survive")


def table() -> Html:
    """Slips by what is changed: how many, how many are refused, how many are as true as before, how many survive."""
    found = result.read()
    head = tag("tr", *(tag("th", title, scope="col") for title in _TITLES))
    rows = [_row(what, counts) for what, counts in found["changed"].items()]
    made = tag("table", tag("thead", head), tag("tbody", *rows))
    return tag("div", tag("div", made, class_="rp-scroll", tabindex="0"), tag("p", _when(found)), data_generated=True)


def _row(what: str, counts: dict[str, int]) -> Html:
    outcomes = [counts[outcome] for outcome in OUTCOMES]
    return tag("tr", tag("th", what, scope="row"), *(tag("td", f"{number:,}") for number in (sum(outcomes), *outcomes)))


def _when(found: dict) -> str:
    same = "is what this site is made of" if found["content"] == result.digest() else "has changed since"
    part = "all" if found["pieces"] == found["of"] else f"a sample, {found['pieces']} of the {found['of']}"
    pieces = f"{part} pages, records and groups of entries"
    return f"Counted on {found['date']} over {pieces}, of the content with the digest {found['content']}, which {same}."

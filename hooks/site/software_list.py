"""The programs and libraries that code on pages names without running them, with what was read about each."""

import tomllib

from calculators.present.html import Html, tag
from hooks.checks.software import SOFTWARE

_COLUMNS = ("Program or library", "Read in", "Version")


def table() -> Html:
    """One row for each that is not our own."""
    listed = tomllib.loads(SOFTWARE.read_text("utf-8"))
    entries = {**listed["commands"], **listed["libraries"]}
    rows = (_row(name, entry) for name, entry in entries.items() if "file" not in entry and "own" not in entry)
    head = tag("tr", *(tag("th", title, scope="col") for title in _COLUMNS))
    return tag(
        "div",
        tag("table", tag("thead", head), tag("tbody", *rows)),
        class_="rp-scroll",
        tabindex="0",
        data_generated=True,
    )


def _row(name: str, entry: dict[str, str]) -> Html:
    document = tag("a", entry["document"], href=entry["address"]) if "address" in entry else entry["document"]
    return tag("tr", tag("th", tag("code", name), scope="row"), tag("td", document), tag("td", entry.get("version", "")))

"""What code on pages names of other software without running it, with what was read about each."""

import tomllib

from calculators.present.html import Html, tag
from hooks.checks.software import SOFTWARE

_COLUMNS = ("Program, library or name", "Read in", "Version")


def table() -> Html:
    """One row for each that is not our own."""
    listed = tomllib.loads(SOFTWARE.read_text("utf-8"))
    entries = [(name, entry) for kind in ("commands", "libraries", "configurations") for name, entry in listed[kind].items()]
    entries += [(", ".join(entry.get("names", ())), entry) for entry in listed["variables"].values()]
    rows = (_row(name, entry) for name, entry in entries if "file" not in entry and "own" not in entry)
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

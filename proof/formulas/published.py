"""The recorded result as the site shows it."""

from calculators.present.html import Html, tag
from proof.formulas import result
from proof.formulas.settings import SETTINGS

_TITLES = ("Module", "Changes", "Noticed", "Cannot be noticed", "Not noticed", "Noticed, of those that can be", "Date")


def table() -> Html:
    """How many changes the tests notice, how many change nothing, how many get through: in a sentence, and, folded, by module."""
    found = result.read()
    made, killed, explained = (sum(entry[key] for entry in found.values()) for key in ("mutants", "killed", "explained"))
    told = (
        f"Of {made:,} changes in {len(found)} modules, the tests notice {killed:,}; {explained:,} cannot be noticed, "
        f"and {made - killed - explained:,} get through."
    )
    each = tag("details", tag("summary", "Each module"), _framed(_modules(found)))
    return tag("div", tag("p", told), each, data_generated=True)


def _framed(rows: list[Html]) -> Html:
    head = tag("tr", *(tag("th", title, scope="col") for title in _TITLES))
    return tag("div", tag("table", tag("thead", head), tag("tbody", *rows)), class_="rp-scroll", tabindex="0")


def _modules(found: dict[str, dict]) -> list[Html]:
    """A row for each module, those that wait to be tried last."""
    rows = [(module, entry, entry["content"] != result.digest(module)) for module, entry in found.items()]
    body = [
        _row(tag("code", module), entry, f"{entry['date']}{', changed since' if stale else ''}") for module, entry, stale in rows
    ]
    untried = [module for module in SETTINGS["modules"].split() if module not in found]
    return body + [
        tag("tr", tag("th", tag("code", module), scope="row"), tag("td", "not tried yet", colspan=len(_TITLES) - 1))
        for module in untried
    ]


def _row(name: Html | str, entry: dict, when: str) -> Html:
    through = entry["mutants"] - entry["killed"] - entry["explained"]
    share = f"{100 * entry['killed'] / (entry['mutants'] - entry['explained']):.1f}%"
    numbers = (entry["mutants"], entry["killed"], entry["explained"], through)
    return tag(
        "tr", tag("th", name, scope="row"), *(tag("td", f"{number:,}") for number in numbers), tag("td", share), tag("td", when)
    )

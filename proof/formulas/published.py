"""The recorded result as the site shows it."""

from calculators.present.html import Html, tag
from proof.formulas import result
from proof.formulas.settings import SETTINGS

_TITLES = ("Module", "Changes", "Noticed", "Cannot be noticed", "Not noticed", "Noticed, of those that can be", "Date")


def table() -> Html:
    """Of each module, how many changes the tests notice, how many change nothing, how many get through; or that it waits."""
    found = result.read()
    rows = [(module, entry, entry["content"] != result.digest(module)) for module, entry in found.items()]
    total = {key: sum(entry[key] for entry in found.values()) for key in ("mutants", "killed", "explained")}
    head = tag("tr", *(tag("th", title, scope="col") for title in _TITLES))
    body = [
        _row(tag("code", module), entry, f"{entry['date']}{', changed since' if stale else ''}") for module, entry, stale in rows
    ]
    untried = [module for module in SETTINGS["modules"].split() if module not in found]
    body += [
        tag("tr", tag("th", tag("code", module), scope="row"), tag("td", "not tried yet", colspan=len(_TITLES) - 1))
        for module in untried
    ]
    made = tag("table", tag("thead", head), tag("tbody", *body, _row("All that were tried", total, "")))
    return tag("div", made, class_="rp-scroll", tabindex="0", data_generated=True)


def _row(name: Html | str, entry: dict, when: str) -> Html:
    through = entry["mutants"] - entry["killed"] - entry["explained"]
    share = f"{100 * entry['killed'] / (entry['mutants'] - entry['explained']):.1f}%"
    numbers = (entry["mutants"], entry["killed"], entry["explained"], through)
    return tag(
        "tr", tag("th", name, scope="row"), *(tag("td", f"{number:,}") for number in numbers), tag("td", share), tag("td", when)
    )

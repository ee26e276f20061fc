"""The recorded result as the site shows it."""

from calculators.present.html import Html, tag
from proof.agreement import result

_TITLES = ("Calculator", "Random inputs", "Computed", "Refused", "Different", "Date")


def table() -> Html:
    """Inputs of each calculator, how many were computed and how many refused, and how many the two answered differently."""
    now = result.digest()
    head = tag("tr", *(tag("th", title, scope="col") for title in _TITLES))
    body = []
    for name, entry in result.read().items():
        numbers = (entry["inputs"], entry["computed"], entry["inputs"] - entry["computed"], entry["differing"])
        when = entry["date"] + ("" if entry["content"] == now else ", of an earlier state")
        cells = (*(tag("td", f"{number:,}") for number in numbers), tag("td", when))
        body.append(tag("tr", tag("th", tag("code", name), scope="row"), *cells))
    made = tag("table", tag("thead", head), tag("tbody", *body))
    return tag("div", made, class_="rp-scroll", tabindex="0", data_generated=True)

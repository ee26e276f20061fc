"""Rows and links of generated tables: a figure leads to the calculator that gives it, opened with the inputs that gave it."""

from urllib.parse import urlencode

from calculators import call
from calculators.call import Run
from calculators.present.html import Html, tag
from calculators.problems import InputProblems

FROM_A_RECORD = "../../"  # from gpus/<slug>/ to the root of the site
FROM_AN_INDEX = "../"
UNKNOWN = "not known"


def row(label: Html | str, *cells: Html | str) -> Html:
    """A row whose first cell is its heading."""
    return tag("tr", tag("th", label, scope="row"), *(tag("td", cell) for cell in cells))


def link(run: Run, text: str, root: str = FROM_A_RECORD) -> Html:
    """A figure that leads to its calculator."""
    return tag("a", text, href=f"{root}calculators/{run.calculator.name}/?{urlencode(run.given)}")


def attempt(name: str, inputs: dict[str, str]) -> Run | None:
    """A run, or None where a fact that it needs is not known."""
    try:
        return call.run(name, inputs)
    except InputProblems:
        return None

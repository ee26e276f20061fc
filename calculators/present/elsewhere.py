"""The other calculators that ask about the same GPU, model or system, opened with the inputs of a run that they have too."""

from functools import cache
from urllib.parse import urlencode

from calculators import call
from calculators.call import Run
from calculators.declare import RECORDS, Input
from calculators.present import cite
from calculators.present.html import Html, tag

# Every page with a calculator lies two folders deep.
_FOLDER = "../../calculators"


def links(run: Run) -> Html | None:
    """A link for each calculator that can go on from here; None where no other has a record in common."""
    given = cite.inputs(run)
    items = [
        tag("li", tag("a", call.get(other).title, href=f"{_FOLDER}/{other}/?{urlencode(carried)}"))
        for other, shared in _shared(run.calculator.name).items()
        if (carried := {field: text for field, text in given.items() if field in shared})
    ]
    return tag("ul", *items, class_="rp-elsewhere") if items else None


@cache
def _shared(name: str) -> dict[str, frozenset[str]]:
    """The inputs that others have in common with a calculator, by calculator: the most records in common first, at least one."""
    specs, found = call.get(name).input_specs, {}
    for other in call.names():
        theirs = call.get(other).input_specs
        same = [field for field in specs if other != name and field in theirs and _is_same(specs[field], theirs[field])]
        if any(specs[field].kind in RECORDS for field in same):
            found[other] = frozenset(same)
    records = {other: sum(specs[field].kind in RECORDS for field in same) for other, same in found.items()}
    return dict(sorted(found.items(), key=lambda item: -records[item[0]]))


def _is_same(one: Input, other: Input) -> bool:
    """Whether two inputs of one name ask the same question, and the other is asked whatever else is chosen.

    What replaces a number of a record does not count: it was given for the other choices made here, such as a format.
    """
    if other.when or one.fallback or one.kind != other.kind or one.label != other.label:
        return False
    return (one.unit, one.low, one.high, dict(one.choices)) == (other.unit, other.low, other.high, dict(other.choices))

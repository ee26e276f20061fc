"""Which input decides, as a table with a bar for each input: how the result moves with half and with twice of it."""

import math

from calculators.call import Run
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.present.svg import element
from calculators.sensitivity import Crossing, Influence, influences, target_of
from calculators.units import Quantity, show

_WIDTH, _HEIGHT = 120, 14
_OCTAVES = 2  # a bar shows changes of up to four times in either direction
_WORDS = {"True": "yes", "False": "no"}


def sensitivity(run: Run) -> Html:
    """The inputs by influence on the first headline result."""
    target = target_of(run)
    center, label = run.outputs[target], run.calculator.output_specs[target].label
    rows = [_row(run, each, center) for each in influences(run)]
    if not rows:
        return tag("p", "This calculator has no number to vary.")
    titles = ("Input", "Halved", "Doubled", f"{label}, now {show(center)}", "Where it turns")
    told = "One input at a time, all others as they are, the most influential first."
    return join(tag("p", told), scrolling_table(titles, rows, "rp-table rp-sensitivity"))


def _row(run: Run, found: Influence, center: Quantity) -> Html:
    return tag(
        "tr",
        tag("th", run.calculator.input_specs[found.field].label, tag("span", show(found.value), class_="rp-also"), scope="row"),
        tag("td", _end(found.low)),
        tag("td", _end(found.high)),
        tag("td", _bar(found, center)),
        tag("td", _crossing(run, found.crossing)),
    )


def _end(value: Quantity | None) -> str:
    return show(value) if value else "no result"


def _crossing(run: Run, crossing: Crossing | None) -> str:
    if crossing is None:
        return "–"
    label = run.calculator.output_specs[crossing.output].label
    after = _WORDS.get(crossing.after, crossing.after)
    return f"{label}: {after} from {show(crossing.at)}"


def _bar(found: Influence, center: Quantity) -> Html:
    """From the result with half of the input to that with twice as much, on a logarithmic scale around the present one."""
    ends = [_place(end, center) for end in (found.low, found.high) if end]
    middle = _WIDTH / 2
    left, right = min([middle, *ends]), max([middle, *ends])
    bar = element("rect", x=round(left, 1), y=3, width=round(max(right - left, 1), 1), height=_HEIGHT - 6, class_="rp-influence")
    line = element("line", x1=middle, x2=middle, y1=0, y2=_HEIGHT, class_="rp-influence-now")
    return element("svg", bar, line, viewBox=f"0 0 {_WIDTH} {_HEIGHT}", width=_WIDTH, height=_HEIGHT, aria_hidden="true")


def _place(end: Quantity, center: Quantity) -> float:
    if end.base <= 0 or center.base <= 0:
        return 0.0
    octaves = max(-_OCTAVES, min(_OCTAVES, math.log2(end.base / center.base)))
    return _WIDTH / 2 * (1 + octaves / _OCTAVES)

"""The share of its summed peak that a fleet reaches: what published training runs reached on its family of accelerators."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from calculators.declare import Derived
from calculators.schema import FORMATS

if TYPE_CHECKING:
    from calculators.measured.lessons import Group

_TRAINED_IN = ("bf16", "fp16", "fp8")  # formats of the training runs in the records
_OTHER = {"a": "b", "b": "a"}


def default(known: Mapping[str, Any], side: str) -> Derived:
    """The median of training on the family of a fleet; where too few runs are known, on that of the other fleet, or on all.

    A fleet that nobody measured gets no lead over the other from that.
    """
    from calculators.measured import reached  # which asks calculators for the bounds of measurements

    measured, format, traits = _case(known, side)
    missing = [] if format == known["format"] else [f"no training in {FORMATS[known['format']]} is recorded, so BF16 stands in"]
    if measured != side:
        missing.append(f"too few are recorded on the family of {known[side].short}, so {known[measured].short} stands in")
    found = reached.median_of_all("training", *traits)
    return replace(found, how="; ".join((*missing, found.how)))


def group(known: Mapping[str, Any], side: str) -> "Group":
    """The training runs that stand for a fleet: their median and the ends of their middle eight tenths."""
    from calculators.measured import reached

    return reached.lesson("training").of(_case(known, side)[2])


def _case(known: Mapping[str, Any], side: str) -> tuple[str, str, tuple[str, ...]]:
    """The fleet whose family stands for this one, the format that does for the one asked for, and the traits of such runs."""
    from calculators.measured import lessons, reached

    format = known["format"] if known["format"] in _TRAINED_IN else "bf16"
    cases = {each: lessons.training_on(known[each], format) for each in (side, _OTHER[side])}
    measured = next((each for each, traits in cases.items() if reached.lesson("training").knows(traits)), side)
    return measured, format, cases[measured]

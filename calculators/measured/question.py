"""A measurement put as a question to a calculator, or the reason why none can answer it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Unpredictable(Exception):
    """No calculator can say what a measurement should have been; the message says why."""


@dataclass(frozen=True)
class Question:
    """The output of a calculator that bounds a measurement: a rate from above, a time from below.

    `scale` is what the output is multiplied by to be of the same kind as the measurement, such as 1 / GPUs for a rate of each.
    `floor` says whether nothing that obeys the conditions can beat the bound; else it is an estimate of the best, and `beyond` is
    a looser bound that nothing can beat, where there is one.
    """

    calculator: str
    output: str
    inputs: Mapping[str, str]
    scale: float = 1.0
    floor: bool = True
    also: tuple["Question", ...] = field(default=())  # further times that are added
    per: float = 0.0  # what is divided by the sum of the times, where the measurement is a rate
    beyond: "Question | None" = None

    @property
    def key(self) -> tuple:
        """What tells it from other questions."""
        return self.calculator, self.output, tuple(sorted(self.inputs.items()))


def stated(details: Mapping[str, Any], name: str, said: str) -> Any:
    """A condition of a measurement. Raises Unpredictable where it is not stated."""
    if name not in details:
        raise Unpredictable(f"the source does not state {said}")
    return details[name]

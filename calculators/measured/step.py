"""A step of decoding as its bound over an efficiency, and a time that it takes besides, learned from measured rates.

Short steps reach a smaller share of their bound than long ones, on every accelerator: starting the kernels, sampling and whatever
else does not shrink with the work. One efficiency for all would be too high for the short ones and too low for the long. The two
numbers are those that the calculator of decoding takes: bandwidth reached, and launch per step.
"""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from calculators.measured import kinds
from calculators.measured.comparison import Comparison

_EFFICIENCIES = tuple(percent / 100 for percent in range(30, 101, 2))
_BESIDES = (0.0, 1e-4, 2e-4, 3e-4, 5e-4, 7e-4, 1e-3, 1.5e-3, 2e-3, 3e-3, 4e-3, 6e-3, 8e-3)  # seconds
_FEW = 5  # cases that two numbers are learned from at least


@dataclass(frozen=True, slots=True)
class Step:
    """The share of the bandwidth that reading reaches, and the seconds that each step takes besides."""

    efficiency: float
    besides: float

    def share(self, bound: float) -> float:
        """The share of the bound that a step with this least time, in seconds, is expected to reach."""
        return bound / (bound / self.efficiency + self.besides)


def least_time(found: Comparison) -> float:
    """The bound as seconds for a step of the whole batch."""
    return float(found.entry.details["batch"]) / found.bound.base


def fit(found: Sequence[Comparison]) -> Step:
    """The two numbers with the least mean distance between predicted and measured, as ratios. Raises ValueError for no cases."""
    if not found:
        raise ValueError("there is nothing to learn from")
    cases = [(least_time(each), each.share) for each in found]
    candidates = (Step(efficiency, besides) for besides in _BESIDES for efficiency in _EFFICIENCIES)
    return min(candidates, key=lambda step: sum(abs(math.log(step.share(bound) / share)) for bound, share in cases))


def by_sharing(found: Iterable[Comparison]) -> dict[bool, Step]:
    """The two numbers for accelerators that share every layer (true), and for those that work alone or take turns (false)."""
    judging = [each for each in found if each.judges]
    alike = {shared: [each for each in judging if kinds.shares_layers(each.entry) is shared] for shared in (False, True)}
    return {shared: fit(cases if len(cases) >= _FEW else judging) for shared, cases in alike.items() if judging}


def interval(found: Sequence[Comparison], step: Step) -> tuple[float, float]:
    """Measured over predicted, of the middle eight tenths of the cases."""
    ratios = [each.share / step.share(least_time(each)) for each in found]
    cuts = statistics.quantiles(ratios, n=10, method="inclusive")
    return cuts[0], cuts[-1]

"""Efficiencies learned from measurements, and how well they predict sources that they were not learned from.

The efficiency of a group is the median share of the bound that its measurements reached. A group is made by as much as is
known of the case: metric, framework, family of the accelerator, weights of four bits or wider, one accelerator or several. Where
too few measurements of other sources share all of that, the next wider group answers.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from calculators import facts
from calculators.measured import kinds
from calculators.measured.comparison import Comparison

_FEW = 5  # a group of fewer measurements answers only if no wider one does
_BITS = {"Q4_K_M": 4, "INT4 weights, groups of 32": 4, "INT4 weights": 4, "NVFP4": 4, "FP4": 4}


def groups(found: Comparison) -> list[tuple]:
    """The groups that a case belongs to, from the narrowest to the widest."""
    entry = found.entry
    gpu = facts.load().accelerators[entry.hardware]
    metric, family, narrow = entry.metric, kinds.family(gpu), _BITS.get(entry.details.get("precision", ""), 8) < 8
    several = entry.count > 1
    return [
        (metric, kinds.framework(entry), family, narrow, several),
        (metric, family, narrow, several),
        (metric, narrow, several),
        (metric, several),
        (metric,),
    ]


@dataclass(frozen=True)
class Learned:
    """The median share by group."""

    shares: dict[tuple, list[float]]

    def efficiency(self, found: Comparison) -> float | None:
        """The efficiency expected of a case; None where nothing of its kind was learned."""
        known = [group for group in groups(found) if self.shares.get(group)]
        chosen = next((group for group in known if len(self.shares[group]) >= _FEW), known[-1] if known else None)
        return statistics.median(self.shares[chosen]) if chosen else None


def learn(found: Iterable[Comparison]) -> Learned:
    """The shares of the measurements that may judge, by every group that they belong to."""
    shares = defaultdict(list)
    for each in found:
        if each.judges:
            for group in groups(each):
                shares[group].append(each.share)
    return Learned(dict(shares))


@dataclass(frozen=True, slots=True)
class Judgement:
    """How far predictions lay from measurements of sources that had been held out."""

    count: int
    sources: int
    median_error: float
    within_15: float
    within_30: float


def held_out(found: Sequence[Comparison]) -> Iterator[tuple[Comparison, float]]:
    """Each measurement with its error, predicted from all sources but its own: |predicted / measured - 1|."""
    for source in sorted({each.entry.source.id for each in found}):
        others = learn(each for each in found if each.entry.source.id != source)
        for each in found:
            if each.entry.source.id == source and each.judges and (expected := others.efficiency(each)) is not None:
                yield each, abs(expected / each.share - 1)


def judge(found: Sequence[Comparison]) -> Judgement | None:
    """The errors over all held-out sources; None where there is no other source to learn from."""
    judged = list(held_out(found))
    if not judged:
        return None
    errors = [error for _, error in judged]
    return Judgement(
        len(errors),
        len({each.entry.source.id for each, _ in judged}),
        statistics.median(errors),
        sum(error <= 0.15 for error in errors) / len(errors),
        sum(error <= 0.30 for error in errors) / len(errors),
    )

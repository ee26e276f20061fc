"""Medians and ranges of the shares of bounds that measurements reached, by group."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from calculators.measured.comparison import Comparison


@dataclass(frozen=True, slots=True)
class Spread:
    """How a set of shares lies: its middle, the range of the middle eight tenths, its ends, and how many they are."""

    count: int
    sources: int
    median: float
    low: float
    high: float
    least: float
    most: float


def spread(found: Iterable[Comparison]) -> Spread | None:
    """The spread of the shares that may judge a calculator; None without any."""
    judging = [each for each in found if each.judges]
    shares = sorted(each.share for each in judging)
    if not shares:
        return None
    sources = len({each.entry.source.id for each in judging})
    low, high = tenths(shares)
    return Spread(len(shares), sources, statistics.median(shares), low, high, shares[0], shares[-1])


def tenths(shares: list[float]) -> tuple[float, float]:
    """The first and the last tenth of sorted numbers; of a single one that one, which Python counts no tenths of before 3.13."""
    if len(shares) == 1:
        (only,) = shares
        return only, only
    cuts = statistics.quantiles(shares, n=10, method="inclusive")
    return cuts[0], cuts[-1]


def grouped(found: Iterable[Comparison], by: Callable[[Comparison], tuple[str, ...]]) -> dict[tuple[str, ...], Spread]:
    """The spread of each group that has a share, the largest groups first."""
    groups = defaultdict(list)
    for each in found:
        groups[by(each)].append(each)
    spreads = {name: spread(members) for name, members in groups.items()}
    known = {name: each for name, each in spreads.items() if each}
    return dict(sorted(known.items(), key=lambda item: (-item[1].count, item[0])))

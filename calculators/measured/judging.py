"""How well what calculators offer predicts measurements of sources that it was not learned from.

Each source is left out once, whole: measurements of one source resemble each other, so leaving out single ones would flatter.
What is judged is the lesson itself, as a result of a calculator shows it: the median of the group that answers, and its range.
"""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from calculators.measured import lessons, reached
from calculators.measured.comparison import Comparison


@dataclass(frozen=True, slots=True)
class Prediction:
    """A held-out measurement: its |predicted / measured - 1|, learned from other sources, and whether the range held it."""

    source: str
    error: float
    inside: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """How far predictions lay from the measurements of held-out sources."""

    count: int
    sources: tuple[str, ...]
    median_error: float
    within_15: float
    within_30: float
    inside: float  # share of them between the ends of the range that was offered


def judge(name: str) -> Judgement | None:
    """A subject's lesson over all held-out sources; None where no source leaves enough others to learn from."""
    return judged(_all_held_out(name))


def by_source(name: str) -> dict[str, Judgement]:
    """A subject's lesson by the source that was held out, the largest first."""
    found = _all_held_out(name)
    sources = {each.source for each in found}
    own = {source: judged(each for each in found if each.source == source) for source in sources}
    return dict(sorted(own.items(), key=lambda item: (-item[1].count, item[0])))


@cache
def _all_held_out(name: str) -> tuple[Prediction, ...]:
    return tuple(held_out(name, reached.measured(name)))


def held_out(name: str, found: Sequence[Comparison]) -> Iterator[Prediction]:
    """Each measurement of a subject, predicted from all sources but its own."""
    for source in sorted({each.entry.source.id for each in found}):
        mine, others = ([each for each in found if (each.entry.source.id == source) is own] for own in (True, False))
        if len(others) < lessons.ENOUGH:
            continue
        lesson = reached.learn(reached.cases(name, others))
        for case in reached.cases(name, mine):
            group = lesson.of(case.traits)
            faster = case.times_as_fast(group.median)
            yield Prediction(source, abs(1 / faster - 1), case.times_as_fast(group.high) <= 1 <= case.times_as_fast(group.low))


def judged(predictions: Iterable[Prediction]) -> Judgement | None:
    """Predictions, summed up; None for none."""
    found = list(predictions)
    if not found:
        return None
    errors = [each.error for each in found]
    within = (sum(error <= limit for error in errors) / len(errors) for limit in (0.15, 0.30))
    inside = sum(each.inside for each in found) / len(found)
    sources = tuple(sorted({each.source for each in found}))
    return Judgement(len(errors), sources, statistics.median(errors), *within, inside)

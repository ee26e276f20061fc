"""Efficiencies learned from measurements, and how well they predict sources that they were not learned from.

The efficiency of a group is the median share of the bound that its measurements reached. A group is made by as much as is
known of the case: metric, framework, bits of a weight, whether accelerators share every layer, family. Where too few
measurements of other sources share all of that, the next wider group answers. Decoding is learned in two numbers instead, an
efficiency and a time that every step takes besides: see `step`.
"""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from calculators import facts
from calculators.measured import kinds, lessons, reached, step
from calculators.measured.comparison import Comparison

_FEW = 5  # a group of fewer measurements answers only if no wider one does
_BITS = {4: ("Q4", "INT4", "FP4", "NVFP4", "MXFP4"), 8: ("FP8", "INT8")}  # how the words for a precision begin

Predictor = Callable[[Comparison], float | None]


def groups(found: Comparison) -> list[tuple]:
    """The groups that a case belongs to, from the narrowest to the widest."""
    entry = found.entry
    family = kinds.family(facts.load().accelerators[entry.hardware])
    metric, framework, shared = entry.metric, kinds.framework(entry), kinds.shares_layers(entry)
    precision = entry.details.get("precision", "")
    bits = next((bits for bits, words in _BITS.items() if precision.startswith(words)), 16)
    return [
        (metric, framework, bits, shared, family),
        (metric, framework, bits, shared),
        (metric, bits, shared, family),
        (metric, bits, shared),
        (metric, shared),
        (metric,),
    ]


def medians(found: Iterable[Comparison]) -> Predictor:
    """What share of its bound a case is expected to reach: the median of the narrowest group that is known well enough."""
    shares = defaultdict(list)
    for each in found:
        if each.judges:
            for group in groups(each):
                shares[group].append(each.share)

    def expected(case: Comparison) -> float | None:
        known = [group for group in groups(case) if group in shares]
        chosen = next((group for group in known if len(shares[group]) >= _FEW), known[-1] if known else None)
        return statistics.median(shares[chosen]) if chosen else None

    return expected


def learn(found: Sequence[Comparison]) -> Predictor:
    """What measurements of one metric teach: two numbers for decoding, medians for all else."""
    decoding = found and all(each.entry.metric == "decode_rate" for each in found)
    return step.learn(found) if decoding else medians(found)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How far predictions lay from measurements of sources that had been held out."""

    count: int
    sources: int
    median_error: float
    within_15: float
    within_30: float
    inside: float = 0.0  # share of them between the ends of the range that was offered


def of_errors(errors: Sequence[float], sources: int, inside: float = 0.0) -> Judgement:
    """The errors of predictions, summed up."""
    within = (sum(error <= limit for error in errors) / len(errors) for limit in (0.15, 0.30))
    return Judgement(len(errors), sources, statistics.median(errors), *within, inside)


def held_out(
    found: Sequence[Comparison], by: Callable[[Sequence[Comparison]], Predictor] = learn
) -> Iterator[tuple[Comparison, float]]:
    """Each measurement with its error, predicted from all sources but its own: |predicted / measured - 1|."""
    for source in sorted({each.entry.source.id for each in found}):
        expected = by([each for each in found if each.entry.source.id != source])
        for each in found:
            if each.entry.source.id == source and each.judges and (share := expected(each)) is not None:
                yield each, abs(share / each.share - 1)


def judge(found: Sequence[Comparison], by: Callable[[Sequence[Comparison]], Predictor] = learn) -> Judgement | None:
    """The errors over all held-out sources; None where there is no other source to learn from."""
    judged = list(held_out(found, by))
    if not judged:
        return None
    return of_errors([error for _, error in judged], len({each.entry.source.id for each, _ in judged}))


def judge_offer(name: str) -> Judgement | None:
    """How well what calculators offer predicts sources that were held out, and how often its range holds them; None for one."""
    found, errors, inside, sources = reached.measured(name), [], 0, set()
    for source in sorted({each.entry.source.id for each in found}):
        mine, others = ([each for each in found if (each.entry.source.id == source) is own] for own in (True, False))
        if len(others) < lessons.ENOUGH:
            continue
        lesson = reached.learn(reached.cases(name, others))
        for case in reached.cases(name, mine):
            group = lesson.of(case.traits)
            errors.append(abs(1 / case.times_as_fast(group.median) - 1))
            inside += case.times_as_fast(group.high) <= 1 <= case.times_as_fast(group.low)
            sources.add(source)
    return of_errors(errors, len(sources), inside / len(errors)) if errors else None

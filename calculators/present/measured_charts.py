"""Figures of predicted against measured: every case by family, and how the shares of the bounds are distributed."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from calculators import facts
from calculators.measured import kinds
from calculators.measured.comparison import Comparison, compared
from calculators.present.chart import Axis, Bar, Bars, Chart, Segment, Series, figure
from calculators.present.html import Html

_ROLES = dict(zip(("Hopper", "Ampere", "Ada Lovelace", "Blackwell", "AMD", kinds.OTHERS), "abcdef", strict=True))
_STEPS = (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_UNITS = {"token/s": "tokens/s", "us": "µs"}


def scatter(name: str) -> Html:
    """Measured against the bound, one point for each measurement of the main metric of a kind, by family of the accelerator."""
    kind = kinds.named(name)
    judging = [found for found in compared(kind.main) if found.judges]
    values = [value for found in judging for value in (found.bound.value, found.entry.quantity.value)]
    ends = (min(values), max(values))
    unit = _UNITS.get(judging[0].entry.unit, judging[0].entry.unit)
    return figure(
        Chart(
            title=f"{kind.title}: measured against the bound of the calculator",
            description=f"{len(judging)} measurements. A point on the line would have reached its bound"
            + (", points above it took longer." if name == "kernels" else ", points below it stayed under it."),
            x=Axis("Bound", unit, log=True),
            y=Axis("Measured", unit, log=True),
            series=(Series("the bound", ((ends[0], ends[0]), (ends[1], ends[1])), "limit"), *_by_family(judging)),
        ),
        f"measured-{name}",
    )


def _by_family(judging: Sequence[Comparison]) -> list[Series]:
    base = facts.load()
    points = defaultdict(list)
    for found in judging:
        family = kinds.family(base.accelerators[found.entry.hardware])
        points[family].append((found.bound.value, found.entry.quantity.value))
    return [Series(family, tuple(points[family]), role, joined=False) for family, role in _ROLES.items() if points[family]]


def distribution(name: str) -> Html:
    """How many measurements of a kind reached which share of their bound."""
    kind = kinds.named(name)
    shares = [found.share for found in compared(*kind.metrics) if found.judges]
    bars = [
        Bar(f"{low:.0%} to {high:.0%}", (Segment("measurements", sum(low <= share < high for share in shares)),))
        for low, high in pairwise(_STEPS)
    ]
    above = sum(share >= _STEPS[-1] for share in shares)
    bars += [Bar("100% and more", (Segment("measurements", above),))] if above else []
    return figure(
        Bars(
            title=f"{kind.title}: {kind.share}",
            description=f"{len(shares)} measurements by the share of the bound that they reached.",
            x=Axis("Measurements", ""),
            bars=tuple(bars),
        ),
        f"shares-{name}",
    )

"""The rooflines of one to four accelerators with an operation on each, as a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.roofs import attainable, ridge_point
from calculators.schema import FORMATS

_ROLES = "abcd"
_LEAST, _MOST = 1.0, 10_000.0
_AROUND = 4  # of the operation, so that it does not lie on the frame


@dataclass(frozen=True, slots=True)
class Roof:
    """One accelerator's limits, in base units: its peak, its memory bandwidth, and that of its L2 cache where it is known."""

    name: str
    peak: float
    bandwidth: float
    cache: float | None

    def at(self, intensity: float) -> float:
        """The rate that peak and memory allow, in TFLOPS."""
        return attainable(self.peak, intensity, self.bandwidth) / 1e12

    def line(self, low: float, high: float, bandwidth: float) -> tuple[tuple[float, float], ...]:
        """The roof over a slope, from one arithmetic intensity to another."""
        ridge = ridge_point(self.peak, bandwidth)
        ends = (low, ridge, high) if low < ridge < high else (low, high)
        return tuple((x, attainable(self.peak, x, bandwidth) / 1e12) for x in ends)


def rooflines(i: Any, roofs: Sequence[Roof], intensity: float, description: str) -> Chart:
    """The roofs of all, the L2 slope of the first where it is known, the operation on each, and what was measured."""
    low, high = min(_LEAST, intensity / _AROUND), max(_MOST, intensity * _AROUND)
    first = roofs[0]
    series = [Series(roof.name, roof.line(low, high, roof.bandwidth), role) for roof, role in zip(roofs, _ROLES, strict=False)]
    if first.cache:
        slope = first.line(low, high, first.cache)[:2]
        series.append(Series(f"L2 cache, {first.name}", slope, "limit"))
    return Chart(
        title=f"Roofline of {', '.join(roof.name for roof in roofs)}: {FORMATS[i.format]}, {i.sparsity}",
        description=description,
        x=Axis("Arithmetic intensity", "FLOP/byte", log=True),
        y=Axis("Rate", "TFLOPS", log=True),
        series=tuple(series),
        marks=tuple(_marks(i, roofs, intensity, low, high)),
    )


def _marks(i: Any, roofs: Sequence[Roof], intensity: float, low: float, high: float) -> list[Mark]:
    first, alone = roofs[0], len(roofs) == 1
    ridge = ridge_point(first.peak, first.bandwidth)
    marks = [Mark("ridge point", ridge, first.peak / 1e12)] if alone and low < ridge < high else []
    for roof in roofs:
        slope = roof.cache if i.source == "l2" and roof.cache else roof.bandwidth
        where = "this operation" if alone else f"on {roof.name}"
        marks.append(Mark(where, intensity, attainable(roof.peak, intensity, slope) / 1e12))
    if i.measured is not None:
        marks.append(Mark("measured", intensity, i.measured / 1e12))
    return marks

"""The frame of a line chart: where the plot sits on the canvas, its grid, ticks and axis labels.

Every chart is drawn twice, wide and narrow, close to the size at which it is shown: scaling one
drawing down to a phone would make its text unreadable. The style sheet shows the one that fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from calculators.present import scale
from calculators.present.chart_labels import Box
from calculators.present.chart_records import Axis, Chart
from calculators.present.html import Html
from calculators.present.scale import Scale, Tick
from calculators.present.svg import (
    LINE_HEIGHT,
    element,
    join,
    path,
    text_block,
    text_width,
    wrap,
)

TICK = 5  # length of a tick
GAP = 6  # between a tick and its label


@dataclass(frozen=True)
class Canvas:
    """A drawing size. `labeled`: lines carry their labels; otherwise the legend names them."""

    name: str
    width: float
    height: float
    font: float
    labeled: bool


WIDE = Canvas("wide", 680, 400, 13, labeled=True)
NARROW = Canvas("narrow", 360, 320, 12.5, labeled=False)
CANVASES = (WIDE, NARROW)


@dataclass(frozen=True)
class Drawing:
    """A drawn chart: its SVG content, its height, and the labels that found no place."""

    content: Html
    height: float
    unplaced: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """The plot area of a chart on a canvas, with its scales and ticks."""

    canvas: Canvas
    plot: Box
    x: Scale
    y: Scale
    base: int  # of a logarithmic x axis
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_heading: tuple[str, ...]
    y_heading: tuple[str, ...]

    @property
    def label_space(self) -> Box:
        """Where labels of points may go: the plot, and the gap between it and its heading."""
        gap = self.canvas.font * 0.8
        return Box(self.plot.left, self.plot.top - gap, self.plot.right, self.plot.bottom)

    @cached_property
    def drawn(self) -> Html:
        """Grid, ticks, tick labels and axis labels."""
        return join(_drawn(self), "\n")

    def at(self, point: tuple[float, float]) -> tuple[float, float]:
        """Where a data point is on the canvas."""
        return self.x.position(point[0]), self.y.position(point[1])

    def shows(self, point: tuple[float, float]) -> bool:
        """Whether a data point is inside the range of both axes."""
        x, y = point
        return self.x.low <= x <= self.x.high and self.y.low <= y <= self.y.high


def x_domain(chart: Chart) -> tuple[float, float]:
    """The values at the ends of the x axis."""
    values = [x for line in chart.series for x, _ in line.points] + [m.x for m in chart.marks]
    return scale.domain(values, log=chart.x.log, low=chart.x.low, high=chart.x.high)


def y_domain(chart: Chart) -> tuple[float, float]:
    """The values at the ends of the y axis, with room for the labels above marks."""
    values = [y for line in chart.series for _, y in line.points]
    for mark in chart.marks:
        values += [mark.y, mark.y * (2 if chart.y.log else 1.1)]
    return scale.domain(values, log=chart.y.log, low=chart.y.low, high=chart.y.high, rounded=True)


def frame(chart: Chart, canvas: Canvas, margin: float) -> Frame:
    """Lay out `chart` on `canvas`, leaving `margin` for labels at the right of the plot."""
    return _frame(chart.x, chart.y, x_domain(chart), y_domain(chart), canvas, margin)


Domain = tuple[float, float]


@lru_cache(maxsize=16)  # most edits leave the axes as they are
def _frame(x: Axis, y: Axis, x_domain: Domain, y_domain: Domain, canvas: Canvas, margin: float) -> Frame:
    size, (start, stop), (low, high) = canvas.font, x_domain, y_domain
    x_ticks = ticks(x, start, stop, 11 if canvas.labeled else 7)
    y_ticks = ticks(y, low, high, 7)
    overhang = max(text_width(tick.label, size) for tick in x_ticks) / 2
    left = max(max(text_width(tick.label, size) for tick in y_ticks) + GAP + 2, overhang)
    right = canvas.width - max(margin, overhang, TICK)
    y_heading = tuple(wrap(y.heading, canvas.width, size))
    x_heading = tuple(wrap(x.heading, right, size))
    top = _lines(y_heading, size) + size
    bottom = canvas.height - _lines(x_heading, size) - TICK - GAP - size * LINE_HEIGHT
    return Frame(
        canvas=canvas,
        plot=Box(left, top, right, bottom),
        x=Scale(start, stop, left, right, x.log),
        y=Scale(low, high, bottom, top, y.log),
        base=x.base,
        x_ticks=x_ticks,
        y_ticks=y_ticks,
        x_heading=x_heading,
        y_heading=y_heading,
    )


def ticks(axis: Axis, low: float, high: float, limit: int) -> tuple[Tick, ...]:
    """At most `limit` ticks for an axis that shows low..high."""
    if axis.log:
        return scale.log_ticks(low, high, limit, axis.base)
    even = scale.linear_ticks(low, high, limit)
    return tuple(Tick(tick.value, tick.label.replace(",", "")) for tick in even) if axis.calendar else even


def _lines(lines: Sequence[str], size: float) -> float:
    return len(lines) * size * LINE_HEIGHT


def _drawn(frame: Frame) -> list[Html]:
    plot, size = frame.plot, frame.canvas.font
    across = [frame.y.position(tick.value) for tick in frame.y_ticks]
    upright = [frame.x.position(tick.value) for tick in frame.x_ticks]
    grid = [path([(plot.left, y), (plot.right, y)]) for y in across]
    if frame.x.log:
        grid += [path([(x, plot.top), (x, plot.bottom)]) for x in upright]
    axis = [path([(plot.left, plot.bottom), (plot.right, plot.bottom)])]
    axis += [path([(x, plot.bottom), (x, plot.bottom + TICK)]) for x in upright]
    if frame.x.log and frame.base == 10:
        minor = (frame.x.position(v) for v in scale.minor_ticks(frame.x.low, frame.x.high))
        axis += [path([(x, plot.bottom), (x, plot.bottom + TICK / 2)]) for x in minor]
    return [
        element("path", class_="rp-chart-grid", d=" ".join(grid)),
        element("path", class_="rp-chart-axis", d=" ".join(axis)),
        *x_tick_labels(frame.x_ticks, frame.x, plot.bottom + TICK + GAP / 2, size),
        *_y_tick_labels(frame),
        text_block(frame.y_heading, 0, 0, size, class_="rp-chart-heading"),
        text_block(
            frame.x_heading,
            plot.right,
            frame.canvas.height - _lines(frame.x_heading, size),
            size,
            anchor="end",
            class_="rp-chart-heading",
        ),
    ]


def x_tick_labels(ticks: Sequence[Tick], axis: Scale, top: float, size: float) -> list[Html]:
    """Labels under an axis; one that would touch its neighbor to the left is left out."""
    labels, edge = [], float("-inf")
    for tick in ticks:
        x, half = axis.position(tick.value), text_width(tick.label, size) / 2
        if x - half < edge + size / 2:
            continue
        edge = x + half
        labels.append(_tick_label(tick.label, x, top, size, "middle"))
    return labels


def _y_tick_labels(frame: Frame) -> list[Html]:
    size, labels, edge = frame.canvas.font, [], float("inf")
    for tick in frame.y_ticks:
        y = frame.y.position(tick.value)
        if y + size * LINE_HEIGHT / 2 > edge:
            continue
        edge = y - size * LINE_HEIGHT / 2
        labels.append(_tick_label(tick.label, frame.plot.left - GAP, edge, size, "end"))
    return labels


def _tick_label(label: str, x: float, top: float, size: float, anchor: str) -> Html:
    return text_block([label], x, top, size, anchor=anchor, class_="rp-chart-tick")


def quantity(value: float, axis: Axis) -> str:
    """A value with the unit of its axis."""
    return f"{axis.written(value)} {axis.unit}".rstrip()


def values_at(point: tuple[float, float], chart: Chart) -> str:
    """Both values of a point: 640 token/s at 16 sequence."""
    return f"{quantity(point[1], chart.y)} at {quantity(point[0], chart.x)}"

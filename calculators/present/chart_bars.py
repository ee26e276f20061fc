"""Draws stacked horizontal bars with an optional limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from calculators.present import scale
from calculators.present.chart_frame import (
    GAP,
    TICK,
    Canvas,
    Drawing,
    quantity,
    ticks,
    x_tick_labels,
)
from calculators.present.chart_labels import Box, block_size
from calculators.present.chart_records import Bar, Bars, Segment
from calculators.present.html import Html
from calculators.present.scale import Scale, number
from calculators.present.svg import (
    LINE_HEIGHT,
    clean,
    coordinate,
    element,
    path,
    text_block,
    text_width,
    wrap,
)

THICKNESS = 30  # of a bar
BETWEEN = 16  # bars
HATCH = 7  # distance of hatching lines
PADDING = 7  # around a text in a segment

# Directions of hatching lines, as (run, rise): what tells segments apart in black and white.
HATCHING: dict[str, tuple[tuple[int, int], ...]] = {
    "b": ((1, -1),),
    "c": ((0, 1),),
    "d": ((1, 1),),
    "e": ((1, -1), (1, 1)),
    "f": ((1, 0),),
}


def draw_bars(chart: Bars, canvas: Canvas) -> Drawing:
    """Draw `chart` on `canvas`; its height follows from the number of bars."""
    size = canvas.font
    axis = _axis(chart, canvas)
    limit = axis.position(chart.limit.value) if chart.limit else None
    limit_lines = _limit_lines(chart, canvas)
    shapes: list[Html] = []
    texts: list[Html] = []
    headers: list[Box] = []
    y = first = _height(limit_lines, size) + (GAP if limit_lines else 0)
    for bar in chart.bars:
        header = wrap(_header(chart, bar), canvas.width - axis.start, size)
        texts.append(text_block(header, axis.start, y, size, class_="rp-chart-label"))
        width, height = block_size(header, size)
        headers.append(Box(axis.start, y, axis.start + width, y + height))
        y += height + 2
        for part, box in _boxes(bar, axis, y):
            shapes.append(segment(box, part.role, f"{bar.label}, {part.label}: {quantity(part.value, chart.x)}"))
            texts += _inside(part, box, limit, size)
        y += THICKNESS + BETWEEN
    bottom = y - BETWEEN + GAP
    heading = wrap(chart.x.heading, axis.end, size)
    heading_top = bottom + TICK + GAP + size * LINE_HEIGHT
    drawn = [
        *_draw_axis(chart, axis, first, bottom, size),
        *shapes,
        *(_draw_limit(limit, limit_lines, headers, bottom, canvas) if limit is not None else ()),
        *texts,
        text_block(heading, axis.end, heading_top, size, anchor="end", class_="rp-chart-heading"),
    ]
    return Drawing(Html("\n".join(drawn)), heading_top + _height(heading, size))


def _height(lines: Sequence[str], size: float) -> float:
    return len(lines) * size * LINE_HEIGHT


def _axis(chart: Bars, canvas: Canvas) -> Scale:
    lengths = [sum(part.value for part in bar.segments) for bar in chart.bars]
    lengths += [chart.limit.value] if chart.limit else []
    low, high = scale.domain(lengths, rounded=True)
    labels = [tick.label for tick in ticks(chart.x, low, high, 7)]
    margins = [text_width(label, canvas.font) / 2 for label in (labels[0], labels[-1])]
    return Scale(low, high, margins[0], canvas.width - max(margins[1], 3))


def _header(chart: Bars, bar: Bar) -> str:
    header = f"{bar.label}: {quantity(bar.total, chart.x)}"
    if chart.limit and bar.total > chart.limit.value:
        header += f", {quantity(bar.total - chart.limit.value, chart.x)} over"
    return header


def _limit_lines(chart: Bars, canvas: Canvas) -> list[str]:
    if not chart.limit:
        return []
    text = f"{chart.limit.label}: {quantity(chart.limit.value, chart.x)}"
    return wrap(text, canvas.width * 0.8, canvas.font)


def _draw_axis(chart: Bars, axis: Scale, top: float, bottom: float, size: float) -> Iterator[Html]:
    marks = ticks(chart.x, axis.low, axis.high, 7)
    places = [axis.position(tick.value) for tick in marks]
    yield element("path", class_="rp-chart-grid", d=" ".join(path([(x, top), (x, bottom)]) for x in places))
    outline = [path([(axis.start, bottom), (axis.end, bottom)])]
    outline += [path([(x, bottom), (x, bottom + TICK)]) for x in places]
    yield element("path", class_="rp-chart-axis", d=" ".join(outline))
    yield from x_tick_labels(marks, axis, bottom + TICK + GAP / 2, size)


def _draw_limit(x: float, lines: Sequence[str], headers: Sequence[Box], bottom: float, canvas: Canvas) -> Iterator[Html]:
    """The limit's label, and its line down to the axis, interrupted where a bar's header is."""
    width, top = block_size(lines, canvas.font)
    center = min(max(x, width / 2), canvas.width - width / 2)
    pieces = []
    for box in [*(b for b in headers if b.right + PADDING > x), Box(x, bottom, x, bottom)]:
        pieces.append(path([(x, top), (x, box.top)]))
        top = box.bottom
    line = " ".join(pieces)
    yield element("path", class_="rp-chart-halo", d=line, fill="none")
    yield element("path", class_="rp-chart-line rp-chart-limit", d=line, fill="none")
    yield text_block(lines, center, 0, canvas.font, anchor="middle", class_="rp-chart-label rp-chart-limit")


def _boxes(bar: Bar, axis: Scale, top: float) -> Iterator[tuple[Segment, Box]]:
    """The segments of a bar that have a length, and where they are."""
    start = 0.0
    for part in bar.segments:
        stop = start + part.value
        if part.value:
            yield part, Box(axis.position(start), top, axis.position(stop), top + THICKNESS)
        start = stop


def _inside(part: Segment, box: Box, limit: float | None, size: float) -> Iterator[Html]:
    """The name and value of a segment, or its value, where there is room beside the limit line."""
    top = box.top + (THICKNESS - size * LINE_HEIGHT) / 2
    class_ = f"rp-chart-inside rp-chart-{part.role}"
    cuts = [limit] if limit is not None and box.left < limit < box.right else []
    for text in (clean(f"{part.label} {number(part.value)}"), number(part.value)):
        for left, right in pairwise([box.left, *cuts, box.right]):
            if text_width(text, size) <= right - left - 2 * PADDING:
                yield text_block([text], left + PADDING, top, size, class_=class_)
                return


def segment(box: Box, role: str, title: str | None = None) -> Html:
    """A filled and hatched rectangle."""
    lines = hatching(box, role)
    return element(
        "g",
        element("title", title) if title else None,
        element(
            "rect",
            class_=f"rp-chart-segment rp-chart-{role}",
            x=box.left,
            y=box.top,
            width=max(box.right - box.left, 0.1),
            height=box.bottom - box.top,
        ),
        element("path", class_="rp-chart-hatch", d=lines, fill="none") if lines else None,
        pointer_events="all" if title else None,
    )


def hatching(box: Box, role: str) -> str:
    """The d attribute of the lines that fill `box` in the manner of `role`."""
    steps = []
    for run, rise in HATCHING.get(role, ()):
        for start, end in _parallels(box, run, rise):
            inside = box.clip(start, end)
            if inside and inside[0] != inside[1]:
                steps.append("M" + " L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in inside))
    return " ".join(steps)


def _parallels(box: Box, run: int, rise: int) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Evenly spaced lines across `box` in one direction, longer than needed."""
    width, height = box.right - box.left, box.bottom - box.top
    if run == 0 or rise == 0:
        extent = height if rise == 0 else width
        for index in range(1, int(extent / HATCH) + 1):
            shift = index * HATCH - HATCH / 2
            if rise == 0:
                yield (box.left, box.top + shift), (box.right, box.top + shift)
            else:
                yield (box.left + shift, box.top), (box.left + shift, box.bottom)
        return
    foot, head = (box.bottom, box.top) if rise < 0 else (box.top, box.bottom)
    for index in range(1, int((width + height) / (HATCH * 1.5)) + 1):
        x = box.left + index * HATCH * 1.5 - height
        yield (x, foot), (x + height, head)

"""Draws lines and marked points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from calculators.present.chart_frame import (
    Canvas,
    Drawing,
    Frame,
    frame,
    values_at,
    x_domain,
)
from calculators.present.chart_labels import (
    Box,
    Label,
    Stroke,
    beside,
    block_size,
    clipped,
    spread,
    strokes,
)
from calculators.present.chart_records import Chart, Series
from calculators.present.html import Html
from calculators.present.scale import Scale
from calculators.present.svg import Point, balance, element, hit, marker, path, text_width

LABEL_SHARE = 0.27  # of the canvas, for labels at the right of the plot
INSIDE_SHARES = (0.42, 0.22, 0.14)  # of the canvas, for labels inside the plot
LABEL_GAP = 14  # between the plot and those labels
BETWEEN = 4  # one such label and the next
RING = 6  # radius of a mark
MARKER = 4
CASE = 2.5  # the marker of a point that stands for itself
FEW = 16  # up to this many points, each has its marker; beyond, one every SPACING units
SPACING = 64
HIT = 8  # radius around a point within which its values are shown


@dataclass(frozen=True)
class Line:
    """A series with what is visible of it on a canvas: its points with their places, and the pieces of the line."""

    series: Series
    points: list[tuple[Point, Point]]
    pieces: list[list[Point]]

    @property
    def end(self) -> Point | None:
        """The rightmost visible place (of several the highest), where its label belongs."""
        places = [point for piece in self.pieces for point in piece]
        return max(places, key=lambda place: (place[0], -place[1])) if places else None


def _line(series: Series, area: Frame) -> Line:
    places = [area.at(point) for point in series.points]
    seen = [both for both in zip(series.points, places, strict=True) if area.shows(both[0])]
    return Line(series, seen, clipped(places, area.plot) if series.joined else [])


def draw_lines(chart: Chart, canvas: Canvas) -> Drawing:
    """Draw `chart` on `canvas`."""
    names = _end_labels(chart, canvas)
    widest = max((block_size(lines, canvas.font)[0] for lines in names.values()), default=0)
    area = frame(chart, canvas, margin=widest + LABEL_GAP if names else 0)
    lines = [_line(series, area) for series in chart.series]
    series_labels = _place_at_end(lines, names, area)
    series_labels |= _place_inside(chart, lines, series_labels, area)
    mark_labels = _place_marks(chart, lines, list(series_labels.values()), area)
    content = [
        area.drawn,
        *(_draw_line(line) for line in sorted(lines, key=lambda line: line.series.role != "limit") if line.pieces),
        *_leaders([*series_labels.values(), *mark_labels.values()]),
        *(shape for line in lines for shape in _draw_markers(line, area)),
        *(draw_mark(point) for point in _visible_marks(chart, area)),
        *(label.draw(canvas.font, f"rp-chart-label rp-chart-{_role(chart, name)}") for name, label in series_labels.items()),
        *(label.draw(canvas.font, "rp-chart-label") for label in mark_labels.values()),
        *_hits(chart, lines, area),
    ]
    unplaced = [line.label for line in chart.series if line.label not in series_labels]
    unplaced += [mark.label for mark in chart.marks if mark.label not in mark_labels]
    return Drawing(Html("\n".join(content)), canvas.height, tuple(unplaced))


def _role(chart: Chart, label: str) -> str:
    return next(line.role for line in chart.series if line.label == label)


def _named(chart: Chart, canvas: Canvas) -> list[Series]:
    """The series that carry their labels: all, or where the legend names them, several limits.

    Limits look alike, so a legend could not tell which is which.
    """
    limits = [line for line in chart.series if line.role == "limit"]
    named = list(chart.series) if canvas.labeled else limits if len(limits) > 1 else []
    return [line for line in named if line.joined]


def _end_labels(chart: Chart, canvas: Canvas) -> dict[str, tuple[str, ...]]:
    """Wrapped labels of the lines that reach the right end of the plot; none if one is too long."""
    start, stop = x_domain(chart)
    across = Scale(start, stop, 0, 1, chart.x.log)
    room = canvas.width * LABEL_SHARE
    named = _named(chart, canvas)
    reaching = [line for line in named if max(across.position(x) for x, _ in line.points) > 0.9]
    names = {line.label: balance(line.label, room, canvas.font) for line in reaching}
    return names if all(len(lines) <= 2 for lines in names.values()) else {}


def _place_at_end(lines: Sequence[Line], names: dict[str, tuple[str, ...]], area: Frame) -> dict[str, Label]:
    """Labels in the right margin, level with the ends of their lines where there is room."""
    size, left = area.canvas.font, area.plot.right + LABEL_GAP
    ending = [
        (line.series.label, line.end)
        for line in lines
        if line.series.label in names and line.end and line.end[0] > area.plot.right - LABEL_GAP
    ]
    sizes = [block_size(names[name], size) for name, _ in ending]
    heights = [height + BETWEEN for _, height in sizes]
    tops = spread([end[1] for _, end in ending], heights, area.plot.top - size, area.plot.bottom)
    if tops is None:
        return {}
    labels = {}
    for (name, end), (width, height), top in zip(ending, sizes, tops, strict=True):
        top += BETWEEN / 2
        box = Box(left, top, left + width, top + height)
        leader = ((end[0] + 3, end[1]), (left - 3, top + height / 2))
        labels[name] = Label(names[name], box, "start", leader)
    return labels


def _place_inside(chart: Chart, lines: Sequence[Line], placed: dict[str, Label], area: Frame) -> dict[str, Label]:
    """Labels inside the plot for lines that end there."""
    labels: dict[str, Label] = {}
    drawn = [stroke for line in lines for stroke in strokes(line.pieces)]
    taken = [_around(point, RING) for point in _visible_marks(chart, area)]
    for line in (line for line in lines if line.series in _named(chart, area.canvas)):
        name = line.series.label
        if name in placed or line.end is None or line.end[0] > area.plot.right - LABEL_GAP:
            continue
        texts = _wrapped(name, area.canvas)
        others = [*taken, *(label.box for label in labels.values())]
        label = beside(line.end, texts, area.canvas.font, MARKER, area.label_space, others, drawn)
        if label:
            labels[name] = label
    return labels


def _place_marks(chart: Chart, lines: Sequence[Line], placed: Sequence[Label], area: Frame) -> dict[str, Label]:
    labels: dict[str, Label] = {}
    drawn: list[Stroke] = [stroke for line in lines for stroke in strokes(line.pieces)]
    rings = [_around(point, RING) for point in _visible_marks(chart, area)]
    for mark in chart.marks:
        if not area.shows((mark.x, mark.y)):
            continue
        texts = _wrapped(mark.label, area.canvas)
        taken = rings + [label.box for label in [*placed, *labels.values()]]
        point = area.at((mark.x, mark.y))
        rivals = [other for other in _visible_marks(chart, area) if other != point]
        label = beside(point, texts, area.canvas.font, RING + 5, area.label_space, taken, drawn, rivals)
        if label:
            labels[mark.label] = label
            drawn += [label.leader] if label.leader else []
    return labels


def _wrapped(label: str, canvas: Canvas) -> list[tuple[str, ...]]:
    """Ways to break a label inside the plot into lines: few long ones, more short ones."""
    most, *less = (canvas.width * share for share in INSIDE_SHARES)
    word = max(text_width(word, canvas.font) for word in label.split())
    widths = dict.fromkeys((most, *(min(max(width, word), most) for width in less)))
    return [balance(label, width, canvas.font) for width in widths]


def _visible_marks(chart: Chart, area: Frame) -> list[Point]:
    return [area.at((m.x, m.y)) for m in chart.marks if area.shows((m.x, m.y))]


def _around(point: Point, radius: float) -> Box:
    x, y = point
    return Box(x - radius, y - radius, x + radius, y + radius)


def _draw_line(line: Line) -> Html:
    outline = " ".join(path(piece) for piece in line.pieces)
    class_ = f"rp-chart-line rp-chart-{line.series.role}"
    return element("path", class_=class_, d=outline, fill="none")


def _draw_markers(line: Line, area: Frame) -> list[Html]:
    if line.series.role == "limit":
        return []
    points = [place for _, place in line.points]
    if not line.series.joined:
        return [marker(line.series.role, point, radius=CASE) for point in points]
    inner = [p for p in points if area.plot.left + 1 < p[0] < area.plot.right - 1] or points
    chosen: list[Point] = []
    for point in inner:
        spacing = 0 if len(points) <= FEW else SPACING
        if not chosen or hypot(point[0] - chosen[-1][0], point[1] - chosen[-1][1]) >= spacing:
            chosen.append(point)
    return [marker(line.series.role, *chosen, radius=MARKER)] if chosen else []


def draw_mark(point: Point) -> Html:
    """The ring around a point."""
    x, y = point
    return element(
        "g",
        element("circle", class_="rp-chart-mark", cx=x, cy=y, r=RING, fill="none"),
        element("circle", class_="rp-chart-mark-center", cx=x, cy=y, r=2),
    )


def _leaders(labels: Sequence[Label]) -> list[Html]:
    return [element("path", class_="rp-chart-leader", d=path(label.leader), fill="none") for label in labels if label.leader]


def _hits(chart: Chart, lines: Sequence[Line], area: Frame) -> list[Html]:
    """Unseen circles whose titles the browser shows when the pointer rests on a point."""
    named = [
        (line.series.label, *both)
        for line in lines
        if len(line.series.points) <= FEW and line.series.role != "limit" and line.series.joined
        for both in line.points
    ]
    marks = [(mark.label, (mark.x, mark.y)) for mark in chart.marks]
    named += [(label, point, area.at(point)) for label, point in marks if area.shows(point)]
    circles = (hit(place, HIT, f"{name}: {values_at(point, chart)}") for name, point, place in named)
    return [element("g", *circles, fill="none", pointer_events="all")] if named else []

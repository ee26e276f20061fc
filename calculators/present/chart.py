"""Charts as static, accessible SVG: records in, one <figure> out.

The same call gives the same bytes at build and in the browser. Colors and strokes are classes that
docs/assets/stylesheets/chart.css fills in; no style attribute, no script, no request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from calculators.present.chart_bars import draw_bars, segment
from calculators.present.chart_frame import CANVASES, Canvas, Drawing, quantity, values_at
from calculators.present.chart_labels import Box
from calculators.present.chart_lines import MARKER, draw_lines, draw_mark
from calculators.present.chart_records import (
    Axis,
    Bar,
    Bars,
    Chart,
    Limit,
    Mark,
    Segment,
    Series,
)
from calculators.present.chart_table import tables
from calculators.present.html import Html
from calculators.present.svg import element, join, marker, path

__all__ = [
    "Axis",
    "Bar",
    "Bars",
    "Chart",
    "Limit",
    "Mark",
    "Segment",
    "Series",
    "figure",
]

# Parts are named ID--PART, so an id may not contain "--" itself: no two charts can collide.
ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*")
KEY = Box(0, 0, 28, 14)  # size of a legend's sample
MIDDLE = (14, 7)


def figure(chart: Chart | Bars, id: str) -> Html:
    """The chart as an HTML <figure>: title, legends, drawings for wide and narrow pages, data.

    `id` prefixes every id inside and must be unique on the page: letters, digits, _ and single
    hyphens. Raises ValueError for another id; the records refuse bad data when they are made.
    """
    return assembled(id, {name: draw(chart, id) for name, draw in PARTS.items()})


def assembled(id: str, parts: Mapping[str, Html | None]) -> Html:
    """The <figure> with those of its PARTS that are given; hidden where its title is None."""
    if not ID.fullmatch(id):
        raise ValueError(f"chart id {id!r} is not letters, digits, _ and single hyphens")
    title, data = f"{id}--title", f"{id}--data"
    tables = {"class_": "rp-chart-tables", "role": "region", "aria_labelledby": f"{data} {title}", "tabindex": "0"}
    return element(
        "figure",
        element("figcaption", element("p", parts.get("chart-title"), class_="rp-chart-title", id=title, data_part="chart-title")),
        element("div", parts.get("chart-wide"), class_="rp-chart-wide", data_part="chart-wide"),
        element("div", parts.get("chart-narrow"), class_="rp-chart-narrow", data_part="chart-narrow"),
        element(
            "details",
            element("summary", "Data", id=data),
            element("div", parts.get("chart-data"), **tables, data_part="chart-data"),
            class_="rp-chart-data",
            data_key="data",
        ),
        class_="rp-chart",
        id=id,
        data_key="chart-title",
        data_generated="",  # computed, so the look for unbound numbers on the rendered page passes it by
        hidden=None if parts.get("chart-title", "not given") else "",
    )


def _title(chart: Chart | Bars, _: str) -> Html:
    return join([chart.title])


def _tables(chart: Chart | Bars, _: str) -> Html:
    return tables(chart)


def _on(canvas: Canvas) -> Callable[[Chart | Bars, str], Html]:
    """Legend and drawing for one width."""

    def drawn(chart: Chart | Bars, id: str) -> Html:
        drawing = _draw(chart, canvas)
        svg = _svg(chart, f"{id}--{canvas.name}", canvas, drawing)
        legend = _legend(chart, drawing.unplaced)
        return join([legend, svg] if legend else [svg])

    return drawn


# What is inside of a figure, by name: drawn from a chart and the id of the figure.
PARTS: dict[str, Callable[[Chart | Bars, str], Html]] = {
    "chart-title": _title,
    **{f"chart-{canvas.name}": _on(canvas) for canvas in CANVASES},
    "chart-data": _tables,
}


def _svg(chart: Chart | Bars, id: str, canvas: Canvas, drawing: Drawing) -> Html:
    return element(
        "svg",
        element("title", chart.title, id=f"{id}-title"),
        element("desc", chart.description, id=f"{id}-desc"),
        drawing.content,
        class_="rp-chart-plot",
        viewBox=f"0 0 {canvas.width:g} {drawing.height:.0f}",
        font_size=f"{canvas.font:g}",
        # without this the title would pop up wherever the pointer rests on the chart
        pointer_events="none",
        role="img",
        aria_labelledby=f"{id}-title",
        aria_describedby=f"{id}-desc",
    )


def _draw(chart: Chart | Bars, canvas: Canvas) -> Drawing:
    return draw_bars(chart, canvas) if isinstance(chart, Bars) else draw_lines(chart, canvas)


def _legend(chart: Chart | Bars, unplaced: Sequence[str]) -> Html | None:
    """Samples and names; none where the lines carry their own labels."""
    if isinstance(chart, Chart) and not unplaced:
        return None
    keys = _bar_keys(chart) if isinstance(chart, Bars) else _line_keys(chart, unplaced)
    return element("ul", *(element("li", _sample(key), label) for label, key in keys), class_="rp-chart-legend")


def _bar_keys(chart: Bars) -> Iterator[tuple[str, Html]]:
    """Every kind of segment; of a single bar also the value, which a thin segment has no room for."""
    values = {part.label: f" {quantity(part.value, chart.x)}" for part in chart.bars[0].segments}
    for label, role in chart.kinds:
        value = values[label] if len(chart.bars) == 1 else ""
        yield label + value, segment(Box(1, 1, 27, 13), role)


def _line_keys(chart: Chart, unplaced: Sequence[str]) -> Iterator[tuple[str, Html]]:
    """Every line (a limit only where it has no label of its own) and the marks without a label."""
    for line in chart.series:
        if line.role != "limit" or line.label in unplaced:
            yield line.label, _line_key(line.role, line.joined)
    for mark in chart.marks:
        if mark.label in unplaced:
            yield f"{mark.label}: {values_at((mark.x, mark.y), chart)}", draw_mark(MIDDLE)


def _line_key(role: str, joined: bool) -> Html:
    _, y = MIDDLE
    line = element("path", class_=f"rp-chart-line rp-chart-{role}", d=path([(KEY.left, y), (KEY.right, y)]), fill="none")
    mark = marker(role, MIDDLE, radius=MARKER)
    if not joined:
        return mark
    return line if role == "limit" else join([line, mark])


def _sample(key: Html) -> Html:
    return element(
        "svg",
        key,
        class_="rp-chart-key",
        viewBox=f"0 0 {KEY.right} {KEY.bottom}",
        width=KEY.right,
        height=KEY.bottom,
        aria_hidden="true",
    )

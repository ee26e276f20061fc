"""The numbers of a chart as tables: what a screen reader gets, and anyone who wants the digits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calculators.present.chart_records import Axis, Bars, Chart, Series
from calculators.present.html import Html
from calculators.present.scale import number
from calculators.present.svg import element, join

ABSENT = "\N{EN DASH}"


def tables(chart: Chart | Bars) -> Html:
    """What the folded "Data" part of a figure holds."""
    return join(_bar_tables(chart) if isinstance(chart, Bars) else _line_tables(chart))


def _line_tables(chart: Chart) -> Iterable[Html]:
    joined = [line for line in chart.series if line.joined]
    if joined:
        columns = [chart.x.heading, *(_column(line.label, chart.y) for line in joined)]
        yield _table(chart.y.label, columns, _shared_rows(chart, joined))
    if chart.marks:
        rows = [(mark.label, chart.x.written(mark.x), chart.y.written(mark.y)) for mark in chart.marks]
        yield _table("Marked points", ["Point", chart.x.heading, chart.y.heading], rows)


def _shared_rows(chart: Chart, lines: Sequence[Series]) -> list[list[str]]:
    """One row for each x of any series; a series that has an x twice gets a second row for it."""
    cells: dict[tuple[float, int], dict[int, float]] = {}
    for column, line in enumerate(lines):
        seen: dict[float, int] = {}
        for x, y in line.points:
            seen[x] = seen.get(x, 0) + 1
            cells.setdefault((x, seen[x]), {})[column] = y
    return [
        [chart.x.written(x), *(chart.y.written(row[i]) if i in row else ABSENT for i in range(len(lines)))]
        for (x, _), row in sorted(cells.items())
    ]


def _bar_tables(chart: Bars) -> Iterable[Html]:
    labels = [label for label, _ in chart.kinds]
    columns = ["Bar", *(_column(label, chart.x) for label in labels)]
    rows = []
    for bar in chart.bars:
        values = {part.label: part.value for part in bar.segments}
        rows.append([bar.label, *(number(values[n]) if n in values else ABSENT for n in labels)])
    yield _table(chart.x.label, columns, rows)
    if chart.limit:
        rows = [[chart.limit.label, number(chart.limit.value)]]
        yield _table("Limit", ["Limit", chart.x.heading], rows)


def _column(label: str, axis: Axis) -> str:
    return f"{label} ({axis.unit})" if axis.unit else label


def _table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    head = element("tr", *(element("th", name, scope="col") for name in columns))
    body = join(
        (
            element(
                "tr",
                element("th", first, scope="row"),
                *(element("td", cell) for cell in cells),
            )
            for first, *cells in rows
        ),
        "\n",
    )
    return element(
        "table",
        element("caption", caption),
        element("thead", head),
        element("tbody", body),
        class_="rp-chart-table",
    )

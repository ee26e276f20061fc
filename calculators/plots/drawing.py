"""A diagram that is no chart as a <figure>: drawn for wide and for narrow pages, with a text alternative and its numbers."""

from collections.abc import Callable, Iterable, Sequence

from calculators.present.chart_frame import CANVASES, Canvas
from calculators.present.html import Html, tag
from calculators.present.svg import element

# Content of the drawing, and how high it is.
Drawn = tuple[Iterable[Html], float]


def diagram(
    title: str,
    description: str,
    draw: Callable[[Canvas], Drawn],
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    id: str,
) -> Html:
    """The figure; `columns` and `rows` say the same in text, folded away below the drawing."""
    return element(
        "figure",
        element("figcaption", element("p", title, class_="rp-chart-title", id=f"{id}--title")),
        *(_svg(title, description, draw(canvas), f"{id}--{canvas.name}", canvas) for canvas in CANVASES),
        _data(columns, rows, id),
        class_="rp-chart",
        id=id,
        data_generated="",
    )


def _svg(title: str, description: str, drawn: Drawn, id: str, canvas: Canvas) -> Html:
    content, height = drawn
    return element(
        "svg",
        element("title", title, id=f"{id}-title"),
        element("desc", description, id=f"{id}-desc"),
        *content,
        class_=f"rp-chart-plot rp-chart-{canvas.name}",
        viewBox=f"0 0 {canvas.width:g} {height:.0f}",
        font_size=f"{canvas.font:g}",
        role="img",
        aria_labelledby=f"{id}-title",
        aria_describedby=f"{id}-desc",
    )


def _data(columns: Sequence[str], rows: Sequence[Sequence[str]], id: str) -> Html:
    head = tag("thead", tag("tr", *(tag("th", column, scope="col") for column in columns)))
    body = tag("tbody", *(tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:])) for row in rows))
    table = tag("table", head, body, class_="rp-chart-table")
    tables = tag("div", table, class_="rp-chart-tables", role="region", aria_labelledby=f"{id}--data {id}--title", tabindex="0")
    return tag("details", tag("summary", "Data", id=f"{id}--data"), tables, class_="rp-chart-data")

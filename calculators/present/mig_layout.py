"""A MIG layout as a picture: which memory slices and how many compute slices each instance takes, and what is left."""

from collections.abc import Sequence
from dataclasses import dataclass

from calculators.present.chart_bars import segment
from calculators.present.chart_frame import CANVASES, Canvas
from calculators.present.chart_labels import Box
from calculators.present.html import Html
from calculators.present.svg import LINE_HEIGHT, element, text_block, text_width

ROLES = "abcdef"
_BAR = 40.0
_BETWEEN = 18.0
_PADDING = 4.0


@dataclass(frozen=True, slots=True)
class Block:
    """An instance in a row of slices: its name, its first slice, how many it takes, and its color."""

    name: str
    start: int
    size: int
    role: str


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of slices: how many there are, and who has them. `numbered` where their places have a meaning."""

    label: str
    slices: int
    blocks: tuple[Block, ...]
    numbered: bool = False


def picture(title: str, description: str, rows: Sequence[Row], id: str) -> Html:
    """The rows below each other as a <figure>, drawn for wide and for narrow pages; `id` is unique on the page."""
    return element(
        "figure",
        element("figcaption", element("p", title, class_="rp-chart-title", id=f"{id}--title")),
        *(_svg(title, description, rows, f"{id}--{canvas.name}", canvas) for canvas in CANVASES),
        class_="rp-chart",
        id=id,
        data_generated="",
    )


def _svg(title: str, description: str, rows: Sequence[Row], id: str, canvas: Canvas) -> Html:
    line, parts, y = canvas.font * LINE_HEIGHT, [], 0.0
    for row in rows:
        taken = sum(block.size for block in row.blocks)
        heading = f"{row.label}: {taken} of {row.slices}"
        parts.append(text_block([heading], 0, y, canvas.font, class_="rp-chart-label"))
        parts += _bar(row, y + line, canvas)
        y += line + _BAR + (line if row.numbered else 0) + _BETWEEN
    return element(
        "svg",
        element("title", title, id=f"{id}-title"),
        element("desc", description, id=f"{id}-desc"),
        *parts,
        class_=f"rp-chart-plot rp-chart-{canvas.name}",
        viewBox=f"0 0 {canvas.width:g} {y - _BETWEEN:.0f}",
        font_size=f"{canvas.font:g}",
        role="img",
        aria_labelledby=f"{id}-title",
        aria_describedby=f"{id}-desc",
    )


def _bar(row: Row, top: float, canvas: Canvas) -> list[Html]:
    """The slices of a row: free ones one by one, those of an instance in one piece."""
    width = canvas.width / row.slices
    taken = {slice for block in row.blocks for slice in range(block.start, block.start + block.size)}
    free = [Block("free", slice, 1, "free") for slice in range(row.slices) if slice not in taken]
    parts = []
    for block in (*free, *row.blocks):
        box = Box(block.start * width + 1, top, (block.start + block.size) * width - 1, top + _BAR)
        parts.append(segment(box, block.role, f"{block.name}: {block.size} of {row.slices}"))
        for name in (block.name, block.name.partition(".")[0]):
            if text_width(name, canvas.font) <= box.right - box.left - 2 * _PADDING:
                where = top + (_BAR - canvas.font * LINE_HEIGHT) / 2
                parts.append(_text(name, (box.left + box.right) / 2, where, canvas, f"rp-chart-inside rp-chart-{block.role}"))
                break
    if row.numbered:
        parts += [_text(str(n), (n + 0.5) * width, top + _BAR + 2, canvas, "rp-chart-tick") for n in range(row.slices)]
    return parts


def _text(text: str, x: float, y: float, canvas: Canvas, class_: str) -> Html:
    return text_block([text], x, y, canvas.font, anchor="middle", class_=class_)

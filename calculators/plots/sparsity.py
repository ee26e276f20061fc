"""2:4 sparsity as a picture: a dense matrix, what is kept of it, and what is stored."""

from calculators import call
from calculators.plots.drawing import Drawn, diagram
from calculators.present.chart_bars import segment
from calculators.present.chart_frame import Canvas
from calculators.present.chart_labels import Box
from calculators.present.html import Html
from calculators.present.svg import LINE_HEIGHT, text_block
from calculators.sparsity import GROUP, kept_positions, pruned, read_matrix

_CELL, _BETWEEN, _GAP = 26.0, 16.0, 8.0


def _matrix() -> tuple[tuple[float, ...], ...]:
    return read_matrix(str(call.run("sparsity", {}).inputs.matrix))


def _positions(row: tuple[float, ...]) -> list[int]:
    """Of the kept elements of a row: their positions within their groups, as they are stored."""
    return [place for start in range(0, len(row), GROUP) for place in kept_positions(row[start : start + GROUP])]


def pattern() -> Html:
    """The matrix of the calculator's form, pruned and compressed."""
    matrix = _matrix()
    sparse = pruned(matrix)
    rows = [
        (
            f"Row {index + 1}",
            "  ".join(f"{value:g}" for value in row),
            "  ".join(f"{value:g}" for value in row if value),
            " ".join(map(str, _positions(dense))),
        )
        for index, (row, dense) in enumerate(zip(sparse, matrix, strict=True))
    ]
    return diagram(
        "A matrix pruned to 2:4, and what is stored of it",
        "Each group of four neighbors in a row keeps its two largest magnitudes. Stored are these values, half as many, and the "
        "position of each within its group, from 0 to 3, in two bits.",
        lambda canvas: _draw(matrix, canvas),
        ("", "Pruned", "Values stored", "Positions stored"),
        rows,
        "sparsity-pattern",
    )


def _draw(matrix: tuple[tuple[float, ...], ...], canvas: Canvas) -> Drawn:
    width = min((canvas.width - _GAP) / len(matrix[0]), 2 * _CELL)
    kept = [[value for value in row if value] for row in pruned(matrix)]
    parts, y = [], 0.0
    for heading, rows, dropped in (
        ("Pruned: filled cells are kept", matrix, pruned(matrix)),
        ("Values stored", kept, kept),
        ("Positions stored", [_positions(row) for row in matrix], None),
    ):
        parts.append(text_block([heading], 0, y, canvas.font, class_="rp-chart-label"))
        y += canvas.font * LINE_HEIGHT + 2
        for index, row in enumerate(rows):
            for column, value in enumerate(row):
                role = "b" if dropped is None else "a" if dropped[index][column] else "free"
                parts += _cell(column, value, y, width, GROUP if heading[:2] == "Pr" else GROUP // 2, role, canvas)
            y += _CELL
        y += _BETWEEN
    return parts, y - _BETWEEN + 2


def _cell(column: int, value: float, top: float, width: float, group: int, role: str, canvas: Canvas) -> list[Html]:
    left = column * width + column // group * _GAP
    size = canvas.font * 0.9
    inside = f"rp-chart-inside rp-chart-{role}"
    return [
        segment(Box(left, top, left + width, top + _CELL), role),
        text_block([f"{value:g}"], left + width / 2, top + (_CELL - size) / 2, size, anchor="middle", class_=inside),
    ]

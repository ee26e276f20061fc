"""Mixes of MIG instances on one card: which memory slices each instance takes."""

from calculators import call
from calculators.mig_placement import layout, read_mix
from calculators.plots.drawing import Drawn, diagram
from calculators.present.chart_bars import segment
from calculators.present.chart_frame import Canvas
from calculators.present.chart_labels import Box
from calculators.present.html import Html
from calculators.present.svg import LINE_HEIGHT, text_block, text_width

_GPU = "h100-sxm5-80gb"
_SLICES = 8
_MIXES = (
    "7g.80gb",
    "2x 3g.40gb",
    "4g.40gb, 2g.20gb, 1g.10gb",
    "3g.40gb, 2g.20gb, 2x 1g.10gb",
    "3x 2g.20gb",
    "4x 1g.20gb",
    "7x 1g.10gb",
)
_ROLES = {"1": "a", "2": "b", "3": "c", "4": "d", "7": "e"}
_BAR, _BETWEEN, _PADDING = 30.0, 14.0, 4.0


def layouts() -> Html:
    """Mixes that an H100 can hold, over its eight memory slices."""
    runs = [call.run("mig", {"gpu": _GPU, "mix": mix}) for mix in _MIXES]
    rows = [
        (mix, f"{run.result.compute_slices:g}", f"{run.result.memory_slices:g}", f"{run.result.idle_sms:g}")
        for mix, run in zip(_MIXES, runs, strict=True)
    ]
    return diagram(
        "Mixes of instances on an H100, over its eight memory slices",
        "Each row is a card. The largest profile takes all slices. Halves, quarters and eighths can be mixed as long as the "
        "slices suffice; seven of the smallest leave one memory slice free, because there are only seven compute slices.",
        lambda canvas: _draw(canvas, runs[0].inputs.gpu),
        ("Mix", "Compute slices taken", "Memory slices taken", "SMs left idle"),
        rows,
        "mig-layouts",
    )


def _draw(canvas: Canvas, gpu) -> Drawn:
    parts, y = [], 0.0
    for mix in _MIXES:
        parts.append(text_block([mix], 0, y, canvas.font, class_="rp-chart-label"))
        y += canvas.font * LINE_HEIGHT + 2
        placed = layout(gpu, read_mix(mix))
        taken = {slice for one in placed for slice in range(one.start, one.start + one.size)}
        blocks = [(one.profile.name, one.start, one.size) for one in placed]
        blocks += [("free", slice, 1) for slice in range(_SLICES) if slice not in taken]
        for name, start, size in blocks:
            parts += _block(name, start, size, y, canvas)
        y += _BAR + _BETWEEN
    return parts, y - _BETWEEN + 2


def _block(name: str, start: int, size: int, top: float, canvas: Canvas) -> list[Html]:
    width = canvas.width / _SLICES
    box = Box(start * width + 1, top, (start + size) * width - 1, top + _BAR)
    role = _ROLES.get(name[0], "free")
    parts = [segment(box, role, f"{name}: {size} of {_SLICES}")]
    for text in (name, name.partition(".")[0]):
        if text_width(text, canvas.font) <= box.right - box.left - 2 * _PADDING:
            where = top + (_BAR - canvas.font * LINE_HEIGHT) / 2
            inside = f"rp-chart-inside rp-chart-{role}"
            parts.append(text_block([text], (box.left + box.right) / 2, where, canvas.font, anchor="middle", class_=inside))
            break
    return parts

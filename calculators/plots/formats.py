"""Number formats as pictures: how their bits are divided, how far they reach, which numbers they hold, what scaling repairs."""

from collections.abc import Iterable

from calculators import call
from calculators.elementary import log10
from calculators.encodings import FLOATS, INTEGERS, Encoding, decode
from calculators.number_format import smallest_normal, smallest_subnormal
from calculators.plots.drawing import Drawn, diagram
from calculators.present.chart import Axis, Chart, Series, figure
from calculators.present.chart_bars import segment
from calculators.present.chart_frame import Canvas
from calculators.present.chart_labels import Box
from calculators.present.html import Html
from calculators.present.scale import number
from calculators.present.svg import LINE_HEIGHT, element, path, text_block

LAYOUTS = ("fp32", "tf32", "bf16", "fp16", "fp8_e5m2", "fp8_e4m3", "fp6_e3m2", "fp6_e2m3", "fp4_e2m1")
LINES = ("fp8_e4m3", "fp8_e5m2", "fp6_e3m2", "fp6_e2m3", "fp4_e2m1", "int4")
_SIGN, _EXPONENT, _MANTISSA = "c", "a", "b"
_BAR, _BETWEEN = 18.0, 10.0
_LABEL = 84.0  # width of the names at the left
_SHOWN = 8  # end of the number line
_SPREADS = tuple(2.0**power for power in range(-16, 13, 2))


def layouts() -> Html:
    """Sign, exponent and mantissa of each format, one bit as wide in every row."""
    rows = [
        (kind.label, "1", str(kind.exponent_bits), str(kind.mantissa_bits), str(kind.bits)) for kind in map(FLOATS.get, LAYOUTS)
    ]
    return diagram(
        "How each format spends its bits: sign, exponent, mantissa",
        "One bit is as wide in every row. FP32, TF32 and BF16 have exponents of the same width; both fields shrink down to FP4, "
        "which has a single bit of mantissa.",
        _draw_layouts,
        ("Format", "Sign", "Exponent bits", "Mantissa bits", "Bits together"),
        rows,
        "formats-layouts",
    )


def _draw_layouts(canvas: Canvas) -> Drawn:
    bit = (canvas.width - _LABEL - 6 * canvas.font) / FLOATS["fp32"].bits  # what is written after the widest row has room
    parts: list[Html] = []
    for row, name in enumerate(LAYOUTS):
        kind, top = FLOATS[name], row * (_BAR + _BETWEEN)
        parts.append(text_block([kind.label], 0, top + (_BAR - canvas.font) / 2, canvas.font, class_="rp-chart-label"))
        left = _LABEL
        for bits, role, what in (
            (1, _SIGN, "sign"),
            (kind.exponent_bits, _EXPONENT, "exponent"),
            (kind.mantissa_bits, _MANTISSA, "mantissa"),
        ):
            parts.append(segment(Box(left, top, left + bits * bit, top + _BAR), role, f"{kind.label}: {bits} {what}"))
            left += bits * bit
        written = f"1 + {kind.exponent_bits} + {kind.mantissa_bits}"
        parts.append(text_block([written], left + 6, top + (_BAR - canvas.font) / 2, canvas.font, class_="rp-chart-tick"))
    return parts, len(LAYOUTS) * (_BAR + _BETWEEN)


def ranges() -> Html:
    """From the smallest to the largest magnitude of each format, on a logarithmic line."""
    kinds = [FLOATS[name] for name in LAYOUTS]
    rows = [(kind.label, number(_smallest(kind)), number(_smallest_normal(kind)), number(float(kind.largest))) for kind in kinds]
    return diagram(
        "How far each format reaches: magnitudes from the smallest to the largest, each step ten decades",
        "FP32, TF32 and BF16 have the longest bars by far; FP16 and E5M2 follow, then E4M3, and FP4 is the shortest. The "
        "exponent bits decide. The light part at the left of each bar holds subnormal numbers.",
        _draw_ranges,
        ("Format", "Smallest above zero", "Smallest normal", "Largest"),
        rows,
        "formats-ranges",
    )


def _smallest(kind: Encoding) -> float:
    return smallest_subnormal(kind.bias, kind.mantissa_bits)


def _smallest_normal(kind: Encoding) -> float:
    return smallest_normal(kind.bias)


def _draw_ranges(canvas: Canvas) -> Drawn:
    low, high = -50, 40

    def place(value: float) -> float:
        return _LABEL + (log10(value) - low) / (high - low) * (canvas.width - _LABEL - 2 * canvas.font)

    bottom = len(LAYOUTS) * (_BAR + _BETWEEN)
    parts: list[Html] = []
    for decade in range(low, high + 1, 10):
        x = place(10.0**decade)
        parts.append(element("path", class_="rp-chart-grid", d=path([(x, 0), (x, bottom)])))
        if canvas.labeled or decade % 20 == 0:
            written = "1" if decade == 0 else f"1e{decade}".replace("-", "\N{MINUS SIGN}")
            parts.append(text_block([written], x, bottom + 4, canvas.font, anchor="middle", class_="rp-chart-tick"))
    for row, name in enumerate(LAYOUTS):
        kind, top = FLOATS[name], row * (_BAR + _BETWEEN)
        parts.append(text_block([kind.label], 0, top + (_BAR - canvas.font) / 2, canvas.font, class_="rp-chart-label"))
        small, normal, large = (place(value) for value in (_smallest(kind), _smallest_normal(kind), float(kind.largest)))
        parts.append(segment(Box(small, top, normal, top + _BAR), "free", f"{kind.label}: subnormal"))
        parts.append(segment(Box(normal, top, large, top + _BAR), "a", f"{kind.label}: normal"))
    return parts, bottom + canvas.font * LINE_HEIGHT + 6


def number_line() -> Html:
    """The values from 0 to 8 that small formats hold, as marks on a line."""
    kinds = [(FLOATS | INTEGERS)[name] for name in LINES]
    rows = [(kind.label, str(len(held)), ", ".join(f"{value:g}" for value in held)) for kind in kinds for held in [_held(kind)]]
    return diagram(
        f"Which numbers from 0 to {_SHOWN} a format holds: one mark each",
        "Floating-point values lie close together near zero and twice as far apart after each power of two. E4M3 is twice as "
        "dense as E5M2. FP4 holds a handful, INT4 evenly spaced ones.",
        _draw_line,
        ("Format", "How many", "Values"),
        rows,
        "formats-line",
    )


def _held(kind: Encoding) -> list[float]:
    """The finite values of a format from zero to the end of the line."""
    values = {decode(kind, pattern).value for pattern in range(2**kind.bits)}
    return sorted(float(value) for value in values if value is not None and 0 <= value <= _SHOWN)


def _draw_line(canvas: Canvas) -> Drawn:
    def place(value: float) -> float:
        return _LABEL + 6 + value / _SHOWN * (canvas.width - _LABEL - 16)

    bottom = len(LINES) * (_BAR + _BETWEEN)
    parts: list[Html] = []
    for whole in range(_SHOWN + 1):
        parts.append(element("path", class_="rp-chart-grid", d=path([(place(whole), 0), (place(whole), bottom)])))
        parts.append(text_block([str(whole)], place(whole), bottom + 4, canvas.font, anchor="middle", class_="rp-chart-tick"))
    for row, name in enumerate(LINES):
        kind, top = (FLOATS | INTEGERS)[name], row * (_BAR + _BETWEEN)
        parts.append(text_block([kind.label], 0, top + (_BAR - canvas.font) / 2, canvas.font, class_="rp-chart-label"))
        parts.append(element("path", class_="rp-chart-axis", d=path([(place(0), top + _BAR), (place(_SHOWN), top + _BAR)])))
        parts.append(
            element("path", class_="rp-chart-line rp-chart-a", d=_marks(map(place, _held(kind)), top), stroke_linecap="butt")
        )
    return parts, bottom + canvas.font * LINE_HEIGHT + 6


def _marks(places: Iterable[float], top: float) -> str:
    return " ".join(path([(x, top), (x, top + _BAR)]) for x in places)


def unscaled() -> Html:
    """The error of rounding a normal sample to FP8, by its spread, without and with a scale."""

    def errors(format: str, scaling: str) -> tuple[tuple[float, float], ...]:
        given = {"format": format, "scaling": scaling, "outlier_share": "0%"}
        # not a sweep: the amax that the scale counts on has to follow the spread
        return tuple(
            (spread, 100 * call.run("number_format", given | {"spread": spread}).result.sample_error) for spread in _SPREADS
        )

    return figure(
        Chart(
            title="Rounding a tensor to FP8: error by the size of its values",
            description="Without a scale the error is small only where the values happen to suit the format. For smaller values "
            "it climbs until everything becomes zero, and larger ones are clipped. With one scale for the tensor the error stays "
            "the same.",
            x=Axis("Standard deviation of the values", "", log=True, base=2),
            y=Axis("Root mean square error", "%", low=0, high=100),
            series=(
                Series("E4M3, no scale", errors("fp8_e4m3", "none"), "a"),
                Series("E5M2, no scale", errors("fp8_e5m2", "none"), "b"),
                Series("E4M3, scaled", errors("fp8_e4m3", "amax"), "c"),
            ),
        ),
        "formats-unscaled",
    )

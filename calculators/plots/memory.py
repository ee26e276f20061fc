"""Memory as pictures: where its bandwidth comes from, how long a full one takes to read, and the levels above and below it."""

from calculators import facts
from calculators.elementary import log10
from calculators.memory_levels import Level, levels
from calculators.plots.drawing import Drawn, diagram
from calculators.present.chart import Axis, Bar, Bars, Chart, Mark, Segment, Series, figure
from calculators.present.chart_bars import segment
from calculators.present.chart_frame import Canvas
from calculators.present.chart_labels import Box
from calculators.present.html import Html
from calculators.present.svg import LINE_HEIGHT, text_block
from calculators.records import Record
from calculators.units import Quantity, readable, show

# One card of each kind of memory, GeForce and data center.
KINDS = ("v100-sxm2-16gb", "a100-sxm4-80gb", "h100-sxm5-80gb", "h200-sxm-141gb", "b200-sxm-180gb", "mi300x",
         "l4", "rtx-3090", "rtx-4090", "rtx-5090")  # fmt: skip
HIERARCHY = "a100-sxm4-80gb"
_EQUAL = ((1, 256, "1 TB/s"), (4, 1024, "4 TB/s"))  # lines of equal bandwidth: TB/s, narrowest bus drawn
_WIDEST = 8192
_BITS, _GIGA, _TERA = 8, 1e9, 1e12
_SWEPT = ("b200-sxm-180gb", "h200-sxm-141gb", "h100-sxm5-80gb", "a100-sxm4-80gb", "rtx-5090", "rtx-4090", "l40s", "l4")
_BAR, _BETWEEN = 18.0, 8.0
_SLOWEST = 1e10  # bytes/s at which the bars of the levels start


def _records(slugs: tuple[str, ...]) -> list[Record]:
    return [facts.load().accelerators[slug] for slug in slugs]


def width_and_rate() -> Html:
    """Cards by the width of the memory bus and by what each line carries; lines of equal bandwidth are dashed."""
    marks = []
    for gpu in _records(KINDS):
        width, bandwidth = (gpu[f"memory.{key}"].quantity.base for key in ("bus_width", "bandwidth"))
        # a quantity in base units is in bytes, so the bus counts bytes
        marks.append(Mark(f"{gpu.short}, {gpu['memory.type'].value}", width * _BITS, bandwidth / width / _GIGA))
    return figure(
        Chart(
            title="Two ways to a bandwidth: many slow lines or few fast ones",
            description="GDDR cards lie at the upper left: a few hundred lines at up to 28 Gbit/s. HBM cards lie at the lower "
            "right: thousands of lines at 2 to 8 Gbit/s. HBM crosses the higher lines of equal bandwidth.",
            x=Axis("Width of the memory bus", "bit", log=True, base=2),
            y=Axis("Data rate of a line", "Gbit/s", log=True, base=2),
            series=tuple(
                Series(label, tuple((width, tera * _TERA * _BITS / width / _GIGA) for width in (narrowest, _WIDEST)), "limit")
                for tera, narrowest, label in _EQUAL
            ),
            marks=tuple(marks),
        ),
        "memory-width-rate",
    )


def sweep() -> Html:
    """How long one pass over the whole memory takes at least."""
    times = [(gpu.short, gpu["memory.capacity"].quantity.base / gpu["memory.bandwidth"].quantity.base * 1e3)
             for gpu in _records(_SWEPT)]  # fmt: skip
    return figure(
        Bars(
            title="Reading the whole memory once takes at least",
            description="H100, RTX 4090 and B200 take about the same 24 ms although their capacities differ by a factor of "
            "seven and a half; the RTX 5090 is the fastest; an L40S and an L4 take more than twice as long.",
            x=Axis("Time of one pass", "ms"),
            bars=tuple(Bar(name, (Segment("one pass", time, "a"),)) for name, time in times),
        ),
        "memory-sweep",
    )


def hierarchy() -> Html:
    """The levels of the A100: what each holds and how fast it is read, bars on a logarithmic scale."""
    gpu = facts.load().accelerators[HIERARCHY]
    found = levels(gpu)
    rows = [(level.name, _held(level), _rate(level)) for level in found]
    return diagram(
        f"The memory hierarchy of the {gpu.short}: rates on a logarithmic scale",
        "From the registers of all SMs through shared memory, the L2 cache and HBM to NVLink and PCIe each level is slower than "
        "the one before, down to a few thousandths, and the memories grow from megabytes to gigabytes.",
        lambda canvas: _draw_levels(found, canvas),
        ("Level", "Holds", "Read at"),
        rows,
        "memory-hierarchy",
    )


def _draw_levels(found: list[Level], canvas: Canvas) -> Drawn:
    longest = max(level.rate for level in found if level.rate)
    parts: list[Html] = []
    y = 0.0
    for level in found:
        written = f"{level.name}: {_rate(level)}" + (f", holds {_held(level)}" if level.holds else "")
        parts.append(text_block([written], 0, y, canvas.font, class_="rp-chart-label"))
        y += canvas.font * LINE_HEIGHT + 2
        if level.rate:
            length = log10(level.rate / _SLOWEST) / log10(longest / _SLOWEST) * canvas.width
            role = "a" if level.holds else "b"
            parts.append(segment(Box(0, y, length, y + _BAR), role, written))
        y += _BAR + _BETWEEN
    return parts, y


def _held(level: Level) -> str:
    return show(readable(Quantity(level.holds, "byte")), 3) if level.holds else "\N{EN DASH}"


def _rate(level: Level) -> str:
    return show(readable(Quantity(level.rate, "byte/s")), 3) if level.rate else "not published"

"""Architectures by date: what each brought, as a table and as a chart, from the records of its accelerators."""

from collections.abc import Iterable, Iterator

from calculators import facts
from calculators.peak_rate import base_of, known_peaks
from calculators.present.chart import Axis, Chart, Mark, Series, figure
from calculators.present.groups import date_of
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.records import Record
from calculators.schema import FORMATS
from calculators.units import Quantity, show

_TITLES = {
    "Architecture": "text",
    "First": "text",
    "Process": "text",
    "Matrix formats": None,
    "Largest dense FP16 rate": "number",
    "Fastest memory": "number",
    "Accelerators": None,
}
_LINES = "abcdef"


def table() -> Html:
    """A row for each architecture, by the date of its first accelerator here."""
    rows = (_row(name, gpus) for name, gpus in _architectures())
    return scrolling_table(_TITLES, rows, "rp-sortable", generated=True)


def chart() -> Html:
    """The fastest memory of each architecture with stacked memory (HBM) by date, a line for each vendor with at least two."""
    points: dict[str, list[tuple[float, float, str]]] = {}
    for name, gpus in _architectures():
        stacked = [gpu for gpu in gpus if str(gpu.facts.get("memory.type", "")).startswith("HBM")]
        if any(map(date_of, stacked)):
            top = max(stacked, key=lambda gpu: gpu["memory.bandwidth"].base)
            point = (_year(_first(stacked)), top["memory.bandwidth"].base / 1e12, f"{name}: {top.short}")
            points.setdefault(top.vendor, []).append(point)
    drawn = {vendor: sorted(line) for vendor, line in points.items() if len(line) > 1}
    lines = zip(drawn.items(), _LINES, strict=False)
    described = Chart(
        title="The fastest stacked memory of each architecture",
        description="Bandwidth of the fastest accelerator with HBM of each architecture, at the date of the first one.",
        x=Axis("Year", "", calendar=True),
        y=Axis("Memory bandwidth", "TB/s", log=True),
        series=tuple(Series(vendor, tuple((x, y) for x, y, _ in line), role) for (vendor, line), role in lines),
        marks=tuple(Mark(label, x, y) for line in drawn.values() for x, y, label in line),
    )
    return tag("div", Html(figure(described, "generations-chart")), data_generated=True)


def _architectures() -> list[tuple[str, list[Record]]]:
    groups: dict[str, list[Record]] = {}
    for gpu in facts.load().accelerators.values():
        if "identity.architecture" in gpu:
            groups.setdefault(str(gpu["identity.architecture"]), []).append(gpu)
    dated = {name: gpus for name, gpus in groups.items() if any(map(date_of, gpus))}
    return sorted(dated.items(), key=lambda group: _first(group[1]))


def _first(gpus: Iterable[Record]) -> str:
    return min(filter(None, map(date_of, gpus)))


def _year(date: str) -> float:
    year, _, month = date[:7].partition("-")
    return int(year) + (int(month or 1) - 1) / 12


def _row(name: str, gpus: list[Record]) -> Html:
    ordered = sorted(gpus, key=lambda gpu: (not date_of(gpu), date_of(gpu), gpu.name))
    rate = max((base_of(peaks["fp16_tensor"]) for peaks in map(known_peaks, gpus) if "fp16_tensor" in peaks), default=None)
    bandwidth = max((gpu["memory.bandwidth"].base for gpu in gpus if "memory.bandwidth" in gpu), default=None)
    processes = dict.fromkeys(str(gpu["identity.process"]) for gpu in ordered if "identity.process" in gpu)
    return tag(
        "tr",
        tag("th", f"{ordered[0].vendor} {name}", scope="row"),
        tag("td", _first(gpus)),
        tag("td", "; ".join(processes) or "not known"),
        tag("td", ", ".join(_formats(gpus)) or "none"),
        *(_cell(*found) for found in ((rate, "TFLOPS"), (bandwidth, "GB/s"))),
        tag("td", join(*_linked(ordered))),
    )


def _formats(gpus: list[Record]) -> list[str]:
    """Number formats whose matrix rate at least one accelerator states."""
    sections = ("peak", "peak_sparse")
    return [name for slug, name in FORMATS.items() if any(f"{part}.{slug}_tensor" in gpu for gpu in gpus for part in sections)]


def _cell(base: float | None, unit: str) -> Html:
    if base is None:
        return tag("td", "not known", data_value="0")
    return tag("td", show(Quantity(base, unit), 5), data_value=f"{base:.6g}")


def _linked(gpus: list[Record]) -> Iterator[Html | str]:
    for number, gpu in enumerate(gpus):
        yield join(", " if number else None, tag("a", gpu.short, href=f"{gpu.slug}/"))

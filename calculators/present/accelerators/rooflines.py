"""The rooflines of an accelerator, and all accelerators between lines of equal ridge point, as charts."""

from calculators import call, facts
from calculators.declare import Derived
from calculators.peak_rate import base_of, known_peak, known_peaks
from calculators.present.accelerators.choosing import choosing, kind_and_unit
from calculators.present.chart import Axis, Chart, Mark, Series, figure
from calculators.present.html import Html, tag
from calculators.records import Fact, Record
from calculators.roofs import attainable
from calculators.schema import FORMATS
from calculators.units import Quantity, show

_SAME = 0.01  # peaks this close share a line of a chart: the difference is in their rounding
_LINES = "abcdef"
_HEADROOM = 3  # above the highest roof, for the label of the slope
_INTENSITIES = (0.1, 10_000)
_GUIDES = (50, 100, 200, 400)


def rooflines(gpu: Record) -> Html:
    """The rooflines of an accelerator's dense peaks under its one memory bandwidth, as a chart."""
    low, high = _INTENSITIES
    peaks = _distinct_peaks(gpu)
    lowest = {label: group[0] for label, group in peaks.items()}
    ridges = {label: call.run("roofline", choosing(gpu, *keyed)).outputs["ridge_point"].base for label, keyed in lowest.items()}
    rates = {label: base_of(peak) for label, (_, peak) in lowest.items()}
    bandwidth, top = gpu["memory.bandwidth"], max(rates.values())
    slope = tuple((x, attainable(top, x, bandwidth.base) / 1e12) for x in (low, max(ridges.values())))
    roofs = (
        Series(label, ((ridges[label], rate / 1e12), (high, rate / 1e12)), role)
        for (label, rate), role in zip(rates.items(), _LINES, strict=False)
    )
    listed = " ".join(f"{label}: ridge point at {show(Quantity(ridge, 'FLOP/byte'), 3)}." for label, ridge in ridges.items())
    chart = Chart(
        title=f"Rooflines of the {gpu.short}, dense peaks",
        description=f"One slope, the memory bandwidth of {bandwidth}, and a flat roof for each dense peak. {listed}",
        x=Axis("Arithmetic intensity", "FLOP/byte", log=True, low=low, high=high),
        y=Axis("Rate", "TFLOPS; TOPS for integers", log=True, high=_HEADROOM * top / 1e12),
        series=(*roofs, Series(f"memory, {bandwidth}", slope, "limit")),
    )
    return _drawn(chart, "rooflines")


def landscape() -> Html:
    """The fastest accelerator of each architecture by bandwidth and dense FP16 rate, between lines of equal ridge point."""
    drawn = _fastest([gpu for gpu in facts.load().accelerators.values() if "fp16_tensor" in known_peaks(gpu)])
    known = {gpu.short: (gpu["memory.bandwidth"].base, base_of(known_peak(gpu, "fp16_tensor"))) for gpu in drawn}
    widths = [bandwidth for bandwidth, _ in known.values()]
    ends = min(widths) / 1.4, max(widths) * 1.4
    guides = (Series(f"{guide} FLOP/byte", tuple((x / 1e12, x * guide / 1e12) for x in ends), "limit") for guide in _GUIDES)
    chart = Chart(
        title="Memory bandwidth and dense FP16 rate, the fastest of each architecture",
        description="Tensor rate with FP32 accumulation. The dashed lines join equal ridge points: the higher the line, the more "
        "arithmetic per byte a workload needs before the tensor cores limit it.",
        x=Axis("Memory bandwidth", "TB/s", log=True, low=ends[0] / 1e12, high=ends[1] / 1e12),
        y=Axis("Dense FP16 rate", "TFLOPS", log=True),
        series=tuple(guides),
        marks=tuple(Mark(name, bandwidth / 1e12, peak / 1e12) for name, (bandwidth, peak) in known.items()),
    )
    return _drawn(chart, "landscape")


def _fastest(gpus: list[Record]) -> list[Record]:
    """The one with the most bandwidth of each architecture: more marks could not be told apart."""
    found: dict[str, Record] = {}
    for gpu in sorted(gpus, key=lambda gpu: gpu["memory.bandwidth"].base):
        found[str(gpu.facts.get("identity.architecture", gpu.short))] = gpu
    return list(found.values())


def _drawn(chart: Chart, id: str) -> Html:
    return tag("div", Html(figure(chart, id)), data_generated=True)


def _distinct_peaks(gpu: Record) -> dict[str, list[tuple[str, Fact | Derived]]]:
    """Dense peaks by the label of their line, slowest first: tensor cores, FP32 and FP64 units; near-equal ones together."""
    drawn = [(key, peak) for key, peak in known_peaks(gpu).items() if "_tensor" in key or key in ("fp64_vector", "fp32_vector")]
    groups: list[list[tuple[str, Fact | Derived]]] = []
    for key, peak in sorted(drawn, key=lambda keyed: base_of(keyed[1])):
        if groups and base_of(peak) <= base_of(groups[-1][0][1]) * (1 + _SAME):
            groups[-1].append((key, peak))
        else:
            groups.append([(key, peak)])
    return {_named([key for key, _ in group]): group for group in groups[-len(_LINES) :]}


def _named(keys: list[str]) -> str:
    """What a line stands for: 'BF16, FP16', or with the units where both kinds share it: 'FP64 tensor, FP32 vector'."""
    known = [kind_and_unit(key) for key in keys]
    mixed = any(unit == "vector" for _, unit in known)
    names = []
    for kind, unit in known:
        if unit.endswith("_accumulate"):
            names += [] if (kind, "tensor") in known else [f"{FORMATS[kind]} with FP16 accumulate"]
        else:
            names.append(f"{FORMATS[kind]} {unit}" if mixed else FORMATS[kind])
    return ", ".join(names)

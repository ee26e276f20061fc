"""What follows from facts: tables and charts in which every figure comes from a calculator and links to it."""

import re
from collections.abc import Iterable
from urllib.parse import urlencode

from calculators import architecture, call, facts, formats
from calculators.call import Run
from calculators.present.chart import Axis, Chart, Mark, Series, figure
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.present.model_page import attention_kind
from calculators.present.tables import anchor
from calculators.records import Fact, Record
from calculators.roofline import attainable
from calculators.schema import FORMATS
from calculators.units import Quantity, show

_STORED = ("fp16", "int8", "int4-g128")  # what weights are usually served in
_CONTEXT = "4096"
# What a card's page says it holds: one dense and one mixture of each size that decides which card to buy.
_ON_A_CARD = (
    *("llama-3.2-3b", "llama-2-7b", "llama-3.1-8b", "llama-2-13b", "gpt-oss-20b", "gemma-3-27b", "qwen3-30b-a3b", "qwen3-32b"),
    *("mixtral-8x7b", "llama-2-70b", "llama-3.1-70b", "gpt-oss-120b"),
)
_FROM_A_RECORD = "../../"  # from gpus/<slug>/ to the root of the site
_FROM_AN_INDEX = "../"
_SAME = 0.01  # peaks this close share a line of a chart: the difference is in their rounding
_LINES = "abcdef"
_HEADROOM = 3  # above the highest roof, for the label of the slope
_INTENSITIES = (0.1, 10_000)
_GUIDES = (50, 100, 200, 400)


def derived(slug: str) -> Html:
    """What an accelerator's facts amount to: ridge point and rate per watt of every dense peak, memory figures, what fits."""
    gpu = facts.load().record(slug)
    parts = (
        *_section("Dense peaks", ("Peak", "Rate", "Ridge point", "Per watt"), map(_peak_row, gpu.section("peak").values())),
        *_section("Memory", ("Figure", "Value"), _memory_rows(gpu)),
        *_section("What one card holds", ("Model", *map(_stored_as, _STORED)), _model_rows(gpu)),
        _conditions(gpu),
    )
    return tag("div", *parts, class_="rp-derived", data_generated=True)


def rooflines(slug: str) -> Html:
    """The rooflines of an accelerator's dense peaks under its one memory bandwidth, as a chart."""
    gpu = facts.load().record(slug)
    low, high = _INTENSITIES
    peaks = _distinct_peaks(gpu)
    ridges = {label: call.run("roofline", _choosing(group[0])).outputs["ridge_point"].base for label, group in peaks.items()}
    bandwidth, top = gpu["memory.bandwidth"], max(group[0].base for group in peaks.values())
    slope = tuple((x, attainable(top, x, bandwidth.base) / 1e12) for x in (low, max(ridges.values())))
    roofs = (
        Series(label, ((ridges[label], group[0].base / 1e12), (high, group[0].base / 1e12)), role)
        for (label, group), role in zip(peaks.items(), _LINES, strict=False)
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
    """All accelerators by memory bandwidth and dense FP16 rate, between lines of equal ridge point, as a chart."""
    drawn = [gpu for gpu in facts.load().accelerators.values() if "peak.fp16_tensor" in gpu]
    known = {gpu.short: (gpu["memory.bandwidth"].base, gpu["peak.fp16_tensor"].base) for gpu in drawn}
    widths = [bandwidth for bandwidth, _ in known.values()]
    ends = min(widths) / 1.4, max(widths) * 1.4
    guides = (Series(f"{guide} FLOP/byte", tuple((x / 1e12, x * guide / 1e12) for x in ends), "limit") for guide in _GUIDES)
    chart = Chart(
        title="Memory bandwidth and dense FP16 rate",
        description="Tensor rate with FP32 accumulation. The dashed lines join equal ridge points: the higher the line, the more "
        "arithmetic per byte a workload needs before the tensor cores limit it.",
        x=Axis("Memory bandwidth", "TB/s", log=True, low=ends[0] / 1e12, high=ends[1] / 1e12),
        y=Axis("Dense FP16 rate", "TFLOPS", log=True),
        series=tuple(guides),
        marks=tuple(Mark(name, bandwidth / 1e12, peak / 1e12) for name, (bandwidth, peak) in known.items()),
    )
    return _drawn(chart, "landscape")


_MODELS = {
    "Model": "text", "Family": "text", "Parameters": "number", "Active": "number", "Layers": "number", "Attention": "text",
    "KV cache per token": "number", "Weights in FP16": "number", "Context": "number",
}  # fmt: skip


def models() -> Html:
    """All models side by side, sortable: exact parameters, active ones, attention, FP16 weights and KV cache per token."""
    return scrolling_table(_MODELS, map(_model_summary, _by_size()), "rp-sortable", generated=True)


def _drawn(chart: Chart, id: str) -> Html:
    return tag("div", Html(figure(chart, id)), data_generated=True)


def _by_size(slugs: Iterable[str] = ()) -> list[Record]:
    """Models from small to large: these, or all."""
    known = facts.load().models
    chosen = [known[slug] for slug in slugs] or known.values()
    return sorted(chosen, key=lambda model: architecture.parameter_counts(model).total)


def _section(title: str, titles: Iterable[str], rows: Iterable[Html]) -> tuple[Html, Html]:
    return tag("h3", title, id="derived-" + title.lower().replace(" ", "-")), scrolling_table(titles, rows, "rp-table")


def _row(label: Html | str, *cells: Html | str) -> Html:
    return tag("tr", tag("th", label, scope="row"), *(tag("td", cell) for cell in cells))


def _link(run: Run, text: str, root: str = _FROM_A_RECORD) -> Html:
    """A figure that leads to its calculator, opened with the inputs that gave it."""
    return tag("a", text, href=f"{root}calculators/{run.calculator.name}/?{urlencode(run.given)}")


def _kind_and_unit(peak: Fact) -> tuple[str, str]:
    """('fp16', 'tensor_fp16_accumulate') of the fact peak.fp16_tensor_fp16_accumulate."""
    kind, _, unit = peak.key.partition(".")[2].partition("_")
    return kind, unit


def _choosing(peak: Fact) -> dict[str, str]:
    """Inputs with which `roofline` and `balance` use this peak: its format, and the rate itself where they would take another."""
    kind, unit = _kind_and_unit(peak)
    inputs = {"gpu": peak.record, "format": kind} | ({"accumulate": "fp16"} if unit.endswith("_accumulate") else {})
    chosen = call.run("roofline", inputs).values["peak"].fact
    return inputs if chosen == peak else inputs | {"peak": f"{peak.value} {peak.unit}"}


def _peak_row(peak: Fact) -> Html:
    inputs = _choosing(peak)
    ridge, balance = call.run("roofline", inputs), call.run("balance", inputs)
    unit = "TOPS" if peak.key.startswith("peak.int") else "TFLOPS"
    return _row(
        peak.label,
        tag("a", show(Quantity(peak.base, unit), 5), href=f"#{anchor(peak.key)}"),
        _link(ridge, show(ridge.outputs["ridge_point"], 3)),
        _link(balance, show(Quantity(balance.outputs["rate_per_watt"].base, f"G{unit[1:]}/W"), 3)),
    )


def _memory_rows(gpu: Record) -> Iterable[Html]:
    run = call.run("balance", {"gpu": gpu.slug})
    for name in ("sweep_time", "bandwidth_per_capacity", "bandwidth_per_watt"):
        shown = show(run.outputs[name], 3).replace("/GB", " per GB").replace("/W", " per watt")
        yield _row(run.calculator.output_specs[name].label, _link(run, shown))


def _stored_as(weights: str) -> str:
    return re.split("[,(]", formats.WEIGHTS[weights].label)[0].strip()


def _model_rows(gpu: Record) -> Iterable[Html]:
    for model in _by_size(_ON_A_CARD):
        name = tag("a", model.name, href=f"{_FROM_A_RECORD}models/{model.slug}/")
        yield _row(name, *(_held(gpu, model, stored) for stored in _STORED))


def _held(gpu: Record, model: Record, weights: str) -> Html:
    """How many sequences fit next to the weights and how fast one can decode at best; or how many cards it takes."""
    asked = {"gpu": gpu.slug, "gpus": "1", "model": model.slug, "weights": weights, "context": _CONTEXT}
    fit = call.run("memory_fit", asked)
    if not fit.outputs["fits"]:
        fewest = fit.outputs["min_gpus_dividing"]
        return _link(fit, f"needs {show(fewest)}" if isinstance(fewest, Quantity) else "not on any number of them")
    decode = call.run("decode", asked | {"compute": "fp16"})
    room, rate = show(fit.outputs["max_batch"]), show(decode.outputs["token_rate"], 3)
    return join(_link(fit, room), tag("br"), "one alone: at most ", _link(decode, rate))


def _conditions(gpu: Record) -> Html:
    fit = call.run("memory_fit", {"gpu": gpu.slug, "gpus": "1", "context": _CONTEXT})
    memory, overhead, context = (show(fit.values[name].value) for name in ("capacity", "overhead", "context"))
    text = (
        f"Sequences of {context} with an FP16 cache, next to the weights, in {memory} less {overhead} of overhead. The rate is a "
        "bound for one sequence alone: weights and cache read once per token at the full bandwidth. Where one card is too few, "
        "the count is the fewest that divide the attention heads."
    )
    return tag("p", text)


def _distinct_peaks(gpu: Record) -> dict[str, list[Fact]]:
    """Dense peaks by the label of their line, slowest first: tensor cores, FP32 and FP64 units; near-equal ones together."""
    drawn = [fact for key, fact in gpu.section("peak").items() if "_tensor" in key or key in ("fp64_vector", "fp32_vector")]
    groups: list[list[Fact]] = []
    for fact in sorted(drawn, key=lambda fact: fact.base):
        if groups and fact.base <= groups[-1][0].base * (1 + _SAME):
            groups[-1].append(fact)
        else:
            groups.append([fact])
    return {_named(group): group for group in groups[-len(_LINES) :]}


def _named(group: list[Fact]) -> str:
    """What a line stands for: 'BF16, FP16', or with the units where both kinds share it: 'FP64 tensor, FP32 vector'."""
    known = [_kind_and_unit(fact) for fact in group]
    mixed = any(unit == "vector" for _, unit in known)
    names = []
    for kind, unit in known:
        if unit.endswith("_accumulate"):
            names += [] if (kind, "tensor") in known else [f"{FORMATS[kind]} with FP16 accumulate"]
        else:
            names.append(f"{FORMATS[kind]} {unit}" if mixed else FORMATS[kind])
    return ", ".join(names)


def _model_summary(model: Record) -> Html:
    counts = architecture.parameter_counts(model)
    weights, cache = (call.run(name, {"model": model.slug}) for name in ("weights", "kv_cache"))
    layers, context = (int(model[f"architecture.{key}"].value) for key in ("num_hidden_layers", "max_position_embeddings"))
    return tag(
        "tr",
        tag("th", tag("a", model.name, href=f"{model.slug}/"), scope="row"),
        tag("td", str(model["identity.family"])),
        tag("td", f"{counts.total:,}", data_value=str(counts.total)),
        tag("td", f"{counts.active:,}" if counts.num_experts else "all", data_value=str(counts.active)),
        tag("td", str(layers), data_value=str(layers)),
        tag("td", attention_kind(model)),
        _sorted_by(cache.outputs["per_token"], _link(cache, show(cache.outputs["per_token"]), _FROM_AN_INDEX)),
        _sorted_by(weights.outputs["total"], _link(weights, show(weights.outputs["total"]), _FROM_AN_INDEX)),
        tag("td", f"{context:,}", data_value=str(context)),
    )


def _sorted_by(quantity: Quantity, shown: Html) -> Html:
    return tag("td", shown, data_value=f"{quantity.base:.6g}")

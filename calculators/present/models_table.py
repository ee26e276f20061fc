"""All models side by side: each figure comes from a calculator and links to it."""

from calculators import architecture, call, facts
from calculators.present.figures import FROM_AN_INDEX, link
from calculators.present.html import Html, scrolling_table, tag
from calculators.present.model_page import attention_kind
from calculators.records import Record
from calculators.units import Quantity, show

_TITLES = {
    "Model": "text",
    "Family": "text",
    "Parameters": "number",
    "Active": "number",
    "Layers": "number",
    "Attention": "text",
    "KV cache per token": "number",
    "Weights in FP16": "number",
    "Context": "number",
}


def table() -> Html:
    """All models, sortable: exact parameters, active ones, attention, FP16 weights and KV cache per token."""
    by_size = sorted(facts.load().models.values(), key=lambda model: architecture.parameter_counts(model).total)
    return scrolling_table(_TITLES, map(_model_summary, by_size), "rp-sortable", generated=True)


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
        _sorted_by(cache.outputs["per_token"], link(cache, show(cache.outputs["per_token"]), FROM_AN_INDEX)),
        _sorted_by(weights.outputs["total"], link(weights, show(weights.outputs["total"]), FROM_AN_INDEX)),
        tag("td", f"{context:,}", data_value=str(context)),
    )


def _sorted_by(quantity: Quantity, shown: Html) -> Html:
    return tag("td", shown, data_value=f"{quantity.base:.6g}")

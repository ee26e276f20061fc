"""All models side by side: each figure comes from a calculator and links to it."""

from calculators import architecture, call, facts
from calculators.present.figures import FROM_AN_INDEX, link, row
from calculators.present.html import Html, scrolling_table, tag
from calculators.records import Record
from calculators.schema import MODEL
from calculators.units import show

_SHAPE = ("num_hidden_layers", "num_attention_heads", "num_key_value_heads")


def models() -> Html:
    """All models side by side: shape, exact parameters, weights in FP16, KV cache per token."""
    shape = (MODEL["architecture"][key].label for key in _SHAPE)
    titles = ("Model", *shape, "Parameters", "Weights in FP16", "KV cache per token")
    return tag("div", scrolling_table(titles, map(_model_summary, _by_size()), "rp-table"), data_generated=True)


def _by_size() -> list[Record]:
    return sorted(facts.load().models.values(), key=lambda model: architecture.parameter_counts(model).total)


def _model_summary(model: Record) -> Html:
    counts = architecture.parameter_counts(model)
    weights, cache = (call.run(name, {"model": model.slug}) for name in ("weights", "kv_cache"))
    return row(
        tag("a", model.name, href=f"{model.slug}/"),
        *(f"{model[f'architecture.{key}'].value:,}" for key in _SHAPE),
        f"{counts.total:,}",
        link(weights, show(weights.outputs["total"]), FROM_AN_INDEX),
        link(cache, show(cache.outputs["per_token"]), FROM_AN_INDEX),
    )

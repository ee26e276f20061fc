"""Which models one accelerator holds, in which weight format, and how fast it can decode them at best."""

import re
from collections.abc import Iterable

from calculators import architecture, call, facts, formats
from calculators.present.figures import FROM_A_RECORD, UNKNOWN, attempt, link, row
from calculators.present.html import Html, join, scrolling_table, tag
from calculators.records import Record
from calculators.units import Quantity, show

_STORED = ("fp16", "int8", "int4-g128")  # what weights are usually served in
_CONTEXT = "4096"
# One dense and one mixture of each size that decides which card to buy.
_SHOWN = (
    *("llama-3.2-3b", "llama-3.1-8b", "gpt-oss-20b", "gemma-3-27b", "qwen3-32b", "llama-2-70b", "gpt-oss-120b"),
    "deepseek-v3",
)


def table(gpu: Record) -> Html:
    """A row for each model: sequences that fit next to the weights and the bound on decoding one, or how many cards it takes."""
    rows = (row(_name(model), *(_held(gpu, model, stored) for stored in _STORED)) for model in _models())
    grid = scrolling_table(("Model", *map(_stored_as, _STORED)), rows, "rp-table")
    return tag("div", grid, _conditions(gpu), class_="rp-derived", data_generated=True, data_search_exclude=True)


def _models() -> Iterable[Record]:
    shown = [facts.load().models[slug] for slug in _SHOWN]
    return sorted(shown, key=lambda model: architecture.parameter_counts(model).total)


def _name(model: Record) -> Html:
    return tag("a", model.name, href=f"{FROM_A_RECORD}models/{model.slug}/")


def _stored_as(weights: str) -> str:
    return re.split("[,(]", formats.WEIGHTS[weights].label)[0].strip()


def _held(gpu: Record, model: Record, weights: str) -> Html:
    asked = {"gpu": gpu.slug, "gpus": "1", "model": model.slug, "weights": weights, "context": _CONTEXT}
    fit = call.run("memory_fit", asked)
    if not fit.outputs["fits"]:
        fewest = fit.outputs["min_gpus_dividing"]
        return link(fit, f"needs {show(fewest)}" if isinstance(fewest, Quantity) else "not on any number of them")
    decode = attempt("decode", asked | {"compute": "fp16"})
    rate = link(decode, show(decode.outputs["token_rate"], 3)) if decode else UNKNOWN
    return join(link(fit, show(fit.outputs["max_batch"])), tag("br"), "one alone: at most ", rate)


def _conditions(gpu: Record) -> Html:
    fit = call.run("memory_fit", {"gpu": gpu.slug, "gpus": "1", "context": _CONTEXT})
    memory, overhead, context = (show(fit.values[name].value) for name in ("capacity", "overhead", "context"))
    text = (
        f"Sequences of {context} with an FP16 cache, next to the weights, in {memory} less {overhead} of overhead. The rate is a "
        "bound for one sequence alone: weights and cache read once per token at the full bandwidth. Where one card is too few, "
        "the count is the fewest that divide the attention heads."
    )
    return tag("p", text)

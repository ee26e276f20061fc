"""The shape of a model as inputs of calculators: each number from its record, unless a reader gives an own one."""

from collections.abc import Callable, Mapping
from typing import Any

from calculators import architecture
from calculators.declare import Derived, overridable
from calculators.records import Fact, Record
from calculators.units import Quantity


def of_model(key: str) -> Callable[[Mapping[str, Any]], Fact]:
    """The fact architecture.`key` of the chosen model."""
    return lambda known: known["model"][f"architecture.{key}"]


def layers() -> Any:
    """Layers of the model."""
    return overridable(of_model("num_hidden_layers"), "layer", "1", "10000", "Layers", "From the model.")


def hidden_size() -> Any:
    """Width of the model between its layers."""
    return overridable(of_model("hidden_size"), "", "1", "1000000", "Hidden size", "From the model.")


def heads() -> Any:
    """Attention heads."""
    return overridable(of_model("num_attention_heads"), "head", "1", "10000", "Attention heads", "From the model.")


def kv_heads() -> Any:
    """KV heads."""
    return overridable(of_model("num_key_value_heads"), "head", "1", "10000", "KV heads", "From the model.")


def head_dim() -> Any:
    """Elements of one query, key or value."""
    return overridable(of_model("head_dim"), "", "1", "10000", "Head dimension", "From the model.")


def vocabulary() -> Any:
    """Tokens that the model knows."""
    return overridable(of_model("vocab_size"), "token", "1", "10000000", "Vocabulary", "From the model.")


def parameters() -> Any:
    """Every parameter, counted."""
    help = "Counted from the model's configuration; or a round number."
    return overridable(_counted("total"), "parameter", "1", "1000000000000000", "Parameters", help)


def active_parameters() -> Any:
    """Parameters that one token passes through, counted."""
    help = "That one token passes through: of a mixture, only the chosen experts. Or a round number."
    return overridable(_counted("active"), "parameter", "1", "1000000000000000", "Active parameters", help)


def feed_forward() -> Any:
    """Width of the feed-forward that one token passes through."""
    help = "That one token passes through: of a mixture, all chosen experts together."
    return overridable(_feed_forward, "", "1", "10000000", "Feed-forward width", help)


def feed_forward_matrices() -> Any:
    """Matrices of the feed-forward."""
    return overridable(_matrices, "", "1", "10", "Feed-forward matrices", "Three when gated, two when plain.")


def experts(model: Record) -> tuple[float, float, float]:
    """Experts of a layer, those that one token passes through, and the width of each; one of each in a dense model."""
    value = {key.removeprefix("architecture."): fact.base for key, fact in model.facts.items() if fact.is_number}
    dense, shared = value["intermediate_size"], value.get("shared_experts", 0)
    if not value.get("num_experts"):
        return 1, 1, dense
    width = value.get("moe_intermediate_size", dense)
    return value["num_experts"] + shared, value["num_experts_per_tok"] + shared, width


def _counted(what: str) -> Callable[[Mapping[str, Any]], Derived]:
    def found(known: Mapping[str, Any]) -> Derived:
        counts = architecture.parameter_counts(known["model"])
        how = "Counted from the model's configuration."
        return Derived(Quantity(getattr(counts, what), "parameter"), tuple(architecture.facts_of(known["model"])), how)

    return found


def _feed_forward(known: Mapping[str, Any]) -> Fact | Derived:
    model = known["model"]
    fact = model["architecture.intermediate_size"]
    _, used, width = experts(model)
    if used * width == fact.base:
        return fact
    keys = ("num_experts_per_tok", "shared_experts", "moe_intermediate_size")
    found = tuple(model[f"architecture.{key}"] for key in keys if f"architecture.{key}" in model)
    return Derived(Quantity(used * width, ""), (fact, *found), f"{used:g} experts of width {width:g} for each token.")


def _matrices(known: Mapping[str, Any]) -> Derived:
    fact = known["model"]["architecture.mlp"]
    return Derived(Quantity(3 if fact.value == "gated" else 2, ""), (fact,), f"The feed-forward is {fact.value}.")

"""One layer of a model for one new token of each sequence: its matrices, and attention over what is cached.

Every matrix is read once for the batch, of a mixture the experts that some token chose; its input and its output are moved for
each token. Of a model whose layers differ it is a layer with experts.
"""

from dataclasses import dataclass
from typing import Any

from calculators import formats, kv_cache
from calculators.architecture import Configuration, facts_of
from calculators.decode_step import attention_flop, experts_touched
from calculators.formula import formula
from calculators.operations.multiplication import SAME, stored_bytes
from calculators.operations.work import ELEMENT_BYTES, Growth, Searched, Work
from calculators.problems import InputProblem, InputProblems
from calculators.units import Bytes, Flop, Number
from calculators.working import Unrecorded, Working

SPANS = {
    "most": "as in most layers of the model",
    "full": "everything before it",
    "window": "its sliding window",
}


@dataclass(frozen=True, slots=True)
class Matrix:
    """Some matrices of one shape: how many there are, how many of them multiply one token, and whether a router chooses."""

    inputs: int
    outputs: int
    copies: int = 1
    per_token: int = 1
    routed: bool = False

    @property
    def size(self) -> int:
        """Weights of all of them."""
        return self.inputs * self.outputs * self.copies

    @property
    def rows(self) -> int:
        """Outputs of all of them."""
        return self.outputs * self.copies


@formula("2 * weights_used * batch + attention")
def layer_flop(weights_used: Number, batch: Number, attention: Flop) -> Flop:
    """Arithmetic of a layer in FLOP: two for each weight that multiplies a token and each token, and attention."""
    return Flop(2 * weights_used * batch + attention)


@formula("weights + routed * touched / experts")
def weights_touched(weights: Bytes, routed: Bytes, touched: Number, experts: Number) -> Bytes:
    """Bytes of weights that a layer with experts reads: what every token uses, and the experts that some token chose."""
    return Bytes(weights + routed * touched / experts)


@formula("weights + batch * (activations + cache)")
def layer_bytes(weights: Bytes, batch: Number, activations: Bytes, cache: Bytes) -> Bytes:
    """Traffic of a layer in bytes: the weights once; for each sequence what goes in and out of the matrices, and its cache."""
    return Bytes(weights + batch * (activations + cache))


def matrices(c: Configuration) -> list[Matrix]:
    """The matrices of one layer, each with what goes in and what comes out; of a mixture a layer with experts."""
    return [*_attention_matrices(c), *_feed_forward(c)]


def _attention_matrices(c: Configuration) -> list[Matrix]:
    heads = c.number("num_attention_heads")
    if not c.latent:
        dim, kv_heads = c.number("head_dim"), c.number("num_key_value_heads")
        return [Matrix(c.hidden, (heads + 2 * kv_heads) * dim), Matrix(heads * dim, c.hidden)]
    keys = ("q_lora_rank", "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim")
    q_rank, rank, nope, rope, value = (c.number(key) for key in keys)
    # One new token attends to the latents themselves: its queries go into their space, its results come back, head by head.
    into, back = Matrix(nope, rank, heads, heads), Matrix(rank, value, heads, heads)
    down = Matrix(c.hidden, q_rank + rank + rope)
    return [down, Matrix(q_rank, heads * (nope + rope)), into, back, Matrix(heads * value, c.hidden)]


def _feed_forward(c: Configuration) -> list[Matrix]:
    if not c.experts:
        return _block(c, c.number("intermediate_size"))
    used = c.number("num_experts_per_tok")
    shared = _block(c, c.shared_width) if c.shared_width else []
    experts = _block(c, c.expert_width, copies=c.experts, per_token=used, routed=True)
    return [Matrix(c.hidden, c.experts), *shared, *experts]


def _block(c: Configuration, width: int, **more: Any) -> list[Matrix]:
    return [Matrix(c.hidden, (c.feed_forward_matrices - 1) * width, **more), Matrix(width, c.hidden, **more)]


def _span(i: Any, c: Configuration) -> str:
    """What this layer attends to. Raises InputProblems for what no layer of the model does."""
    if i.span == "most":
        return "window" if 2 * c.window_layers > c.layers else "full"
    if i.span == "window" and not c.window_layers:
        raise InputProblems([InputProblem("span", i.span, f"is not what {i.model.name} has", "most, full")])
    if i.span == "full" and c.window_layers == c.layers:
        raise InputProblems(
            [InputProblem("span", i.span, f"is not what {i.model.name} has: all layers have a window", "most, window")]
        )
    return i.span


def layer(i: Any, working: Working) -> Work:
    """One layer for `i.batch` sequences, as steps of the working. Raises InputProblems for a span that the model has not."""
    c = Configuration(i.model)
    span = _span(i, c)
    working.use(*facts_of(i.model))
    _remark(c, span, working)
    keys = min(i.context, c.number("sliding_window")) if span == "window" else i.context
    load = _load(i, c, keys, working)
    flop, traffic = _taken(load, i.batch, working)
    if not load.experts:
        each = 2 * load.used + load.attention
        return Work(flop, traffic, traffic, Growth("sequences", each, load.activations + load.cache, load.weights))

    def intensity(batch: float) -> float:
        flop, traffic = _taken(load, batch, Unrecorded())
        return flop / traffic

    return Work(flop, traffic, traffic, Searched("sequences", intensity))


@dataclass(frozen=True, slots=True)
class _Load:
    """What a layer takes however large the batch (bytes of weights), and what one sequence takes."""

    used: float
    attention: float
    weights: float
    routed: float
    experts: float
    experts_per_token: float
    activations: float
    cache: float


def _load(i: Any, c: Configuration, keys: float, working: Working) -> _Load:
    element, parts = ELEMENT_BYTES[i.format], matrices(c)
    stored, scales = stored_bytes(i.weights, i.format, working)
    router = Matrix(c.hidden, c.experts) if c.experts else None  # stays in the format of the activations
    sizes = {
        routed: sum(
            part.size * element if part == router else part.size * stored + part.rows * scales
            for part in parts
            if part.routed is routed
        )
        for routed in (False, True)
    }
    heads, key, value = c.number("num_attention_heads"), c.number("head_dim"), c.number("head_dim")
    if c.latent:
        value = c.number("kv_lora_rank")
        key = value + c.number("qk_rope_head_dim")
    dims = {"query_heads": heads, "key_dim": key, "value_dim": value}
    attention = working.step("Attention of one sequence", attention_flop, **dims, positions=keys)
    ends = heads * (key + value) if keys else 0
    return _Load(
        used=sum(part.inputs * part.outputs * part.per_token for part in parts),
        attention=attention,
        weights=sizes[False],
        routed=sizes[True],
        experts=c.experts,
        experts_per_token=c.number("num_experts_per_tok", 0),
        activations=(sum((part.inputs + part.outputs) * part.per_token for part in parts) + ends) * element,
        cache=_cached(i, c, keys, element, working),
    )


def _cached(i: Any, c: Configuration, keys: float, element: float, working: Working) -> float:
    """Bytes of the cache of one sequence in this layer."""
    stored = element if i.kv == SAME else formats.element_bytes(formats.KV[i.kv], "element of the cache", working)
    shared = {"layers": 1, "bytes_per_element": stored}
    if c.latent:
        sizes = {"copies": 1, "latent": c.number("kv_lora_rank"), "rotary_key": c.number("qk_rope_head_dim")}
        token = working.step("KV cache per token", kv_cache.latent_per_token, **sizes, **shared)
    else:
        sizes = {"kv_heads": c.number("num_key_value_heads"), "head_dim": c.number("head_dim")}
        token = working.step("KV cache per token", kv_cache.per_token, **sizes, **shared)
    return working.step("KV cache per sequence", kv_cache.per_sequence, "MB", kv_per_token=token, tokens=keys)


def _taken(load: _Load, batch: float, working: Working) -> tuple[float, float]:
    """FLOP and bytes of a batch."""
    weights = load.weights
    if load.experts:
        chosen = {"experts_per_token": load.experts_per_token, "experts": load.experts}
        touched = working.step("Experts read", experts_touched, "expert", **chosen, batch=batch)
        terms = {"routed": load.routed, "touched": touched, "experts": load.experts}
        weights = working.step("Weights read", weights_touched, weights=weights, **terms)
    attention = batch * load.attention
    flop = working.step("Arithmetic", layer_flop, weights_used=load.used, batch=batch, attention=attention)
    moved = {"activations": load.activations, "cache": load.cache}
    return flop, working.step("Memory traffic", layer_bytes, weights=weights, batch=batch, **moved)


def _remark(c: Configuration, span: str, working: Working) -> None:
    if c.experts and c.expert_layers < c.layers:
        working.remark(f"{c.layers - c.expert_layers} of the {c.layers} layers have no experts; this is one that has.")
    if 0 < c.window_layers < c.layers:
        working.remark(f"{c.window_layers} of the {c.layers} layers attend to a sliding window; this one to {SPANS[span]}.")

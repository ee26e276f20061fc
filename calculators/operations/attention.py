"""Attention without its projections: scores and weighted values, of a whole prompt or of one new token per sequence.

Traffic with scores that never leave the chip: Dao et al., "FlashAttention" (arXiv:2205.14135), section 3; without, every score
is written and read, and so is every probability (its algorithm 0). The FLOP of the softmax are left out, as there.
"""

from typing import Any

from calculators import formats
from calculators.decode_step import attention_flop
from calculators.formula import formula
from calculators.operations.multiplication import SAME
from calculators.operations.work import ELEMENT_BYTES, Growth, Work
from calculators.units import Bytes, Number
from calculators.working import Working

MASKS = {"causal": "those before it (causal)", "full": "all of them"}
KERNELS = {
    "fused": "fused: scores stay on the chip (FlashAttention)",
    "unfused": "unfused: scores and probabilities pass through memory",
}
_PASSES = 4  # scores written and read, probabilities written and read
_MATRICES = 2  # of scores, and of probabilities


@formula("sequences * sequence * (sequence + 1) / 2")
def causal_keys(sequences: Number, sequence: Number) -> Number:
    """Keys that one head attends to over whole prompts: each token sees itself and all before it."""
    return Number(sequences * sequence * (sequence + 1) / 2)


@formula("sequences * sequence ** 2")
def all_keys(sequences: Number, sequence: Number) -> Number:
    """Keys that one head attends to over whole prompts where each token sees every token."""
    return Number(sequences * sequence**2)


@formula("sequences * context")
def cached_keys(sequences: Number, context: Number) -> Number:
    """Keys that one head attends to for one new token of each sequence."""
    return Number(sequences * context)


@formula("2 * sequences * tokens * heads * head_dim * element_bytes")
def ends_bytes(sequences: Number, tokens: Number, heads: Number, head_dim: Number, element_bytes: Bytes) -> Bytes:
    """Bytes of the queries that attention reads and of the results that it writes."""
    return Bytes(2 * sequences * tokens * heads * head_dim * element_bytes)


@formula("2 * sequences * tokens * kv_heads * head_dim * element_bytes")
def keys_values_bytes(sequences: Number, tokens: Number, kv_heads: Number, head_dim: Number, element_bytes: Bytes) -> Bytes:
    """Bytes of the keys and values, each read once: those of a KV head serve all query heads of its group."""
    return Bytes(2 * sequences * tokens * kv_heads * head_dim * element_bytes)


@formula("passes * sequences * heads * sequence ** 2 * element_bytes")
def scores_bytes(passes: Number, sequences: Number, heads: Number, sequence: Number, element_bytes: Bytes) -> Bytes:
    """Bytes of square matrices of scores that pass through memory `passes` times."""
    return Bytes(passes * sequences * heads * sequence**2 * element_bytes)


@formula("ends + keys_values + scores")
def attention_bytes(ends: Bytes, keys_values: Bytes, scores: Bytes) -> Bytes:
    """Traffic of attention in bytes: queries and results, keys and values, and scores where they leave the chip."""
    return Bytes(ends + keys_values + scores)


def prefill(i: Any, working: Working) -> Work:
    """Attention of whole prompts to themselves."""
    element, unfused = ELEMENT_BYTES[i.format], i.kernel == "unfused"
    if unfused and i.mask == "causal":
        working.remark("An unfused multiplication works out the whole square; the mask hides half of it afterwards.")
    half = i.mask == "causal" and not unfused
    keys = working.step("Keys attended to", causal_keys if half else all_keys, sequences=i.batch, sequence=i.sequence)
    flop = working.step("Arithmetic", attention_flop, query_heads=i.heads, **_dims(i), positions=keys)
    shared = {"sequences": i.batch, "tokens": i.sequence, "head_dim": i.head_dim, "element_bytes": element}
    ends = working.step("Queries and results", ends_bytes, heads=i.heads, **shared)
    cache = working.step("Keys and values", keys_values_bytes, kv_heads=i.kv_heads, **shared)
    square = {"sequences": i.batch, "heads": i.heads, "sequence": i.sequence, "element_bytes": element}
    scores = working.step("Scores and probabilities", scores_bytes, passes=_PASSES, **square) if unfused else 0.0
    traffic = working.step("Memory traffic", attention_bytes, ends=ends, keys_values=cache, scores=scores)
    held = scores * _MATRICES / _PASSES
    return Work(flop, traffic, ends + cache + held, _prompt(i, element, half, unfused))


def _prompt(i: Any, element: float, half: bool, unfused: bool) -> Growth:
    """FLOP and bytes of one token of a prompt: both grow along a straight line with the length of the prompt."""
    per_key = 4 * i.heads * i.head_dim
    each, fixed = (per_key / 2, per_key / 2) if half else (per_key, 0.0)
    moved = 2 * (i.heads + i.kv_heads) * i.head_dim * element
    return Growth("tokens of a prompt", each, _PASSES * i.heads * element if unfused else 0.0, moved, fixed)


def decode(i: Any, working: Working) -> Work:
    """Attention of one new token of each sequence to its cache."""
    element = ELEMENT_BYTES[i.format]
    stored = element if i.kv == SAME else formats.element_bytes(formats.KV[i.kv], "element of the cache", working)
    keys = working.step("Keys attended to", cached_keys, sequences=i.batch, context=i.context)
    flop = working.step("Arithmetic", attention_flop, query_heads=i.heads, **_dims(i), positions=keys)
    shared = {"sequences": i.batch, "head_dim": i.head_dim}
    ends = working.step("Queries and results", ends_bytes, tokens=1, heads=i.heads, element_bytes=element, **shared)
    tokens = {"tokens": i.context, "kv_heads": i.kv_heads, "element_bytes": stored}
    cache = working.step("Keys and values", keys_values_bytes, **tokens, **shared)
    traffic = working.step("Memory traffic", attention_bytes, ends=ends, keys_values=cache, scores=0.0)
    return Work(flop, traffic, traffic, Growth("sequences", flop / i.batch, traffic / i.batch, 0.0))


def _dims(i: Any) -> dict[str, float]:
    return {"key_dim": i.head_dim, "value_dim": i.head_dim}

"""How large is the KV cache: per token, per sequence, for a batch, and how many sequences fit?

Keys and values are kept for the KV heads, not for the query heads: grouped-query attention (arXiv:2305.13245) shares one KV
head among several query heads, multi-query attention (arXiv:1911.02150) has a single one.
"""

import math
from dataclasses import dataclass

from calculators import formats, inputs
from calculators.declare import Calculator, count, model, output, overridable, quantity
from calculators.formula import formula
from calculators.records import Record
from calculators.units import Bytes, BytesPerToken, Number, Quantity, Tokens, show
from calculators.working import Working


@formula("2 * layers * kv_heads * head_dim * bytes_per_element")
def per_token(layers: Number, kv_heads: Number, head_dim: Number, bytes_per_element: BytesPerToken) -> BytesPerToken:
    """KV cache of one token: a key and a value (the 2) of `head_dim` elements for each KV head of each layer.

    `bytes_per_element` is the bytes one stored element of one token takes; the result is in bytes per token.
    Llama 2 70B in FP16: 2 * 80 * 8 * 128 * 2 = 327,680 bytes per token (arXiv:2307.09288: 80 layers, 8 KV heads).
    """
    return BytesPerToken(2 * layers * kv_heads * head_dim * bytes_per_element)


@formula("kv_per_token * tokens")
def per_sequence(kv_per_token: BytesPerToken, tokens: Tokens) -> Bytes:
    """KV cache of one sequence of `tokens` tokens (prompt and generated together), in bytes."""
    return Bytes(kv_per_token * tokens)


@formula("kv_per_sequence * sequences")
def of_batch(kv_per_sequence: Bytes, sequences: Number) -> Bytes:
    """KV cache of `sequences` sequences of the same length, in bytes."""
    return Bytes(kv_per_sequence * sequences)


@formula("floor(room / kv_per_sequence)")
def sequences_in(room: Bytes, kv_per_sequence: Bytes) -> Number:
    """Whole sequences whose KV cache fits in `room` bytes."""
    return Number(math.floor(room / kv_per_sequence))


@formula("ceil(kv_heads / gpus) * gpus")
def stored_heads(kv_heads: Number, gpus: Number) -> Number:
    """KV heads held by `gpus` tensor-parallel GPUs together: heads are whole, so some are replicated on more GPUs."""
    return Number(math.ceil(kv_heads / gpus) * gpus)


def _of_model(key: str):
    return lambda known: known["model"][f"architecture.{key}"]


@dataclass(frozen=True)
class Inputs:
    model: Record = model("llama-2-70b")
    kv: str = inputs.kv_format()
    context: float = count(4096, 1, 10_000_000, "Tokens per sequence", "Prompt and generated tokens together.", "token")
    sequences: float = count(1, 1, 1_000_000, "Sequences", "Sequences held at the same time.", "sequence")
    room: float = quantity("40 GB", "GB", "0 GB", "1000000 GB", "Memory for the KV cache", "What is left after the weights.")
    layers: float = overridable(
        _of_model("num_hidden_layers"), "layer", "1", "10000", "Layers", "From the model; your own to explore."
    )
    kv_heads: float = overridable(
        _of_model("num_key_value_heads"),
        "head",
        "1",
        "10000",
        "KV heads",
        "Equal to the query heads: MHA. Fewer: GQA. One: MQA.",
    )
    head_dim: float = overridable(_of_model("head_dim"), "", "1", "10000", "Head dimension", "Elements per key and per value.")


@dataclass(frozen=True)
class Outputs:
    per_token: BytesPerToken = output("Per token", "kB/token", "Keys and values of one token in all layers.")
    per_sequence: Bytes = output("Per sequence", "GB", "One sequence at the given length.")
    total: Bytes = output("All sequences", "GB", "The whole batch.")
    fit: Number = output("Sequences that fit", "sequence", "Whole sequences in the given memory.")
    tokens_fit: Tokens = output("Tokens that fit", "token", "Tokens of all sequences together in the given memory.")
    with_query_heads: Bytes = output(
        "If query heads were counted", "GB", "The usual mistake: every query head with its own keys and values."
    )


def kv_per_token(kv: str, layers: float, heads: float, head_dim: float, working: Working) -> float:
    """KV bytes per token for `heads` stored KV heads in the format named `kv`, with the working."""
    element = formats.element_bytes(formats.KV[kv], "element", working)
    return working.step(
        "KV cache per token", per_token, layers=layers, kv_heads=heads, head_dim=head_dim, bytes_per_element=element
    )


def calculate(i: Inputs, working: Working) -> Outputs:
    """Size of the KV cache; see `per_token`, `per_sequence` and `sequences_in`."""
    token = kv_per_token(i.kv, i.layers, i.kv_heads, i.head_dim, working)
    sequence = working.step("KV cache per sequence", per_sequence, "GB", kv_per_token=token, tokens=i.context)
    total = working.step("KV cache of the batch", of_batch, "GB", kv_per_sequence=sequence, sequences=i.sequences)
    fit = working.step("Sequences that fit", sequences_in, "sequence", room=i.room, kv_per_sequence=sequence)
    query_heads = i.model["architecture.num_attention_heads"]
    working.use(query_heads)
    return Outputs(token, sequence, total, fit, Tokens(math.floor(i.room / token)), total / i.kv_heads * query_heads.base)


def summary(i: Inputs, o: Outputs) -> str:
    token, sequences = show(Quantity(o.per_token, "kB/token")), show(Quantity(i.sequences, "sequence"))
    return f"{token}; {show(Quantity(o.total, 'GB'))} ({show(Quantity(o.total, 'GiB'))}) for {sequences}."


def held_per_token(model: Record, kv: str, gpus: float, working: Working) -> float:
    """KV bytes per token of a model that `gpus` tensor-parallel GPUs hold together, replicated heads included."""
    layers, heads, head_dim = (model[f"architecture.{key}"] for key in ("num_hidden_layers", "num_key_value_heads", "head_dim"))
    working.use(layers, heads, head_dim)
    stored = heads.base
    if gpus > 1:
        stored = working.step("KV heads stored", stored_heads, "head", kv_heads=heads.base, gpus=gpus)
    return kv_per_token(kv, layers.base, stored, head_dim.base, working)


CALCULATOR = Calculator(
    title="KV cache",
    question="How much memory does the KV cache take?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("per_token", "per_sequence", "total", "fit"),
)

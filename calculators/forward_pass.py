"""One forward pass of a model over a batch: what it reads and multiplies, what the GPUs exchange, and the time of it.

Decoding, prefill and serving are made of such passes. `i` are the inputs of any of them: GPUs, formats, efficiencies.
"""

from dataclasses import dataclass
from typing import Any

from calculators import architecture, kv_cache, shards, sharing
from calculators.decode_step import (
    arithmetic_time,
    attention_flop,
    bytes_read,
    dense_weights_read,
    experts_touched,
    memory_time,
    positions,
    step_flop,
    step_time,
    weights_read,
    windowed_positions,
    with_waits,
)
from calculators.problems import InputProblem, InputProblems
from calculators.records import Record
from calculators.units import Quantity, show
from calculators.weights import WeightSizes
from calculators.working import Working, remembered


@dataclass(frozen=True, slots=True)
class Pass:
    """One forward pass of a model over a batch: its parts and its time, in base units."""

    memory: float
    arithmetic: float | None
    exchange: float
    time: float
    moved: float
    flop: float
    experts: float | None

    @property
    def bound(self) -> str:
        """What takes longest."""
        times = {"memory bandwidth": self.memory, "arithmetic": self.arithmetic or 0.0, "exchange between GPUs": self.exchange}
        return max(times, key=times.__getitem__)


def require_fit(i: Any, size: float, kv: float, working: Working) -> None:
    """Refuse weights and KV cache that `i.gpus` GPUs cannot hold, or say so where the bound was asked for all the same."""
    held, available = size + kv, i.capacity * i.gpus
    if held <= available:
        return
    message = (
        f"is too few for {show(Quantity(held, 'GB'))} of weights and KV cache: {int(i.gpus)} × {i.gpu.short} hold "
        f"{show(Quantity(available, 'GB'))}"
    )
    if i.capacity_rule == "enforce":
        accepted = "more GPUs, a smaller format, batch or context, or 'compute the bound anyway'"
        raise InputProblems([InputProblem("gpus", str(int(i.gpus)), message, accepted)])
    working.remark(f"This does not fit: {int(i.gpus)} {message}. The time is a bound, not a plan.")


def splitting(i: Any) -> float:
    """GPUs among which each layer is split, and which keep copies of what cannot be: one where GPUs have whole layers."""
    return i.gpus if i.split == "tensor" else 1


@dataclass(frozen=True, slots=True)
class Load:
    """What passes of a model have to read and to multiply, however large the batch."""

    configuration: architecture.Configuration
    counts: architecture.ParameterCounts
    size: WeightSizes
    stored: float
    sequence: float
    attention: float


def prepare(i: Any, model: Record, working: Working) -> Load:
    """What does not depend on the batch: weights, KV cache and attention of one sequence of `i.context` tokens."""
    return _prepared(model, i.weights, i.scope, i.kv, splitting(i), i.context, working)


@remembered
def _prepared(model: Record, weights: str, scope: str, kv: str, gpus: float, context: float, working: Working) -> Load:
    spread = shards.tensor_parallel(model, weights, scope, working)
    stored = spread.everywhere(gpus, working)
    sequence = kv_cache.held(model, kv, gpus, working).sequence(context, "window", working)
    attention = attention_of(model, context, working)
    return Load(spread.configuration, spread.counts, spread.size, stored, sequence, attention)


def forward(i: Any, load: Load, batch: float, tokens: float, working: Working, label: str = "Time per output token") -> Pass:
    """One pass of a model over `batch` sequences with `tokens` new tokens each, as steps of the working.

    With layers dealt out to the GPUs one of them works at a time on a group, so that one GPU's bandwidth and rate count.
    """
    c, counts = load.configuration, load.counts
    kv = working.step("KV cache of the batch", kv_cache.of_batch, "GB", kv_per_sequence=load.sequence, sequences=batch)
    used = experts_read(counts, batch * tokens, working) if counts.num_experts else None
    read = read_once(counts, load.size, load.stored, used, working)
    moved = working.step("Read per step", bytes_read, "GB", weights_read=read, kv_cache=kv)
    terms = {"active_parameters": counts.multiplied, "batch": batch * tokens, "attention": load.attention}
    flop = working.step("Arithmetic per step", step_flop, **terms)
    memory, arithmetic = bounds(i, moved, flop, splitting(i), working)
    step = longer(memory, arithmetic, label, working)
    if i.split == "tensor":
        shared = sharing.tensor_parallel_time(i, batch * tokens, c.hidden, c.layers, working)
    else:
        shared = sharing.layer_split_time(i, batch * tokens, c.hidden, working)
    time = step
    if shared or i.launch:
        time = working.step("Time of one pass", with_waits, "ms", step=step, exchange=shared, launch=i.launch)
    return Pass(memory, arithmetic, shared, time, moved, flop, used)


def bounds(i: Any, moved: float, flop: float, gpus: float, working: Working) -> tuple[float, float | None]:
    """The time to read and the time to multiply; none to multiply where no peak is known."""
    memory = working.step(
        "Time to read", memory_time, "ms", bytes_read=moved, gpus=gpus, bandwidth=i.bandwidth, efficiency=i.bandwidth_efficiency
    )
    if i.peak is None:
        return memory, None
    terms = {"flop": flop, "gpus": gpus, "peak": i.peak, "efficiency": i.compute_efficiency}
    return memory, working.step("Time to multiply", arithmetic_time, "ms", **terms)


def longer(memory: float, arithmetic: float | None, label: str, working: Working) -> float:
    """The longer of reading and multiplying; reading alone where no peak is known."""
    if arithmetic is None:
        return memory
    return working.step(label, step_time, "ms", memory_time=memory, arithmetic_time=arithmetic)


def experts_read(counts: architecture.ParameterCounts, batch: float, working: Working) -> float:
    terms = {"experts_per_token": counts.experts_per_token, "experts": counts.num_experts, "batch": batch}
    return working.step("Experts read per layer", experts_touched, "expert", **terms)


def read_once(
    counts: architecture.ParameterCounts, size: WeightSizes, stored: float, used: float | None, working: Working
) -> float:
    """Bytes that one pass reads of weights `stored` with their copies, where a mixture needs `used` experts per layer."""
    # A shared embedding is read whole as the output head; an own input embedding is only looked up.
    terms = {"all_weights": stored, "looked_up": size.looked_up}
    if used is None:
        return working.step("Weights read", dense_weights_read, "GB", **terms)
    terms |= {"expert_weights": size.experts, "experts_read": used, "experts": counts.num_experts}
    return working.step("Weights read", weights_read, "GB", **terms)


def attention_of(model: Record, context: float, working: Working) -> float:
    """FLOP of one sequence's attention over its context."""
    c = architecture.Configuration(model)
    if c.window_layers:
        terms = {"window_layers": c.window_layers, "context": context, "window": c.number("sliding_window")}
        seen = working.step("Positions attended to", windowed_positions, full_layers=c.layers - c.window_layers, **terms)
    else:
        seen = working.step("Positions attended to", positions, layers=c.layers, context=context)
    working.use(model["architecture.num_attention_heads"])
    key, value = c.number("head_dim"), c.number("head_dim")
    if c.latent:
        value = c.number("kv_lora_rank")
        key = value + c.number("qk_rope_head_dim")
    terms = {"query_heads": c.number("num_attention_heads"), "key_dim": key, "value_dim": value, "positions": seen}
    return working.step("Attention of one sequence", attention_flop, **terms)

"""How long does a model take to read a prompt: time to first token, as a bound from arithmetic and bandwidth?

Prefilling multiplies every active weight once for each token of the prompt (Kaplan et al., arXiv:2001.08361, section 2.1: two
FLOP per parameter and token) and lets each token attend to those before it: half of a square, whose share grows with the prompt.
Tokens whose keys and values a prefix cache holds are not computed again, but attended to. A step processes a chunk of tokens
(Agrawal et al., "Sarathi-Serve", arXiv:2403.02310) and reads the weights once for it. Only the last token needs the output head.
"""

import math
from dataclasses import dataclass
from typing import Any

from calculators import architecture, decode, decode_step, forward_pass, inputs, kv_cache, shards, sharing
from calculators.declare import Calculator, Typical, accelerator, choice, count, model, output, overridable
from calculators.formula import formula
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.problems import InputProblem, InputProblems
from calculators.records import MissingFact, Record
from calculators.units import Bytes, Flop, Number, Quantity, Seconds, Tokens, TokensPerSecond, show
from calculators.working import Unrecorded, Working

CHUNK = 8192  # tokens of a step, if nothing else is asked for
LOGITS = {"last": "of the last token only, as serving engines do", "all": "of every token (2 FLOP for every parameter)"}


@formula("floor(prompt * hits)")
def cached_tokens(prompt: Number, hits: Number) -> Number:
    """Tokens of a prompt whose keys and values a prefix cache holds already."""
    return Number(math.floor(prompt * hits))


@formula("layers * (prompt * (prompt + 1) - cached * (cached + 1)) / 2")
def causal_positions(layers: Number, prompt: Number, cached: Number) -> Number:
    """Keys that the computed tokens of a prompt attend to, over `layers` layers: each sees itself and all before it."""
    return Number(layers * (prompt * (prompt + 1) - cached * (cached + 1)) / 2)


@formula("min(tokens, window) * (min(tokens, window) + 1) / 2 + (tokens - min(tokens, window)) * window")
def window_positions(tokens: Number, window: Number) -> Number:
    """Keys that the first `tokens` tokens of a sequence attend to in one layer with a sliding window."""
    return Number(min(tokens, window) * (min(tokens, window) + 1) / 2 + (tokens - min(tokens, window)) * window)


@formula("full + window_layers * (to_the_end - cached)")
def mixed_positions(full: Number, window_layers: Number, to_the_end: Number, cached: Number) -> Number:
    """Keys attended to in all layers: those of the full layers, and those of sliding-window layers past the cached prefix."""
    return Number(full + window_layers * (to_the_end - cached))


@formula("2 * (layer_parameters * tokens + head_parameters * logits)")
def weight_flop(layer_parameters: Number, tokens: Number, head_parameters: Number, logits: Number) -> Flop:
    """Arithmetic with the weights in FLOP: two per parameter and token; the output head only where `logits` are wanted.

    Llama 3 70B, 8192 tokens, logits of all: 2 * (68.45e9 + 1.05e9) * 8192 = 1.139e15 FLOP.
    """
    return Flop(2 * (layer_parameters * tokens + head_parameters * logits))


@formula("weights + prompts * attention")
def prefill_flop(weights: Flop, prompts: Number, attention: Flop) -> Flop:
    """Arithmetic of prefilling in FLOP: with the weights for all prompts, and attention within each."""
    return Flop(weights + prompts * attention)


@formula("ceil(tokens / chunk)")
def chunks(tokens: Number, chunk: Number) -> Number:
    """Steps that process `tokens` tokens, at most `chunk` in each."""
    return Number(math.ceil(tokens / chunk))


@formula("chunks * weights + prompts * (earlier + written)")
def traffic(chunks: Number, weights: Bytes, prompts: Number, earlier: Bytes, written: Bytes) -> Bytes:
    """Bytes moved: the weights once per chunk; for each prompt, the cache of earlier chunks read and its own written."""
    return Bytes(chunks * weights + prompts * (earlier + written))


@formula("max(memory_time, arithmetic_time) + exchange")
def first_token_time(memory_time: Seconds, arithmetic_time: Seconds, exchange: Seconds) -> Seconds:
    """Time to the first token in seconds: the longer of moving bytes and multiplying, and what the GPUs exchange."""
    return Seconds(max(memory_time, arithmetic_time) + exchange)


@formula("tokens / time")
def prompt_rate(tokens: Tokens, time: Seconds) -> TokensPerSecond:
    """Prompt tokens per second, cached ones included: what a client sees."""
    return TokensPerSecond(tokens / time)


@formula("arithmetic_at_peak / measured")
def flop_utilization(arithmetic_at_peak: Seconds, measured: Seconds) -> Number:
    """MFU of a measured prefill: the time that its arithmetic takes at the peak rate, over the time it took."""
    return Number(arithmetic_at_peak / measured)


def _not_measured(known: Any) -> Any:
    raise MissingFact("nothing was measured")


@dataclass(frozen=True)
class _Asked:
    gpu: Record = accelerator("h100-sxm5-80gb")
    gpus: float = count(2, 1, 1024, "GPUs", "GPUs that share every step by tensor parallelism.", "GPU")
    model: Record = model("llama-2-70b")
    weights: str = inputs.weight_format()
    scope: str = inputs.quantized_scope()
    kv: str = inputs.kv_format()
    prompt: float = count(2048, 1, 10_000_000, "Prompt", "Tokens of one prompt.", "token")
    prompts: float = count(1, 1, 100_000, "Prompts", "Prompts prefilled together.", "sequence")
    cached: float = inputs.prefix_cache_hits()
    chunk: float = count(CHUNK, 1, 10_000_000, "Chunk", "Tokens that one step processes at most, of all prompts.", "token")
    logits: str = choice("last", LOGITS, "Output head", "The logits of a prompt's other tokens are needed by nobody.")
    compute: str = decode.compute_format()
    bandwidth_efficiency: float = decode.bandwidth_reached()
    compute_efficiency: float = decode.peak_reached()
    capacity_rule: str = decode.capacity_rule()
    exchange: str = sharing.path()
    algorithm: str = sharing.algorithm()
    measured: float | None = overridable(
        _not_measured,
        "ms",
        "0.001 ms",
        "1000000000 ms",
        "Measured time",
        "If you measured one: what share of the peak is it?",
        True,
    )


@dataclass(frozen=True)
class Inputs(decode.OfEachGpu, _Asked):
    """What is asked, and the GPUs for it."""


@dataclass(frozen=True)
class Outputs:
    time_to_first_token: Seconds = output("Time to first token", "ms", "Of the last prompt, without queue and network.")
    prompt_rate: TokensPerSecond = output("Prompt tokens per second", "token/s", "All prompts together, cached tokens included.")
    bound: str = output("Limited by", None, "Arithmetic, memory bandwidth, or the exchange between GPUs.")
    flop: Flop = output("Arithmetic", "TFLOP", "On all GPUs together.")
    attention_share: Number = output("Share of attention", "%", "Of the arithmetic: it grows with the prompt.")
    weight_flop: Flop = output("Arithmetic with weights", "TFLOP", "Two FLOP for each parameter and computed token.")
    attention_flop: Flop = output("Arithmetic of attention", "TFLOP", "Each token with those before it: half of a square.")
    arithmetic_time: Seconds = output("Time to multiply", "ms", "At the rate reached.")
    memory_time: Seconds = output("Time to move bytes", "ms", "Weights for each chunk, KV cache read and written.")
    exchange_time: Seconds = output("Time to exchange", "ms", "Activations between the GPUs, if counted.")
    traffic: Bytes = output("Moved", "GB", "On all GPUs together.")
    computed: Tokens = output("Tokens computed", "token", "Those that are not cached, of all prompts.")
    chunks: Number = output("Steps", "step", "Chunks of all prompts.")
    kv_cache: Bytes = output("KV cache", "GB", "Of all prompts, on all GPUs together.")
    reached: Number | None = output("MFU of the measured time", "%", "Arithmetic at the peak rate over the time measured.")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Bound on the time to first token; see `weight_flop`, `causal_positions`, `traffic`, `first_token_time`.

    Raises InputProblems for what does not fit (unless the bound is asked for), an exchange over a link that is not there, and a
    measured time that would be faster than the peak rate.
    """
    sharing.require_link(i)
    done = run(i, working)
    tokens = Tokens(i.prompt * i.prompts)
    rate = working.step("Prompt tokens per second", prompt_rate, "token/s", tokens=tokens, time=done.time)
    return Outputs(
        time_to_first_token=done.time,
        prompt_rate=rate,
        bound=done.bound,
        flop=done.work.flop,
        attention_share=Number(i.prompts * done.work.attention / done.work.flop),
        weight_flop=done.work.weights,
        attention_flop=Flop(i.prompts * done.work.attention),
        arithmetic_time=done.arithmetic,
        memory_time=done.memory,
        exchange_time=done.exchange,
        traffic=done.work.moved,
        computed=Tokens(done.work.tokens),
        chunks=done.work.chunks,
        kv_cache=done.kv_cache,
        reached=_reached(i, done, working) if i.measured is not None else None,
    )


@dataclass(frozen=True, slots=True)
class Prompts:
    """Prompts that are prefilled together: `cached` tokens of each are there already, a step takes `chunk` tokens."""

    model: Record
    prompt: float
    prompts: float = 1
    cached: float = 0
    chunk: float = CHUNK
    logits: str = "last"

    @property
    def tokens(self) -> float:
        """Tokens that are computed, of all prompts."""
        return (self.prompt - self.cached) * self.prompts

    @property
    def at_once(self) -> float:
        """Tokens of the largest step."""
        return min(self.chunk, self.tokens)


@dataclass(frozen=True, slots=True)
class Work:
    """What prefilling has to do, in FLOP, bytes, tokens and steps."""

    flop: float
    weights: float
    attention: float
    moved: float
    tokens: float
    chunks: float


@dataclass(frozen=True, slots=True)
class Prefill:
    """What prefilling takes, in base units."""

    work: Work
    time: float
    arithmetic: float
    memory: float
    exchange: float
    kv_cache: float

    @property
    def bound(self) -> str:
        """What takes longest."""
        times = {"arithmetic": self.arithmetic, "memory bandwidth": self.memory, "exchange between GPUs": self.exchange}
        return max(times, key=times.__getitem__)


def run(i: Any, working: Working, label: str = "Time to first token") -> Prefill:
    """Prefill `i.prompts` prompts of `i.prompt` tokens, as steps of the working."""
    c = architecture.Configuration(i.model)
    spread = shards.tensor_parallel(i.model, i.weights, i.scope, working)
    stored = spread.everywhere(i.gpus, working)
    cache = kv_cache.held(i.model, i.kv, i.gpus, working)
    held = cache.sequence(i.prompt, "window", Unrecorded()) * i.prompts
    forward_pass.require_fit(i, stored, held, working)
    if "architecture.max_position_embeddings" in i.model and i.prompt > c.number("max_position_embeddings"):
        limit = show(i.model["architecture.max_position_embeddings"].quantity)
        working.remark(f"{i.model.name} is made for {limit} at most.")
    cached = working.step("Cached tokens of a prompt", cached_tokens, prompt=i.prompt, hits=i.cached) if i.cached else 0
    asked = Prompts(i.model, i.prompt, i.prompts, cached, i.chunk, i.logits)
    todo = work(asked, spread, stored, cache, working)
    memory, arithmetic = forward_pass.bounds(i, todo.moved, todo.flop, i.gpus, working)
    each = sharing.tensor_parallel_time(i, asked.at_once, c.hidden, c.layers, working)
    terms = {"messages": todo.chunks, "time": each}
    exchange = working.step("Exchange of all steps", sharing.all_messages, "ms", **terms) if each else 0.0
    terms = {"memory_time": memory, "arithmetic_time": arithmetic, "exchange": exchange}
    time = working.step(label, first_token_time, "ms", **terms)
    return Prefill(todo, time, arithmetic, memory, exchange, held)


def work(asked: Prompts, spread: shards.Model, stored: float, cache: kv_cache.Cache, working: Working) -> Work:
    """What prefilling has to multiply and to move, of weights `stored` on all GPUs: the same whatever the GPUs."""
    counts = spread.counts
    weights, attention = _flop(asked, spread.configuration, counts, working)
    flop = working.step("Arithmetic", prefill_flop, weights=weights, prompts=asked.prompts, attention=attention)
    steps = working.step("Steps", chunks, "step", tokens=asked.tokens, chunk=asked.chunk)
    used = forward_pass.experts_read(counts, asked.at_once, working) if counts.num_experts else None
    terms = {
        "weights": forward_pass.read_once(counts, spread.size, stored, used, working),
        "earlier": _earlier(asked, cache),
        "written": (cache.full + cache.windowed) * (asked.prompt - asked.cached),
    }
    moved = working.step("Moved", traffic, "GB", chunks=steps, prompts=asked.prompts, **terms)
    return Work(flop, weights, attention, moved, asked.tokens, steps)


def _flop(
    i: Prompts, c: architecture.Configuration, counts: architecture.ParameterCounts, working: Working
) -> tuple[float, float]:
    """FLOP with the weights for all prompts, and of the attention within one."""
    tokens, cached = i.tokens, i.cached
    head = counts.head or counts.embedding
    logits = tokens if i.logits == "all" else i.prompts
    terms = {"layer_parameters": counts.multiplied - head, "tokens": tokens, "head_parameters": head, "logits": logits}
    weights = working.step("Arithmetic with weights", weight_flop, **terms)
    full = {"layers": c.layers - c.window_layers, "prompt": i.prompt, "cached": cached}
    seen = working.step("Keys attended to", causal_positions, **full)
    if c.window_layers:
        window = c.number("sliding_window")
        ends = (working.step("Keys in windows", window_positions, tokens=upto, window=window) for upto in (i.prompt, cached))
        to_the_end, before = ends
        terms = {"window_layers": c.window_layers, "to_the_end": to_the_end, "cached": before}
        seen = working.step("Keys attended to", mixed_positions, full=seen, **terms)
    key, value = c.number("head_dim"), c.number("head_dim")
    if c.latent:  # keys and values of the prompt are made from the latent
        key, value = c.number("qk_nope_head_dim") + c.number("qk_rope_head_dim"), c.number("v_head_dim")
    working.use(i.model["architecture.num_attention_heads"])
    sizes = {"query_heads": c.number("num_attention_heads"), "key_dim": key, "value_dim": value}
    return weights, working.step("Attention of one prompt", decode_step.attention_flop, **sizes, positions=seen)


def _earlier(i: Prompts, cache: kv_cache.Cache) -> float:
    """Bytes of cache that the chunks of one prompt read: what was there before each of them."""
    cached = i.cached
    steps = math.ceil((i.prompt - cached) / i.chunk)
    everything = steps * cached + i.chunk * steps * (steps - 1) / 2
    within = max(0, min(steps, math.floor((cache.window - cached) / i.chunk) + 1)) if cache.windowed else 0
    in_window = within * cached + i.chunk * within * (within - 1) / 2 + (steps - within) * cache.window
    return cache.full * everything + cache.windowed * in_window


def _reached(i: Inputs, done: Prefill, working: Working) -> float:
    at_peak = done.arithmetic * i.compute_efficiency
    reached = working.step("MFU of the measured time", flop_utilization, "%", arithmetic_at_peak=at_peak, measured=i.measured)
    if reached > 1:
        flop, least = show(Quantity(done.work.flop, "TFLOP")), show(Quantity(at_peak, "ms"))
        message = f"is faster than the peak rate: {flop} take at least {least}"
        accepted = "a longer time, a peak of the format used, or the share of the prompt that was cached"
        raise InputProblems([InputProblem("measured", show(Quantity(i.measured, "ms")), message, accepted)])
    return reached


def summary(i: Inputs, o: Outputs) -> str:
    floor = i.bandwidth_efficiency == 1 and i.compute_efficiency == 1
    time, rate = show(Quantity(o.time_to_first_token, "ms")), show(Quantity(o.prompt_rate, "token/s"))
    share = show(Quantity(o.attention_share, "%"), 3)
    least, most = ("At least", "at most") if floor else ("About", "about")
    return f"{least} {time} to the first token, {most} {rate}: limited by {o.bound}, {share} of the arithmetic is attention."


def chart(run) -> Chart:
    """Time to first token against prompt length."""
    points = run.sweep("prompt", [2**n for n in range(7, 18)]) or [(run.inputs.prompt, run.result)]
    return Chart(
        title=f"Time to first token by prompt length on {int(run.inputs.gpus)} × {run.inputs.gpu.short}",
        description=f"{summary(run.inputs, run.result)} The curve ends where the KV cache no longer fits.",
        x=Axis("Prompt", "tokens", log=True, base=2),
        y=Axis("Time", "ms", log=True),
        series=(
            Series("time to first token", tuple((x, o.time_to_first_token * 1e3) for x, o in points), "a"),
            Series("multiplying", tuple((x, o.arithmetic_time * 1e3) for x, o in points), "b"),
            Series("of it attention", tuple((x, o.arithmetic_time * o.attention_share * 1e3) for x, o in points), "c"),
            Series("moving bytes", tuple((x, o.memory_time * 1e3) for x, o in points), "limit"),
        ),
        marks=(Mark("this prompt", run.inputs.prompt, run.result.time_to_first_token * 1e3),),
    )


CALCULATOR = Calculator(
    subject="Speed",
    title="Prefill",
    question="How long until the first token?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("time_to_first_token", "prompt_rate", "flop", "attention_share"),
    chart=chart,
    typical=Typical("reading", ("prompt_rate", "time_to_first_token"), decode.reaching),
)

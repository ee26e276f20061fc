"""How fast can a model decode: time per output token and tokens per second, as a bound from bandwidth and arithmetic?

Every decoding step reads the weights once for the whole batch, and the KV cache of every sequence; it multiplies every active
weight once per sequence. A mixture of experts reads the experts that at least one sequence of the batch was routed to: the
expected number, if the router spreads tokens evenly and independently. Sliding-window layers read their window. The step takes
at least the longer of reading and multiplying (roofline). With both efficiencies at 100% the result is a floor for the time
that no implementation of this model can beat; communication between GPUs and sampling are left out.
Sources: Pope et al., "Efficiently scaling transformer inference" (arXiv:2211.05102), section 2; Kaplan et al.
(arXiv:2001.08361), section 2.1, for two FLOP per parameter and token.
"""

from dataclasses import dataclass

from calculators import architecture, inputs, kv_cache
from calculators.declare import Calculator, accelerator, choice, count, model, output, quantity
from calculators.formula import formula
from calculators.peak_rate import known_peak
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.problems import InputProblem, InputProblems
from calculators.records import Record
from calculators.units import (
    Bytes,
    BytesPerSecond,
    Flop,
    FlopPerSecond,
    Number,
    Quantity,
    Seconds,
    Tokens,
    TokensPerSecond,
    show,
)
from calculators.weights import WeightSizes
from calculators.weights import sizes as weight_sizes
from calculators.working import Working

COMPUTE = {"fp32": "FP32", "tf32": "TF32", "bf16": "BF16", "fp16": "FP16", "fp8": "FP8", "fp4": "FP4", "int8": "INT8"}
CAPACITY = {"enforce": "refuse what does not fit", "ignore": "compute the bound anyway"}


@formula("experts * (1 - (1 - experts_per_token / experts) ** batch)")
def experts_touched(experts_per_token: Number, experts: Number, batch: Number) -> Number:
    """Expected number of experts of one layer that a batch uses, if the router spreads tokens evenly and independently.

    One sequence uses exactly `experts_per_token`. A router with favorites touches fewer.
    """
    return Number(experts * (1 - (1 - experts_per_token / experts) ** batch))


@formula("all_weights - looked_up - expert_weights * (1 - experts_read / experts)")
def weights_read(all_weights: Bytes, looked_up: Bytes, expert_weights: Bytes, experts_read: Number, experts: Number) -> Bytes:
    """Bytes of weights that one step reads: all but looked-up tables (one row per token) and the experts no token chose."""
    return Bytes(all_weights - looked_up - expert_weights * (1 - experts_read / experts))


@formula("all_weights - looked_up")
def dense_weights_read(all_weights: Bytes, looked_up: Bytes) -> Bytes:
    """Bytes of weights that one step of a dense model reads: all but looked-up tables, of which it reads a row per token."""
    return Bytes(all_weights - looked_up)


@formula("weights_read + kv_cache")
def bytes_read(weights_read: Bytes, kv_cache: Bytes) -> Bytes:
    """Bytes that one decoding step reads from memory, on all GPUs together."""
    return Bytes(weights_read + kv_cache)


@formula("layers * context")
def positions(layers: Number, context: Number) -> Number:
    """Tokens that one new token attends to, summed over all layers."""
    return Number(layers * context)


@formula("full_layers * context + window_layers * min(context, window)")
def windowed_positions(full_layers: Number, window_layers: Number, context: Number, window: Number) -> Number:
    """Tokens that one new token attends to, summed over all layers: sliding-window layers see their window only."""
    return Number(full_layers * context + window_layers * min(context, window))


@formula("2 * query_heads * (key_dim + value_dim) * positions")
def attention_flop(query_heads: Number, key_dim: Number, value_dim: Number, positions: Number) -> Flop:
    """Arithmetic of attending to `positions` cached tokens in FLOP: a product with each key, and each value weighted.

    In MLA every head attends to the latent itself: its key is the latent and the rotary key, its value the latent.
    """
    return Flop(2 * query_heads * (key_dim + value_dim) * positions)


@formula("2 * active_parameters * batch + attention * batch")
def step_flop(active_parameters: Number, batch: Number, attention: Flop) -> Flop:
    """Arithmetic of one decoding step in FLOP: two per active parameter and sequence, and attention over the context.

    `active_parameters` leaves out the input embedding, which is looked up, not multiplied.
    """
    return Flop(2 * active_parameters * batch + attention * batch)


@formula("bytes_read / (gpus * bandwidth * efficiency)")
def memory_time(bytes_read: Bytes, gpus: Number, bandwidth: BytesPerSecond, efficiency: Number) -> Seconds:
    """Time to read `bytes_read` bytes at the bandwidth of `gpus` GPUs and a model bandwidth utilization, in seconds."""
    return Seconds(bytes_read / (gpus * bandwidth * efficiency))


@formula("flop / (gpus * peak * efficiency)")
def arithmetic_time(flop: Flop, gpus: Number, peak: FlopPerSecond, efficiency: Number) -> Seconds:
    """Time for `flop` FLOP at the peak rate of `gpus` GPUs and a share of it reached, in seconds."""
    return Seconds(flop / (gpus * peak * efficiency))


@formula("max(memory_time, arithmetic_time)")
def step_time(memory_time: Seconds, arithmetic_time: Seconds) -> Seconds:
    """Least time of one step, in seconds: memory and arithmetic overlap at best completely."""
    return Seconds(max(memory_time, arithmetic_time))


@formula("tokens_per_step / step_time")
def token_rate(tokens_per_step: Tokens, step_time: Seconds) -> TokensPerSecond:
    """Tokens per second: one token for every sequence of the batch in each step."""
    return TokensPerSecond(tokens_per_step / step_time)


def _peak(known):
    return known_peak(known["gpu"], f"{known['compute']}_{'vector' if known['compute'] == 'fp32' else 'tensor'}")


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb")
    gpus: float = count(2, 1, 1024, "GPUs", "GPUs that share every step by tensor parallelism.", "GPU")
    model: Record = model("llama-2-70b")
    weights: str = inputs.weight_format()
    scope: str = inputs.quantized_scope()
    kv: str = inputs.kv_format()
    batch: float = count(1, 1, 100_000, "Batch size", "Sequences decoded together.", "sequence")
    context: float = count(1024, 1, 10_000_000, "Tokens per sequence", "Context length at the step looked at.", "token")
    compute: str = choice("bf16", COMPUTE, "Arithmetic in", "The format in which the matrices are multiplied.")
    bandwidth_efficiency: float = quantity(
        "100%", "%", "1%", "100%", "Bandwidth reached (MBU)", "100% gives the floor; served models reach less."
    )
    compute_efficiency: float = quantity(
        "100%", "%", "1%", "100%", "Peak rate reached (MFU)", "100% gives the floor; large multiplications reach less."
    )
    capacity_rule: str = choice("enforce", CAPACITY, "If it does not fit", "A time for what does not fit is a bound, not a plan.")
    bandwidth: float = inputs.memory_bandwidth()
    peak: float = inputs.peak_rate(_peak)
    capacity: float = inputs.memory_per_gpu()


@dataclass(frozen=True)
class Outputs:
    time_per_output_token: Seconds = output("Time per output token", "ms", "One step: each sequence gets one token.")
    token_rate: TokensPerSecond = output("Tokens per second", "token/s", "All sequences together.")
    rate_per_sequence: TokensPerSecond = output("Tokens per second and sequence", "token/s", "What one reader sees.")
    bound: str = output("Limited by", None, "Memory bandwidth or arithmetic.")
    memory_time: Seconds = output("Time to read", "ms", "Weights and KV cache at the bandwidth reached.")
    arithmetic_time: Seconds = output("Time to multiply", "ms", "All arithmetic at the rate reached.")
    bytes_read: Bytes = output("Read per step", "GB", "On all GPUs together.")
    flop: Flop = output("Arithmetic per step", "GFLOP", "On all GPUs together.")
    experts: Number | None = output("Experts read per layer", "expert", "Expected for this batch, in a mixture of experts.")


def _require_fit(i: Inputs, size: float, kv: float, working: Working) -> None:
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


def calculate(i: Inputs, working: Working) -> Outputs:
    """Bound on decoding speed; see `bytes_read`, `step_flop`, `step_time`.

    Raises InputProblems when weights and KV cache do not fit, unless the capacity rule says to compute the bound anyway.
    """
    counts = architecture.parameter_counts(i.model)
    size = weight_sizes(i.model, i.weights, i.scope, working)
    sequence = kv_cache.held(i.model, i.kv, i.gpus, working).sequence(i.context, "window", working)
    kv = working.step("KV cache of the batch", kv_cache.of_batch, "GB", kv_per_sequence=sequence, sequences=i.batch)
    _require_fit(i, size.total, kv, working)
    used = _experts_read(counts, i.batch, working) if counts.num_experts else None
    read = _weights_read(counts, size, used, working)
    moved = working.step("Read per step", bytes_read, "GB", weights_read=read, kv_cache=kv)
    attention = _attention(i, working)
    terms = {"active_parameters": counts.multiplied, "batch": i.batch, "attention": attention}
    flop = working.step("Arithmetic per step", step_flop, **terms)
    memory = working.step(
        "Time to read",
        memory_time,
        "ms",
        bytes_read=moved,
        gpus=i.gpus,
        bandwidth=i.bandwidth,
        efficiency=i.bandwidth_efficiency,
    )
    arithmetic = working.step(
        "Time to multiply", arithmetic_time, "ms", flop=flop, gpus=i.gpus, peak=i.peak, efficiency=i.compute_efficiency
    )
    step = working.step("Time per output token", step_time, "ms", memory_time=memory, arithmetic_time=arithmetic)
    rate = working.step("Tokens per second", token_rate, "token/s", tokens_per_step=i.batch, step_time=step)
    bound = "memory bandwidth" if memory >= arithmetic else "arithmetic"
    return Outputs(step, rate, TokensPerSecond(1 / step), bound, memory, arithmetic, moved, flop, used)


def _experts_read(counts: architecture.ParameterCounts, batch: float, working: Working) -> float:
    terms = {"experts_per_token": counts.experts_per_token, "experts": counts.num_experts, "batch": batch}
    return working.step("Experts read per layer", experts_touched, "expert", **terms)


def _weights_read(counts: architecture.ParameterCounts, size: WeightSizes, used: float | None, working: Working) -> float:
    # A shared embedding is read whole as the output head; an own input embedding is only looked up.
    terms = {"all_weights": size.total, "looked_up": size.looked_up}
    if used is None:
        return working.step("Weights read", dense_weights_read, "GB", **terms)
    terms |= {"expert_weights": size.experts, "experts_read": used, "experts": counts.num_experts}
    return working.step("Weights read", weights_read, "GB", **terms)


def _attention(i: Inputs, working: Working) -> float:
    """FLOP of one sequence's attention over its context."""
    c = architecture.Configuration(i.model)
    if c.window_layers:
        terms = {"window_layers": c.window_layers, "context": i.context, "window": c.number("sliding_window")}
        seen = working.step("Positions attended to", windowed_positions, full_layers=c.layers - c.window_layers, **terms)
    else:
        seen = working.step("Positions attended to", positions, layers=c.layers, context=i.context)
    working.use(i.model["architecture.num_attention_heads"])
    key, value = c.number("head_dim"), c.number("head_dim")
    if c.latent:
        value = c.number("kv_lora_rank")
        key = value + c.number("qk_rope_head_dim")
    terms = {"query_heads": c.number("num_attention_heads"), "key_dim": key, "value_dim": value, "positions": seen}
    return working.step("Attention of one sequence", attention_flop, **terms)


def summary(i: Inputs, o: Outputs) -> str:
    time, rate = show(Quantity(o.time_per_output_token, "ms")), show(Quantity(o.token_rate, "token/s"))
    floor = i.bandwidth_efficiency == 1 and i.compute_efficiency == 1
    return f"{'At least' if floor else 'About'} {time} per token, {'at most' if floor else 'about'} {rate}: limited by {o.bound}."


def chart(run) -> Chart:
    """Tokens per second against batch size, with both limits."""
    points = [(float(batch), o) for batch, o in run.sweep("batch", [2**n for n in range(13)])]
    points = points or [(run.inputs.batch, run.result)]
    return Chart(
        title=f"Tokens per second by batch size on {int(run.inputs.gpus)} × {run.inputs.gpu.short}",
        description=f"{summary(run.inputs, run.result)} The curve ends where the KV cache no longer fits.",
        x=Axis("Batch size", "sequences", log=True, base=2),
        y=Axis("Tokens per second", "", log=True),
        series=(
            Series("memory bandwidth allows", tuple((b, b / o.memory_time) for b, o in points), "limit"),
            Series("arithmetic allows", tuple((b, b / o.arithmetic_time) for b, o in points), "b"),
            Series("both", tuple((b, o.token_rate) for b, o in points), "a"),
        ),
        marks=(Mark("this batch", run.inputs.batch, run.result.token_rate),),
    )


CALCULATOR = Calculator(
    title="Decoding speed",
    subject="Speed",
    question="How fast can the model generate tokens?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("time_per_output_token", "token_rate", "rate_per_sequence"),
    chart=chart,
)

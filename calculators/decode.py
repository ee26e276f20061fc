"""How fast can a model decode: time per output token and tokens per second, as a bound from bandwidth and arithmetic?

Every decoding step reads the weights once for the whole batch, and the KV cache of every sequence; it multiplies every active
weight once per sequence. A mixture of experts reads the experts that at least one sequence of the batch was routed to: the
expected number, if the router spreads tokens evenly and independently. Sliding-window layers read their window. The step takes
at least the longer of reading and multiplying (roofline). With both efficiencies at 100% the result is a floor for the time
that no implementation of this model can beat without guessing ahead (of several sequences through experts, an expectation:
sequences that resemble each other ask for fewer); what GPUs exchange and the launch of a step are added on demand. Sources: Pope
et al., "Efficiently scaling transformer inference" (arXiv:2211.05102), section 2; Kaplan et al. (arXiv:2001.08361), section 2.1,
for two FLOP per parameter and token; Leviathan et al. (arXiv:2211.17192) for speculative decoding.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from calculators import inputs, sharing
from calculators.declare import Calculator, Derived, Typical, accelerator, choice, count, model, output, quantity
from calculators.decode_step import expected_tokens, micro_batch, per_token, speculative_step, token_rate
from calculators.forward_pass import Load, forward, prepare, require_fit
from calculators.peak_rate import known_peak
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.records import Fact, Record
from calculators.roofs import peak_fact
from calculators.units import Bytes, Flop, Number, Quantity, Seconds, Tokens, TokensPerSecond, show
from calculators.working import Unrecorded, Working

COMPUTE = {"fp32": "FP32", "tf32": "TF32", "bf16": "BF16", "fp16": "FP16", "fp8": "FP8", "fp4": "FP4", "int8": "INT8"}
CAPACITY = {"enforce": "refuse what does not fit", "ignore": "compute the bound anyway"}
SPLITS = {
    "tensor": "every layer (tensor parallelism)",
    "layer": "layers, one GPU at a time (as llama.cpp splits by layer)",
    "pipeline": "layers, with groups of sequences one behind the other (pipeline parallelism)",
}
SPECULATION = {"off": "off", "draft": "with a draft model"}


def peak_of(known: Mapping[str, Any]) -> Fact | Derived:
    """The dense peak of the chosen arithmetic: matrix units, or vector units where there are none; FP32 on vector units."""
    kind, gpu = known["compute"], known["gpu"]
    if kind == "fp32":
        return known_peak(gpu, "fp32_vector")
    return peak_fact({"gpu": gpu, "format": kind, "sparsity": "dense", "accumulate": "fp32"})


def compute_format() -> Any:
    """The format in which matrices are multiplied."""
    return choice("bf16", COMPUTE, "Arithmetic in", "The format in which the matrices are multiplied.")


def bandwidth_reached() -> Any:
    """Model bandwidth utilization."""
    help = "100% gives the floor; served models reach less."
    return quantity("100%", "%", "1%", "100%", "Bandwidth reached (MBU)", help)


def peak_reached() -> Any:
    """Model FLOP utilization."""
    help = "100% gives the floor; large multiplications reach less."
    return quantity("100%", "%", "1%", "100%", "Peak rate reached (MFU)", help)


def capacity_rule() -> Any:
    """What to do with what does not fit."""
    return choice("enforce", CAPACITY, "If it does not fit", "A time for what does not fit is a bound, not a plan.")


def split() -> Any:
    """How the GPUs share a model."""
    return choice("tensor", SPLITS, "GPUs share", "Each layer, or each GPU has layers of its own.")


def draft_model() -> Any:
    """The model that guesses ahead."""
    return model("llama-2-7b", "Draft model", "Counts with speculative decoding: a small model with the same tokens.")


def launch() -> Any:
    """What a step takes besides reading, multiplying and exchanging."""
    help = "Kernel launches, sampling and scheduling that nothing hides."
    return quantity("0 us", "us", "0 us", "1000000 us", "Launch per step", help)


def speculation() -> Any:
    """Whether tokens are guessed ahead."""
    return choice("off", SPECULATION, "Speculative decoding", "A draft model guesses tokens, the model checks them.")


def draft_length() -> Any:
    """How many tokens are guessed in a step."""
    return count(4, 1, 64, "Drafted tokens", "Tokens that the draft model guesses in each step.", "token")


def acceptance_rate() -> Any:
    """How many of the guesses are right."""
    help = "Share of guesses that the model accepts: it depends on both and on the text."
    return quantity("70%", "%", "0%", "99%", "Acceptance rate", help)


@dataclass(frozen=True)
class OfEachGpu:
    """What a reader may set of each GPU of a group: declared first and asked last, as it follows from what was chosen."""

    bandwidth: float = inputs.memory_bandwidth()
    peak: float = inputs.peak_rate(peak_of)
    capacity: float = inputs.memory_per_gpu()
    link: float | None = sharing.link()
    hop: float = sharing.hop()


def _plain(field: Any, value: Any) -> Any:
    """An input that another calculator, which decodes plainly, need not know: without it nothing is added."""
    field.default = value
    return field


@dataclass(frozen=True, kw_only=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb")
    gpus: float = count(2, 1, 1024, "GPUs", "GPUs that share the model.", "GPU")
    model: Record = model("llama-2-70b")
    weights: str = inputs.weight_format()
    scope: str = inputs.quantized_scope()
    kv: str = inputs.kv_format()
    batch: float = count(1, 1, 100_000, "Batch size", "Sequences decoded together.", "sequence")
    context: float = count(1024, 1, 10_000_000, "Tokens per sequence", "Context length at the step looked at.", "token")
    compute: str = compute_format()
    bandwidth_efficiency: float = bandwidth_reached()
    compute_efficiency: float = peak_reached()
    capacity_rule: str = capacity_rule()
    split: str = _plain(split(), "tensor")
    exchange: str = _plain(sharing.path(), "none")
    algorithm: str = _plain(sharing.algorithm(), "best")
    launch: float = _plain(launch(), 0.0)
    speculation: str = _plain(speculation(), "off")
    draft: Record | None = _plain(draft_model(), None)
    drafted: float = _plain(draft_length(), 0)
    acceptance: float = _plain(acceptance_rate(), 0.0)
    bandwidth: float = inputs.memory_bandwidth()
    peak: float | None = inputs.peak_rate(peak_of, optional=True)
    capacity: float = inputs.memory_per_gpu()
    link: float | None = _plain(sharing.link(), None)
    hop: float = _plain(sharing.hop(), 0.0)


@dataclass(frozen=True)
class Outputs:
    time_per_output_token: Seconds = output("Time per output token", "ms", "What a reader waits for each token.")
    token_rate: TokensPerSecond = output("Tokens per second", "token/s", "All sequences together.")
    rate_per_sequence: TokensPerSecond = output("Tokens per second and sequence", "token/s", "What one reader sees.")
    bound: str = output("Limited by", None, "Memory bandwidth, arithmetic, or the exchange between GPUs.")
    memory_time: Seconds = output("Time to read", "ms", "Weights and KV cache at the bandwidth reached.")
    arithmetic_time: Seconds | None = output("Time to multiply", "ms", "All arithmetic at the rate reached.")
    bytes_read: Bytes = output("Read per step", "GB", "On all GPUs together.")
    flop: Flop = output("Arithmetic per step", "GFLOP", "On all GPUs together.")
    experts: Number | None = output("Experts read per layer", "expert", "Expected for this batch, in a mixture of experts.")
    step_time: Seconds = output("Time per step", "ms", "One pass of the model, and with speculation those of the draft model.")
    exchange_time: Seconds = output("Time to exchange", "ms", "Activations between the GPUs, if counted.")
    tokens_per_step: Tokens = output("Tokens per step and sequence", "token", "One, or what speculation is expected to give.")
    draft_time: Seconds | None = output("Time to draft", "ms", "All passes of the draft model in one step.")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Bound on decoding speed; see `bytes_read`, `step_flop`, `step_time`, `expected_tokens`.

    Raises InputProblems when weights and KV cache do not fit, unless the capacity rule says to compute the bound anyway, and
    for an exchange over a link that is not there.
    """
    sharing.require_link(i)
    load = prepare(i, i.model, working)
    drafting = i.draft if i.speculation == "draft" else None
    _require_memory(i, [load, prepare(i, drafting, Unrecorded())] if drafting else [load], working)
    if i.peak is None:
        working.remark(f"No peak rate of {i.gpu.short} in {COMPUTE[i.compute]} is known: the bound is that of its memory alone.")
    groups = min(i.batch, i.gpus) if i.split == "pipeline" else 1
    batch = working.step("Sequences in a group", micro_batch, batch=i.batch, groups=groups) if groups > 1 else i.batch
    drafted = i.drafted if drafting else 0
    label = "Reading or multiplying" if drafting else "Time per output token"
    done = forward(i, load, batch, 1 + drafted, working, label)
    step, tokens, drafts = done.time, 1.0, None
    if drafting:
        draft = forward(i, prepare(i, drafting, working), batch, 1, working, label)
        step = working.step(
            "Time per step", speculative_step, "ms", verification=done.time, drafted=drafted, draft_pass=draft.time
        )
        tokens = working.step("Tokens per step", expected_tokens, acceptance=i.acceptance, drafted=drafted)
        drafts = Seconds(drafted * draft.time)
        time = working.step("Time per output token", per_token, "ms", step=step, tokens=tokens)
    else:
        time = step
    rate = working.step("Tokens per second", token_rate, "token/s", tokens_per_step=i.batch * tokens, step_time=step)
    return Outputs(
        time, rate, TokensPerSecond(1 / time), done.bound, done.memory, done.arithmetic, done.moved, done.flop, done.experts,
        step, done.exchange, Tokens(tokens), drafts,
    )  # fmt: skip


def _require_memory(i: Inputs, loads: list[Load], working: Working) -> None:
    """Whether weights and KV cache of all models involved fit."""
    require_fit(i, sum(load.stored for load in loads), sum(load.sequence * i.batch for load in loads), working)


def summary(i: Inputs, o: Outputs) -> str:
    time, rate = show(Quantity(o.time_per_output_token, "ms")), show(Quantity(o.token_rate, "token/s"))
    certain = o.experts is None or i.batch == 1  # else the router decides how many experts are read
    floor = i.bandwidth_efficiency == 1 and i.compute_efficiency == 1 and i.speculation == "off" and certain
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
        series=tuple(_curves(points)),
        marks=(Mark("this batch", run.inputs.batch, run.result.token_rate),),
    )


def _curves(points: list[tuple[float, Outputs]]) -> Iterator[Series]:
    """The rate by batch, and where it is not the same, what either limit alone would allow."""

    def allowed(time: Callable[[Outputs], float]) -> tuple[tuple[float, float], ...]:
        return tuple((batch, o.token_rate * o.step_time / time(o)) for batch, o in points)

    yield Series("memory bandwidth allows", allowed(lambda o: o.memory_time), "limit")
    if points[0][1].arithmetic_time is not None:
        yield Series("arithmetic allows", allowed(lambda o: o.arithmetic_time), "b")
    yield Series("all together", tuple((batch, o.token_rate) for batch, o in points), "a")


def reaching(i: Any, share: float, besides: float) -> dict[str, float]:
    """The inputs of a step that reaches a share of its bound, whichever of reading and multiplying that is."""
    return {"bandwidth_efficiency": share, "compute_efficiency": share}


def reaching_with_launch(i: Any, share: float, besides: float) -> dict[str, float]:
    """The same, with what each step takes besides."""
    return reaching(i, share, besides) | {"launch": besides}


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
    typical=Typical("decoding", ("token_rate", "time_per_output_token"), reaching_with_launch),
)

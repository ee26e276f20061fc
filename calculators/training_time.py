"""How long does training take, what does it cost, and would another fleet be better?

Arithmetic over what the GPUs reach of their peak (calculators/training_flops.py), stretched by failures and checkpoints
(calculators/goodput.py). The Chinchilla point is information: Hoffmann et al. (arXiv:2203.15556) found about twenty tokens per
parameter to give the best model for a given amount of training arithmetic.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculators import goodput, model_shape, prices, training_flops
from calculators.declare import (
    Calculator,
    Derived,
    Typical,
    accelerator,
    choice,
    count,
    learned,
    model,
    output,
    overridable,
    quantity,
)
from calculators.formula import formula
from calculators.inputs import peak_rate
from calculators.peak_rate import known_peak
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.problems import InputProblem, InputProblems
from calculators.records import Fact, MissingFact, Record
from calculators.units import Flop, FlopPerSecond, Number, Quantity, Seconds, Tokens, TokensPerSecond, Usd, UsdPerSecond, show
from calculators.working import Working

FORMATS = {"bf16": "BF16", "fp16": "FP16", "tf32": "TF32", "fp8": "FP8", "fp4": "FP4", "fp32": "FP32"}
COUNTED = {"mfu": "the model's FLOP (MFU)", "hfu": "the hardware's FLOP, recomputation included (HFU)"}
RECOMPUTE = {"none": "nothing", "selective": "attention only", "full": "every layer"}
ATTENTION = {"count": "counted", "leave": "left out (6 N D)"}
FAILURES = {"count": "counted", "ignore": "left out"}
_TOKENS_PER_PARAMETER = 20  # Chinchilla
_OTHER = ", other fleet"


@formula("flop / (gpus * achieved)")
def compute_time(flop: Flop, gpus: Number, achieved: FlopPerSecond) -> Seconds:
    """Time for `flop` FLOP on `gpus` GPUs that each do `achieved` FLOP/s, in seconds."""
    return Seconds(flop / (gpus * achieved))


@formula("tokens / time")
def throughput(tokens: Tokens, time: Seconds) -> TokensPerSecond:
    """Tokens per second of the whole job while it runs."""
    return TokensPerSecond(tokens / time)


@formula("per_token * measured / (gpus * peak)")
def utilization(per_token: Flop, measured: Number, gpus: Number, peak: Number) -> Number:
    """MFU of a job that processes `measured` tokens per second, where each token needs `per_token` FLOP."""
    return Number(per_token * measured / (gpus * peak))


@formula("time / goodput")
def elapsed(time: Seconds, goodput: Number) -> Seconds:
    """Time on the clock, failures and checkpoints included, in seconds."""
    return Seconds(time / goodput)


@formula("gpus * elapsed")
def gpu_time(gpus: Number, elapsed: Seconds) -> Seconds:
    """GPU-hours: what is paid for, in GPU-seconds."""
    return Seconds(gpus * elapsed)


@formula("gpu_time * price")
def cost(gpu_time: Seconds, price: UsdPerSecond) -> Usd:
    """Cost of the GPUs, at a price per GPU and time."""
    return Usd(gpu_time * price)


@formula("other / own")
def speedup(other: Seconds, own: Seconds) -> Number:
    """How many times as long the other fleet takes."""
    return Number(other / own)


@formula("tokens_each * parameters")
def chinchilla(tokens_each: Tokens, parameters: Number) -> Tokens:
    """Tokens of the Chinchilla point: twenty for each parameter."""
    return Tokens(tokens_each * parameters)


@formula("gpus * price / other_price")
def same_spending(gpus: Number, price: UsdPerSecond, other_price: UsdPerSecond) -> Number:
    """GPUs of the other fleet that cost as much per hour."""
    return Number(gpus * price / other_price)


def _peak(gpu: str, format: str):
    def found(known: Mapping[str, Any]) -> Fact | Derived:
        kind = known[format]
        return known_peak(known[gpu], f"{kind}_{'vector' if kind == 'fp32' else 'tensor'}")

    return found


def _not_measured(known: Mapping[str, Any]) -> None:
    raise MissingFact("nothing measured was given")


_UTILIZATION_HELP = "MFU, of the dense peak. Empty: the median of published measurements."


def _utilized(gpu: str, format: str, label: str, help: str) -> Any:
    """The share of the peak that a fleet reaches: as measured on the family of its GPU, or the reader's own."""

    def measured_elsewhere(known: Mapping[str, Any]) -> Derived:
        from calculators.measured import reached  # which asks this calculator for the bounds of measurements

        return reached.median_of(
            "training", gpu=known[gpu], model=known["model"], format=known[format], measured=None, counted="mfu"
        )

    return learned(measured_elsewhere, "%", "0.01%", "1000%", label, help)


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb")
    gpus: float = count(1024, 1, 10_000_000, "GPUs", "That train together.", "GPU")
    model: Record = model("llama-2-70b")
    tokens: float = quantity(
        "2000000000000 token", "token", "1 token", "10000000000000000 token", "Training tokens", "Of the whole run."
    )
    format: str = choice("bf16", FORMATS, "Arithmetic in", "The peak that utilization is a share of.")
    utilization: float = _utilized("gpu", "format", "Utilization", _UTILIZATION_HELP)
    price: float | None = prices.to_rent("gpu", "Price per GPU")
    other: Record = accelerator("a100-sxm4-80gb", "Compared with", "The GPU of another fleet.")
    other_gpus: float = count(2048, 1, 10_000_000, "Its GPUs", "In the other fleet.", "GPU")
    other_format: str = choice("bf16", FORMATS, "Arithmetic in, other fleet", "As above.")
    other_utilization: float = _utilized("other", "other_format", "Its utilization", "Counted in the same way.")
    other_price: float | None = prices.to_rent("other", "Its price per GPU", "By the hour, as above.")
    sequence: float = count(4096, 1, 10_000_000, "Tokens per sequence", "Attention grows with it.", "token")
    counted: str = choice("mfu", COUNTED, "Utilization counts", "HFU is higher where anything is recomputed.")
    recompute: str = choice("none", RECOMPUTE, "Recomputed", "In the backward pass. Adds FLOP that only HFU counts.")
    attention: str = choice("count", ATTENTION, "Attention", "Many publications count the parameters alone.")
    failures: str = choice("count", FAILURES, "Failures", "And the checkpoints against them.")
    mtbf: float = quantity(
        "50000 h", "h", "1 h", "1000000000 h", "Time between failures of one GPU", "Its share of host and network included."
    )
    checkpoint: float = quantity("1 min", "min", "0.001 min", "1000 min", "Writing a checkpoint", "Time that the GPUs wait.")
    restart: float = quantity("10 min", "min", "0 min", "10000 min", "Restart", "From the failure to the first new step.")
    interval: float | None = overridable(
        _not_measured, "min", "0.01 min", "1000000 min", "Work between checkpoints", "Empty: the best one.", optional=True
    )
    measured: float | None = overridable(
        _not_measured, "token/s", "0.000001 token/s", "1000000000000 token/s", "Measured tokens per second",
        "Of the whole fleet, if you have it: instead of the utilization.", optional=True,
    )  # fmt: skip
    parameters: float = model_shape.active_parameters()
    layers: float = model_shape.layers()
    heads: float = model_shape.heads()
    head_dim: float = model_shape.head_dim()
    peak: float = peak_rate(_peak("gpu", "format"))
    other_peak: float = overridable(
        _peak("other", "other_format"), "TFLOPS", "0.001 TFLOPS", "1000000 TFLOPS", "Peak rate, other fleet", "Per GPU, dense."
    )


@dataclass(frozen=True)
class Outputs:
    time: Seconds = output("Time", "day", "On the clock, failures and checkpoints included.")
    cost: Usd | None = output("Cost", "USD", "Of the GPUs, at that price.")
    gpu_time: Seconds = output("GPU-hours", "h", "GPUs times hours on the clock.")
    flop: Flop = output("Model FLOP", "EFLOP", "What the model needs for all tokens.")
    compute_time: Seconds = output("Time without failures", "day", "All GPUs at the rate reached.")
    achieved: FlopPerSecond = output("Reached per GPU", "TFLOPS", "Of model FLOP.")
    mfu: Number = output("MFU", "%", "Model FLOP over what the peak allows in that time.")
    hfu: Number = output("HFU", "%", "The same with what is recomputed.")
    throughput: TokensPerSecond = output("Tokens per second", "token/s", "Of the fleet, while it runs.")
    attention_share: Number = output("Attention over matrices", "%", "FLOP of attention scores over six per parameter.")
    goodput: Number = output("Goodput", "%", "Share of the time that is useful work.")
    interval: Seconds = output("Work between checkpoints", "min", "As given, or the best by Young's formula.")
    job_mtbf: Seconds = output("Time between failures", "h", "Of the whole job.")
    other_time: Seconds = output("Time, other fleet", "day", "Under the same failures per GPU.")
    other_cost: Usd | None = output("Cost, other fleet", "USD", "At its price.")
    speedup: Number = output("Other fleet takes", "x", "Its time over this one's.")
    cost_ratio: Number | None = output("Other fleet costs", "x", "Its cost over this one's.")
    same_spending: Number | None = output("Other GPUs for the same price per hour", "GPU", "Of the kind compared with.")
    tokens_per_parameter: Number = output("Tokens per parameter", "", "Of the active ones.")
    chinchilla: Tokens = output("Chinchilla point", "token", "Twenty tokens per parameter, for information.")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Time and cost of a training run and of the same on another fleet; see `training_flops` and `goodput`.

    Raises InputProblems for a utilization above 100% and where failures come faster than a job recovers.
    """
    need = _flop(i, working)
    mfu, hfu = _utilization(i, need, working)
    achieved = working.step("Reached per GPU", training_flops.achieved, "TFLOPS", utilization=mfu, peak=i.peak)
    run = working.step("Model FLOP", training_flops.of_run, "EFLOP", per_token=need.model, tokens=i.tokens)
    time = working.step("Time without failures", compute_time, "day", flop=run, gpus=i.gpus, achieved=achieved)
    rate = working.step("Tokens per second", throughput, "token/s", tokens=i.tokens, time=time)
    lost = _lost(i, i.gpus, "gpus", working)
    clock = working.step("Time", elapsed, "day", time=time, goodput=lost.goodput)
    paid = working.step("GPU-hours", gpu_time, "h", gpus=i.gpus, elapsed=clock)
    for gpu, asked in ((i.gpu, i.price), (i.other, i.other_price)):
        if asked is None:
            working.remark(prices.ask_for(gpu, prices.HOURLY))
    price = _cost("Cost", paid, i.price, working)
    other_time, other_cost = _other(i, need, run, working)
    longer = working.step("Other fleet takes", speedup, "x", other=other_time, own=clock)
    dearer = same = None
    if price is not None and other_cost is not None:
        dearer = Number(other_cost / price)
        same = working.step("Same price per hour", same_spending, "GPU", gpus=i.gpus, price=i.price, other_price=i.other_price)
    point = working.step("Chinchilla point", chinchilla, "token", tokens_each=_TOKENS_PER_PARAMETER, parameters=i.parameters)
    return Outputs(
        clock, price, paid, run, time, achieved, mfu, hfu, rate, need.share, lost.goodput, lost.interval, lost.mtbf, other_time,
        other_cost, longer, dearer, same, Number(i.tokens / i.parameters), point,
    )  # fmt: skip


def _cost(label: str, paid: float, price: float | None, working: Working) -> Usd | None:
    return None if price is None else working.step(label, cost, "USD", gpu_time=paid, price=price)


@dataclass(frozen=True, slots=True)
class _Need:
    """FLOP per token: of the model, of the hardware, and attention's share."""

    model: float
    hardware: float
    share: float


def _flop(i: Inputs, working: Working) -> _Need:
    matrices = working.step("Matrices per token", training_flops.matrices_per_token, "GFLOP", parameters=i.parameters)
    shape = {"layers": i.layers, "heads": i.heads, "head_dim": i.head_dim, "sequence": i.sequence}
    scores = working.step("Attention per token", training_flops.attention_per_token, "GFLOP", **shape)
    share = working.step("Attention over matrices", training_flops.attention_share, "%", attention=scores, matrices=matrices)
    counted = scores if i.attention == "count" else 0.0
    model = working.step("FLOP per token", training_flops.per_token, "GFLOP", matrices=matrices, attention=counted)
    again = {"none": 0.0, "selective": counted, "full": model}[i.recompute]
    hardware = model
    if again:
        hardware = working.step(
            "Hardware FLOP per token", training_flops.hardware_per_token, "GFLOP", per_token=model, recomputed=again
        )
    return _Need(model, hardware, share)


def _utilization(i: Inputs, need: _Need, working: Working) -> tuple[float, float]:
    """MFU and HFU of this fleet, from what was measured or stated."""
    if i.measured is None:
        return _both(i, "utilization", i.utilization, need, working)
    terms = {"per_token": need.model, "measured": i.measured, "gpus": i.gpus, "peak": i.peak}
    mfu = working.step("MFU as measured", utilization, "%", **terms)
    hfu = working.step("HFU", training_flops.hardware_share, "%", utilization=mfu, model=need.model, hardware=need.hardware)
    _require_possible("measured", show(Quantity(i.measured, "token/s")), hfu)
    return mfu, hfu


def _both(i: Inputs, field: str, stated: float, need: _Need, working: Working, whose: str = "") -> tuple[float, float]:
    written = show(Quantity(stated, "%"))
    _require_possible(field, written, stated)
    flop = {"model": need.model, "hardware": need.hardware}
    if i.counted == "hfu":
        return working.step(f"MFU{whose}", training_flops.model_share, "%", utilization=stated, **flop), stated
    hfu = working.step(f"HFU{whose}", training_flops.hardware_share, "%", utilization=stated, **flop)
    _require_possible(field, written, hfu)
    return stated, hfu


def _require_possible(field: str, given: str, share: float) -> None:
    if share <= 1 + 1e-9:
        return
    message = f"would keep the GPUs busy with {show(Quantity(share, '%'))} of their dense peak, recomputation included"
    accepted = "at most 100%; look for a sparse peak, another format, or tokens counted twice"
    raise InputProblems([InputProblem(field, given, message, accepted)])


@dataclass(frozen=True, slots=True)
class _Lost:
    """Time between failures, work between checkpoints, and the share of time that is useful."""

    mtbf: float
    interval: float
    goodput: float


def _lost(i: Inputs, gpus: float, field: str, working: Working, whose: str = "") -> _Lost:
    mtbf = working.step(f"Time between failures{whose}", goodput.job_mtbf, "h", mtbf_per_gpu=i.mtbf, gpus=gpus)
    interval = i.interval
    if interval is None:
        label = f"Work between checkpoints{whose}"
        interval = working.step(label, goodput.best_interval, "min", checkpoint=i.checkpoint, mtbf=mtbf)
    if i.failures == "ignore":
        return _Lost(mtbf, interval, 1.0)
    if i.restart + interval / 2 >= mtbf:
        message = f"fail every {show(Quantity(mtbf, 'min'))} on average, sooner than a restart and half an interval take"
        accepted = "fewer GPUs, a faster restart or checkpoint, or a longer time between failures"
        raise InputProblems([InputProblem(field, f"{gpus:g}", message, accepted)])
    terms = {"restart": i.restart, "interval": interval, "mtbf": mtbf, "checkpoint": i.checkpoint}
    return _Lost(mtbf, interval, working.step(f"Goodput{whose}", goodput.goodput, "%", **terms))


def _other(i: Inputs, need: _Need, run: float, working: Working) -> tuple[float, float | None]:
    """Time on the clock and cost of the other fleet."""
    mfu, _ = _both(i, "other_utilization", i.other_utilization, need, working, _OTHER)
    achieved = working.step("Reached per GPU, other fleet", training_flops.achieved, "TFLOPS", utilization=mfu, peak=i.other_peak)
    time = working.step("Time without failures, other fleet", compute_time, "day", flop=run, gpus=i.other_gpus, achieved=achieved)
    lost = _lost(i, i.other_gpus, "other_gpus", working, _OTHER)
    clock = working.step("Time, other fleet", elapsed, "day", time=time, goodput=lost.goodput)
    paid = working.step("GPU-hours, other fleet", gpu_time, "h", gpus=i.other_gpus, elapsed=clock)
    return clock, _cost("Cost, other fleet", paid, i.other_price, working)


def summary(i: Inputs, o: Outputs) -> str:
    time = show(Quantity(o.time, "day"))
    fleet, other = f"{i.gpus:,.0f} × {i.gpu.short}", f"{i.other_gpus:,.0f} × {i.other.short}"
    ratio = show(Quantity(o.speedup, "x"), 3)
    return f"{time} on {fleet}{_for(o.cost)}; {other} take {ratio} as long{_for(o.other_cost)}."


def _for(cost: float | None) -> str:
    return "" if cost is None else f" for ${cost:,.0f}"


def chart(run) -> Chart:
    """Time against the number of GPUs, with and without failures."""
    i = run.inputs
    points = run.sweep("gpus", [float(2**n) for n in range(3, 19)]) or [(i.gpus, run.result)]
    return Chart(
        title=f"Time to train on {i.gpu.short} at {show(Quantity(run.result.mfu, '%'))} MFU",
        description=f"{summary(i, run.result)} The utilization is taken to stay the same; with more GPUs it falls.",
        x=Axis("GPUs", "", log=True, base=2),
        y=Axis("Time", "days", log=True),
        series=(
            Series("without failures", tuple((n, o.compute_time / 86400) for n, o in points), "b"),
            Series("with failures", tuple((n, o.time / 86400) for n, o in points), "a"),
        ),
        marks=(Mark("this fleet", i.gpus, run.result.time / 86400),),
    )


CALCULATOR = Calculator(
    title="Training time and cost",
    subject="Speed",
    question="How long does training take, and what does it cost?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("time", "cost", "gpu_time", "flop"),
    chart=chart,
    typical=Typical("training", ("time", "cost"), lambda i, share, besides: {"utilization": share}),
)

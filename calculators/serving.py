"""How many requests per second does a server answer within limits on latency, and how many GPUs does a demand take?

A request costs a replica its prefill, and its share of the decoding steps that it takes part in. With continuous batching (Yu et
al., "Orca", OSDI 2022) a request joins after any step, and prefills take turns with steps; with static batching it waits until
the batch before it is done. Disaggregated (Zhong et al., "DistServe", arXiv:2401.09670), prefill and decoding have replicas of
their own. The best batch is the largest for which both limits hold and whose KV cache fits: throughput only grows with the batch.
Prefills queue as customers of one server with equal service times (M/D/1, by the formula of Pollaczek and Khinchine).
"""

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from calculators import decode, forward_pass, inputs, kv_cache, prefill, shards, sharing
from calculators.declare import Calculator, Typical, accelerator, choice, count, model, output, overridable, quantity
from calculators.formula import formula
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.problems import InputProblem, InputProblems
from calculators.records import MissingFact, Record
from calculators.units import Bytes, BytesPerSecond, Number, Quantity, RequestsPerSecond, Seconds, TokensPerSecond, show
from calculators.working import Unrecorded, Working

MODES = {
    "continuous": "continuous batching (a request joins after any step)",
    "static": "static batching (a batch runs to its end)",
    "disaggregated": "disaggregated (replicas for prefill, others for decoding)",
}


@formula("1 / (prefill + (output - 1) * step / batch)")
def request_rate(prefill: Seconds, output: Number, step: Seconds, batch: Number) -> RequestsPerSecond:
    """Requests per second of one replica: each costs its prefill and its share of the steps, the first token being prefill's."""
    return RequestsPerSecond(1 / (prefill + (output - 1) * step / batch))


@formula("batch / (prefill + (longest - 1) * step)")
def static_rate(batch: Number, prefill: Seconds, longest: Number, step: Seconds) -> RequestsPerSecond:
    """Requests per second in static batches: prefill of the whole batch, then steps until its longest output is done."""
    return RequestsPerSecond(batch / (prefill + (longest - 1) * step))


@formula("batch / ((output - 1) * step)")
def decoding_rate(batch: Number, output: Number, step: Seconds) -> RequestsPerSecond:
    """Requests per second of a replica that only decodes."""
    return RequestsPerSecond(batch / ((output - 1) * step))


@formula("step + prefill * batch / (output - 1)")
def interleaved_token_time(step: Seconds, prefill: Seconds, batch: Number, output: Number) -> Seconds:
    """Mean time between tokens, in seconds, where prefills take turns with steps: batch / (output - 1) of them for each step."""
    return Seconds(step + prefill * batch / (output - 1))


@formula("load * service ** 2 / (2 * (1 - load * service))")
def queue_time(load: RequestsPerSecond, service: Seconds) -> Seconds:
    """Mean wait in seconds for one server with equal service times and requests that arrive independently (M/D/1)."""
    return Seconds(load * service * service / (2 * (1 - load * service)))


@formula("running / 2 + queue + prefill")
def first_token_time(running: Seconds, queue: Seconds, prefill: Seconds) -> Seconds:
    """Mean time to first token in seconds: half of what is running, the prefills queued before, the own prefill."""
    return Seconds(running / 2 + queue + prefill)


@formula("first_token + (output - 1) * per_token")
def request_time(first_token: Seconds, output: Number, per_token: Seconds) -> Seconds:
    """Time from sending a request to its last token, in seconds."""
    return Seconds(first_token + (output - 1) * per_token)


@formula("rate * utilization / gpus")
def goodput(rate: RequestsPerSecond, utilization: Number, gpus: Number) -> RequestsPerSecond:
    """Requests per second and GPU that are answered within the limits, at the load planned for (DistServe, section 2)."""
    return RequestsPerSecond(rate * utilization / gpus)


@formula("ceil(demand / (rate * utilization))")
def replicas_for(demand: RequestsPerSecond, rate: RequestsPerSecond, utilization: Number) -> Number:
    """Replicas that answer a demand, each loaded to the share planned for."""
    return Number(math.ceil(demand / (rate * utilization)))


@formula("load * time")
def in_flight(load: RequestsPerSecond, time: Seconds) -> Number:
    """Requests in the system: those that arrive while one is in it (Little's law)."""
    return Number(load * time)


@formula("cache / (gpus * network)")
def transfer_time(cache: Bytes, gpus: Number, network: BytesPerSecond) -> Seconds:
    """Time to send the KV cache of a prompt from the GPUs that prefilled it to those that decode, in seconds."""
    return Seconds(cache / (gpus * network))


def _not_given(known: Any) -> Any:
    raise MissingFact("the demand is given in requests")


@dataclass(frozen=True)
class _Asked:
    gpu: Record = accelerator("h100-sxm5-80gb")
    gpus: float = count(4, 1, 1024, "GPUs per replica", "They share the model by tensor parallelism.", "GPU")
    model: Record = model("llama-3.1-70b")
    weights: str = inputs.weight_format()
    prompt: float = count(2048, 1, 10_000_000, "Input tokens", "Of one request.", "token")
    output: float = count(256, 2, 1_000_000, "Output tokens", "Of one request, at least two.", "token")
    first_limit: float = quantity("2 s", "s", "0.001 s", "100000 s", "TTFT limit", "Mean, at the planned load.")
    token_limit: float = quantity("50 ms", "ms", "0.001 ms", "1000000 ms", "TPOT limit", "Mean time between tokens.")
    mode: str = choice("continuous", MODES, "Batching", "How requests share the GPUs.")
    demand: float = quantity("10 request/s", "request/s", "0.000001 request/s", "1000000000 request/s", "Demand", "Of all users.")
    utilization: float = quantity(
        "80%", "%", "1%", "99%", "Planned load", "Share of the most a replica can do: the rest is headroom for bursts."
    )
    compute: str = decode.compute_format()
    bandwidth_efficiency: float = decode.bandwidth_reached()
    compute_efficiency: float = decode.peak_reached()
    scope: str = inputs.quantized_scope()
    kv: str = inputs.kv_format()
    cached: float = inputs.prefix_cache_hits()
    most: float = count(256, 1, 100_000, "Most sequences", "That the engine takes into one batch.", "sequence")
    longest: float = quantity("1 x", "x", "1 x", "100 x", "Longest output over mean", "A static batch waits for it.")
    overhead: float = quantity("4 GiB", "GiB", "0 GiB", "1000 GiB", "Overhead per GPU", "CUDA context, activations, buffers.")
    launch: float = decode.launch()
    exchange: str = sharing.path()
    algorithm: str = sharing.algorithm()
    network: float = quantity(
        "50 GB/s",
        "GB/s",
        "0.001 GB/s",
        "100000 GB/s",
        "Network of a GPU",
        "For the KV cache, if disaggregated: 50 GB/s is 400 Gbit/s.",
    )
    token_demand: float | None = overridable(
        _not_given,
        *("token/s", "0.001 token/s", "1e15 token/s", "Demand in output tokens", "Instead of requests.", True),
    )


@dataclass(frozen=True)
class Inputs(decode.OfEachGpu, _Asked):
    """What is asked, and the GPUs for it."""


@dataclass(frozen=True)
class Outputs:
    request_rate: RequestsPerSecond = output("Requests per second", "request/s", "Of one replica at full load.")
    gpus_needed: Number = output("GPUs for the demand", "GPU", "At the planned load.")
    time_to_first_token: Seconds = output("Time to first token", "ms", "Mean, at the planned load.")
    time_per_output_token: Seconds = output("Time per output token", "ms", "Mean, with a full batch.")
    batch: Number = output("Best batch", "sequence", "The largest within the limits.")
    limit: str = output("Batch limited by", None, "What a larger batch would break.")
    goodput: RequestsPerSecond = output("Goodput per GPU", "request/s", "Answered within the limits at the planned load.")
    output_rate: TokensPerSecond = output("Output tokens per second", "token/s", "Of one replica at full load.")
    token_rate: TokensPerSecond = output("Input and output tokens per second", "token/s", "Of one replica at full load.")
    request_time: Seconds = output("Time of a request", "s", "From sending to the last token.")
    longest_gap: Seconds = output("Longest gap between tokens", "ms", "A step, with a prefill in between if they take turns.")
    prefill_time: Seconds = output("Prefill of a request", "ms", "Alone on a replica.")
    step_time: Seconds = output("Decoding step", "ms", "Of the best batch, at half of the output.")
    decoding_rate: RequestsPerSecond = output("Requests decoded per second", "request/s", "By a replica that did nothing else.")
    prefill_share: Number = output("Time spent on prefill", "%", "Of the GPUs' time at full load.")
    replicas: Number = output("Replicas", "", "For the demand, of both kinds if disaggregated.")
    prefill_replicas: Number | None = output("Replicas for prefill", "", "If disaggregated.")
    decode_replicas: Number | None = output("Replicas for decoding", "", "If disaggregated.")
    in_flight: Number = output("Requests in flight", "request", "On all replicas, at the demand.")
    sequences_fit: Number = output("Sequences that fit", "sequence", "By memory, each at its full length.")
    transfer_time: Seconds | None = output("Time to hand over", "ms", "KV cache of a prompt, if disaggregated.")


@dataclass(frozen=True, slots=True)
class _Server:
    """What a search over batches needs, worked out once."""

    inputs: Inputs
    decoder: decode.Inputs
    load: forward_pass.Load
    prefill: prefill.Prefill
    fit: float
    prompt_cache: float

    def prefill_of(self, batch: float, working: Working) -> float:
        """Prefill of a whole static batch."""
        return prefill.run(_as(prefill.Inputs, self.inputs, prompts=batch, **_PREFILL), working).time


_PREFILL = {"chunk": prefill.CHUNK, "logits": "last", "capacity_rule": "ignore", "measured": None}
_DECODE = {"capacity_rule": "ignore"}


@dataclass(frozen=True, slots=True)
class _Point:
    """A server with a batch: its times in seconds, and its requests per second at full load."""

    batch: float
    step: float
    prefill: float
    rate: float
    first: float
    per_token: float

    def request(self, output: float) -> float:
        return request_time(self.first, output, self.per_token)


def _as(cls: type, i: Inputs, **more: Any) -> Any:
    """The inputs of another calculator, from those that this one shares with it and `more`."""
    shared = {field.name: getattr(i, field.name) for field in dataclasses.fields(cls) if hasattr(i, field.name)}
    return cls(**shared | more)


def _prepare(i: Inputs, working: Working) -> _Server:
    """Weights, caches and the prefill of one request. Raises InputProblems where not even one sequence fits."""
    decoder = _as(decode.Inputs, i, context=i.prompt + i.output / 2, batch=1, **_DECODE)
    quiet = Unrecorded()
    stored = shards.tensor_parallel(i.model, i.weights, i.scope, quiet).everywhere(i.gpus, quiet)
    cache = kv_cache.held(i.model, i.kv, i.gpus, Unrecorded())
    full = cache.sequence(i.prompt + i.output, "window", Unrecorded())
    room = (i.capacity - i.overhead) * i.gpus - stored
    if room < full:
        needed, there = show(Quantity(stored + full + i.overhead * i.gpus, "GB")), show(Quantity(i.capacity * i.gpus, "GB"))
        message = f"is too few: weights, overhead and the KV cache of one request take {needed}, and there are {there}"
        raise InputProblems([InputProblem("gpus", str(int(i.gpus)), message, "more GPUs, a smaller format or shorter requests")])
    fit = working.step("Sequences that fit", kv_cache.sequences_in, "sequence", room=room, kv_per_sequence=full)
    alone = prefill.run(_as(prefill.Inputs, i, prompts=1, **_PREFILL), working, "Prefill of a request")
    prompt = cache.sequence(i.prompt, "window", Unrecorded())
    return _Server(i, decoder, forward_pass.prepare(decoder, i.model, working), alone, fit, prompt)


def _at(server: _Server, batch: float, working: Working, mode: str = "") -> _Point:
    """The server with a batch, as steps of the working."""
    i, mode = server.inputs, mode or server.inputs.mode
    step = forward_pass.forward(server.decoder, server.load, batch, 1, working, "Decoding step").time
    if mode == "static":
        return _static(server, batch, step, working)
    alone = server.prefill.time
    rate = working.step("Requests per second", request_rate, "request/s", prefill=alone, output=i.output, step=step, batch=batch)
    if mode == "disaggregated":
        load, running, per_token = i.utilization / alone, 0.0, step
    else:
        terms = {"step": step, "prefill": alone, "batch": batch, "output": i.output}
        per_token = working.step("Time per output token", interleaved_token_time, "ms", **terms)
        load, running = i.utilization * rate, step
    queue = working.step("Queue of prefills", queue_time, "ms", load=load, service=alone)
    first = working.step("Time to first token", first_token_time, "ms", running=running, queue=queue, prefill=alone)
    return _Point(batch, step, alone, rate, first, per_token)


def _static(server: _Server, batch: float, step: float, working: Working) -> _Point:
    i, together = server.inputs, server.prefill_of(batch, Unrecorded())
    terms = {"batch": batch, "prefill": together, "longest": i.output * i.longest, "step": step}
    rate = working.step("Requests per second", static_rate, "request/s", **terms)
    first = working.step("Time to first token", first_token_time, "ms", running=batch / rate, queue=0.0, prefill=together)
    return _Point(batch, step, together, rate, first, step)


def _broken(i: Inputs, point: _Point) -> str:
    """The limit that a batch breaks, or an empty text."""
    if point.per_token > i.token_limit:
        return "the TPOT limit"
    return "the TTFT limit" if point.first > i.first_limit else ""


def _best(server: _Server) -> tuple[float, str]:
    """The largest batch within the limits, and what a larger one would break: both times only grow with the batch."""
    i, quiet = server.inputs, Unrecorded()
    _require_possible(i, _at(server, 1, quiet))
    low, high = 1.0, min(server.fit, i.most)
    if not _broken(i, _at(server, high, quiet)):
        return high, "memory" if server.fit <= i.most else "the engine's limit"
    while high - low > 1:
        middle = math.floor((low + high) / 2)
        low, high = (low, middle) if _broken(i, _at(server, middle, quiet)) else (middle, high)
    return low, _broken(i, _at(server, high, quiet))


def _require_possible(i: Inputs, alone: _Point) -> None:
    """Refuse limits that not even one sequence at a time keeps, naming each that binds."""
    problems = []
    for field, least, limit, unit in (
        ("first_limit", alone.first, i.first_limit, "s"),
        ("token_limit", alone.per_token, i.token_limit, "ms"),
    ):
        if least > limit:
            message = f"cannot be kept: with a single sequence it is {show(Quantity(least, unit))} already"
            problems.append(
                InputProblem(field, show(Quantity(limit, unit)), message, "more, or faster or more GPUs, or less load")
            )
    if problems:
        raise InputProblems(problems)


def calculate(i: Inputs, working: Working) -> Outputs:
    """Requests per second within the limits, and GPUs for a demand; see `request_rate`, `first_token_time`, `replicas_for`.

    Raises InputProblems for what does not fit, for limits that cannot be kept, and for an exchange without a link.
    """
    sharing.require_link(i)
    _require_even(i)
    server = _prepare(i, working)
    batch, limit = _best(server)
    point = _at(server, batch, working)
    demand = i.demand if i.token_demand is None else i.token_demand / i.output
    decoded = working.step("Requests decoded", decoding_rate, "request/s", batch=batch, output=i.output, step=point.step)
    total, prefills, decoders = _replicas(i, point, demand, decoded, working)
    time = working.step(
        "Time of a request", request_time, "s", first_token=point.first, output=i.output, per_token=point.per_token
    )
    apart = i.mode == "disaggregated"
    return Outputs(
        request_rate=point.rate,
        gpus_needed=Number(total * i.gpus),
        time_to_first_token=point.first,
        time_per_output_token=point.per_token,
        batch=Number(batch),
        limit=limit,
        goodput=working.step("Goodput", goodput, "request/s", rate=point.rate, utilization=i.utilization, gpus=i.gpus),
        output_rate=TokensPerSecond(point.rate * i.output),
        token_rate=TokensPerSecond(point.rate * (i.prompt + i.output)),
        request_time=time,
        longest_gap=Seconds(point.step + (point.prefill / server.prefill.work.chunks if i.mode == "continuous" else 0)),
        prefill_time=server.prefill.time,
        step_time=point.step,
        decoding_rate=decoded,
        prefill_share=Number(point.rate * point.prefill / (batch if i.mode == "static" else 1)),
        replicas=Number(total),
        prefill_replicas=prefills,
        decode_replicas=decoders,
        in_flight=working.step("Requests in flight", in_flight, "request", load=demand, time=time),
        sequences_fit=server.fit,
        transfer_time=_transfer(server, working) if apart else None,
    )


def _require_even(i: Inputs) -> None:
    """A static batch has an end; the others do not ask how long the longest output is."""
    if i.longest > 1 and i.mode != "static":
        message = f"changes nothing with {i.mode} batching: a finished sequence makes room at once"
        raise InputProblems([InputProblem("longest", f"{i.longest:g}", message, "1, or static batching")])


def _replicas(
    i: Inputs, point: _Point, demand: float, decoded: float, working: Working
) -> tuple[float, float | None, float | None]:
    """Replicas for a demand: of all kinds, for prefill, for decoding."""
    terms = {"demand": demand, "utilization": i.utilization}
    if i.mode != "disaggregated":
        return working.step("Replicas", replicas_for, rate=point.rate, **terms), None, None
    prefills = working.step("Replicas for prefill", replicas_for, rate=1 / point.prefill, **terms)
    decoders = working.step("Replicas for decoding", replicas_for, rate=decoded, **terms)
    return prefills + decoders, prefills, decoders


def _transfer(server: _Server, working: Working) -> float:
    terms = {"cache": server.prompt_cache, "gpus": server.inputs.gpus, "network": server.inputs.network}
    return working.step("Time to hand over", transfer_time, "ms", **terms)


def summary(i: Inputs, o: Outputs) -> str:
    floor = i.bandwidth_efficiency == 1 and i.compute_efficiency == 1
    rate, batch = show(Quantity(o.request_rate, "request/s")), show(Quantity(o.batch, "sequence"))
    demand = i.demand if i.token_demand is None else i.token_demand / i.output
    needed = f"{show(Quantity(demand, 'request/s'))} take {'at least ' if floor else ''}{show(Quantity(o.gpus_needed, 'GPU'))}"
    return f"{'At most' if floor else 'About'} {rate} on {int(i.gpus)} × {i.gpu.short} with {batch} at a time; {needed}."


def chart(run) -> Chart:
    """Throughput against latency over batches, for each way of batching."""
    i = run.inputs
    server = _prepare(i, Unrecorded())
    high = int(min(server.fit, i.most))
    batches = sorted({high, *(2**n for n in range(high.bit_length()))})

    def curve(mode: str) -> tuple[tuple[float, float], ...]:
        points = (_at(server, batch, Unrecorded(), mode) for batch in batches)
        return tuple((point.request(i.output), point.rate * i.output / i.gpus) for point in points)

    here = run.result.request_time, run.result.output_rate / i.gpus
    return Chart(
        title=f"Throughput against latency on {int(i.gpus)} × {i.gpu.short}, batches of 1 to {high}",
        description=f"{run.summary} Each curve goes from a single sequence to the largest batch that fits.",
        x=Axis("Time of a request", "s", log=True),
        y=Axis("Output tokens per second and GPU", "", log=True),
        series=tuple(Series(mode, curve(mode), role) for mode, role in zip(MODES, "abc", strict=True)),
        marks=(Mark("best batch within the limits", *here),),
    )


CALCULATOR = Calculator(
    subject="Speed",
    title="Serving",
    question="How many requests per second within latency limits, and how many GPUs for a demand?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("request_rate", "gpus_needed", "time_to_first_token", "time_per_output_token"),
    chart=chart,
    typical=Typical("serving", ("output_rate", "gpus_needed"), decode.reaching),
)

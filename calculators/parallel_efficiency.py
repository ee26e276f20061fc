"""What do more GPUs really give: time per step, share of communication, efficiency and speed-up, for each way to split the work?

Messages of tensor parallelism and bubbles of pipelines: Narayanan et al. (arXiv:2104.04473), sections 2.2, 2.3 and 3.2. Traffic
of ZeRO: Rajbhandari et al. (arXiv:1910.02054), section 7. Time of each message: calculators/collectives.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculators import collectives, inputs, interconnect, model_shape, training_flops
from calculators.amdahl import needed_share
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
    system,
)
from calculators.parallel_step import (
    all_bytes,
    all_messages,
    amdahl,
    arithmetic_time,
    bubble,
    divided,
    efficiency,
    exposed,
    gradient_message,
    longer,
    message_bytes,
    reading_time,
    sent_with_gather,
    share,
    speedup,
    step_flop,
    step_time,
    with_gather,
)
from calculators.peak_rate import known_peak
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.problems import InputProblem, InputProblems
from calculators.records import Fact, MissingFact, Record
from calculators.units import Bytes, Number, Quantity, Seconds, read_quantity, readable, show
from calculators.working import Working

KINDS = {
    "tensor": "tensor parallel: each layer on all GPUs",
    "pipeline": "pipeline parallel: some layers on each GPU",
    "data": "data parallel: the model on each GPU",
    "expert": "expert parallel: some experts on each GPU",
}
PHASES = {"train": "training step", "prefill": "prefill of prompts", "decode": "decoding step, one token for each sequence"}
SCALING = {"strong": "all of them together", "weak": "each GPU: more GPUs, more work"}
SHARDING = {"replicated": "nothing, or ZeRO-1 and 2", "full": "weights too (ZeRO-3, FSDP)"}
ALGORITHMS = {"ring": "ring", "tree": "tree", "in_switch": "in the switch (NVLink SHARP)"}
PATHS = {"links": "links of the GPU", "pcie": "PCIe", "network": "network of the node type", "own": "a bandwidth of your own"}
FORMATS = {"bf16": "BF16", "fp16": "FP16", "fp8": "FP8", "tf32": "TF32"}
_ROUNDS = {"train": 2, "prefill": 1, "decode": 1}  # forward, and backward


def _peak(known: Mapping[str, Any]) -> Fact | Derived:
    return known_peak(known["gpu"], f"{known['format']}_tensor")


def _bandwidth(known: Mapping[str, Any]) -> Fact | Derived | None:
    path = known["path"]
    if path == "network":
        return interconnect.outside(known["system"])
    if path == "own":
        return None
    try:
        return interconnect.over_pcie(known["gpu"]) if path == "pcie" else interconnect.over_own_links(known["gpu"])
    except MissingFact as error:
        raise MissingFact(f"{error}; PCIe is another choice" if path == "links" else str(error)) from error


def _latency(known: Mapping[str, Any]) -> Quantity:
    hop = collectives.HOP.get(known["path"])
    return Quantity(hop, "us") if hop else Quantity(read_quantity(collectives.NETWORK_HOP).base, "us")


def _multiplied(known: Mapping[str, Any]) -> Derived:
    """The share of the peak that multiplications reached on one accelerator of this family.

    Training runs were measured on several at once: their share has the communication in it that is added here.
    """
    from calculators.measured import reached  # which asks calculators for the bounds of measurements

    return reached.median_of("multiplying", gpu=known["gpu"], format=known["format"], sparsity="dense")


def _yours(known: Mapping[str, Any]) -> None:
    raise MissingFact("none was given")


def _experts(known: Mapping[str, Any]) -> Fact:
    return known["model"]["architecture.num_experts_per_tok"]


def _own(unit: str, low: str, high: str, label: str, help: str) -> Any:
    return overridable(_yours, unit, low, high, label, help, optional=True)


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb")
    gpus: float = count(8, 1, 1_000_000, "GPUs", "That share the work in this way.", "GPU")
    kind: str = choice("tensor", KINDS, "Split by", "One way at a time; a large job combines several.")
    model: Record = model("llama-3.1-70b")
    phase: str = choice("train", PHASES, "Step", "What the GPUs do together.")
    tokens: float = count(8192, 1, 1_000_000_000, "Tokens per step", "Of all sequences; in decoding one of each.", "token")
    path: str = choice("links", PATHS, "Over", "What carries the messages.")
    overlap: float = quantity("0%", "%", "0%", "100%", "Overlap", "Share of communication that runs behind the work.")
    scaling: str = choice("strong", SCALING, "Tokens are for", "Strong scaling shares the step, weak scaling enlarges it.")
    sharding: str = choice("replicated", SHARDING, "Data parallel shards", "Full sharding sends half as much again.")
    microbatches: float = count(32, 1, 1_000_000, "Microbatches", "That a step is cut into to fill a pipeline.")
    chunks: float = inputs.pipeline_chunks()
    algorithm: str = choice("ring", ALGORITHMS, "All-reduce by", "Of tensor and data parallelism.")
    system: Record = system("dgx-h100", "Node type", "Whose network carries the messages, if it does.")
    sequence: float = count(4096, 1, 10_000_000, "Tokens per sequence", "For the FLOP of attention.", "token")
    format: str = choice("bf16", FORMATS, "Arithmetic in", "Of the matrices.")
    utilization: float = learned(
        _multiplied, "%", "0.1%", "100%", "Peak rate reached by one GPU",
        "Before communication and bubbles. Empty: the median of published matrix multiplications.",
    )  # fmt: skip
    element: float = quantity("2 byte", "byte", "0.5 byte", "8 byte", "Bytes per element", "Of weights, gradients and messages.")
    serial: float = quantity("0%", "%", "0%", "100%", "Share that does not split", "Of the work on one GPU (Amdahl).")
    target: float = quantity("4 x", "x", "1 x", "1000000 x", "Speed-up wanted", "For the share of the work that must split.")
    reached: float = quantity("100%", "%", "1%", "100%", "Bandwidth reached", "What programs reach stands below.")
    time: float | None = _own("ms", "0.000001 ms", "1000000000000 ms", "Time on one GPU", "Empty: from the model.")
    message: float | None = _own("MB", "0.000001 MB", "100000000 MB", "One message", "Empty: from the model.")
    messages: float | None = _own("", "1", "1000000000", "Messages per step", "Empty: from the model.")
    bandwidth: float = overridable(
        _bandwidth, "GB/s", "0.001 GB/s", "1000000 GB/s", "Bandwidth of a GPU, one way", "From its facts; or your own."
    )
    latency: float = overridable(_latency, "us", "0 us", "100000 us", "Latency of a hop", "As in NCCL's own model.")
    memory: float = inputs.memory_bandwidth()
    peak: float = inputs.peak_rate(_peak)
    parameters: float = model_shape.active_parameters()
    stored: float = model_shape.parameters()
    layers: float = model_shape.layers()
    hidden: float = model_shape.hidden_size()
    heads: float = model_shape.heads()
    head_dim: float = model_shape.head_dim()
    experts: float | None = overridable(_experts, "expert", "1", "10000", "Experts per token", "Of a mixture.", optional=True)


@dataclass(frozen=True)
class Outputs:
    efficiency: Number = output("Efficiency", "%", "Time on one GPU over GPUs times time of a step.")
    speedup: Number = output("Speed-up", "x", "Over one GPU, if it could hold the work.")
    step: Seconds = output("Time per step", "ms", "Work, bubble and communication that is waited for.")
    communication_share: Number = output("Share of communication", "%", "Of the time of a step, where it is waited for.")
    limit: str = output("Most time goes into", None, "The largest part of a step.")
    one: Seconds = output("On one GPU", "ms", "The work alone, if one GPU could hold it.")
    work: Seconds = output("Work per GPU", "ms", "The part of it that a GPU does.")
    communication: Seconds = output("Communication", "ms", "All messages of a step.")
    exposed: Seconds = output("Waited for", "ms", "Communication that does not overlap.")
    bubble: Seconds = output("Bubble", "ms", "Idle time of a pipeline that fills and drains.")
    bubble_share: Number = output("Share of the bubble", "%", "Of work and bubble: (p - 1) / (v m + p - 1).")
    messages: Number = output("Messages per step", "", "That follow one another.")
    message: Bytes = output("One message", "MB", "As nccl-tests count it.")
    sent: Bytes = output("Sent by each GPU", "GB", "In a step.")
    amdahl: Number = output("Speed-up without communication", "x", "What the share that does not split allows.")
    needed_share: Number | None = output("Share that must split", "%", "For the speed-up wanted, on this many GPUs.")


@dataclass(frozen=True, slots=True)
class _Traffic:
    """What a step exchanges: how often, how much at a time, what a GPU sends, and how long it takes."""

    messages: float
    message: float
    sent: float
    time: float


def calculate(i: Inputs, working: Working) -> Outputs:
    """Time of a step on several GPUs and what of them is left; see `divided`, `exposed`, `bubble`, `step_time`.

    Raises InputProblems for GPUs that do not divide the heads, more stages than layers, and experts that are not there.
    """
    _refuse(i)
    one = _on_one(i, working)
    work = working.step("Work per GPU", divided, "ms", time=one, serial=i.serial, gpus=i.gpus)
    traffic = _traffic(i, working)
    waited = working.step("Waited for", exposed, "ms", communication=traffic.time, overlap=i.overlap, work=work)
    idle = 0.0
    if i.kind == "pipeline":
        terms = {"stages": i.gpus, "microbatches": i.microbatches, "chunks": i.chunks}
        idle = working.step("Bubble", bubble, "ms", work=work, **terms)
    step = working.step("Time per step", step_time, "ms", work=work, bubble=idle, exposed=waited)
    left = working.step("Efficiency", efficiency, "%", one=one, gpus=i.gpus, step=step)
    faster = working.step("Speed-up", speedup, "x", one=one, step=step)
    talk = working.step("Share of communication", share, "%", part=waited, whole=step)
    most = working.step("Speed-up without communication", amdahl, "x", serial=i.serial, gpus=i.gpus)
    _remark(i, working)
    largest = max((("work", work), ("communication", waited), ("bubble", idle)), key=lambda part: part[1])[0]
    return Outputs(
        left, faster, step, talk, largest, one, work, traffic.time, waited, idle, Number(idle / (work + idle)),
        traffic.messages, traffic.message, traffic.sent, most, _needed(i, working),
    )  # fmt: skip


def _refuse(i: Inputs) -> None:
    gpus = f"{i.gpus:g}"
    if i.kind == "tensor" and i.message is None and i.heads % i.gpus:
        message = f"do not divide the {i.heads:g} attention heads"
        raise InputProblems([InputProblem("gpus", gpus, message, "a number that divides the heads, or your own message")])
    if i.kind == "pipeline" and i.gpus * i.chunks > i.layers:
        message = f"with {i.chunks:g} chunks each are more than the {i.layers:g} layers"
        raise InputProblems([InputProblem("gpus", gpus, message, "at most one stage per layer")])
    if i.kind == "expert" and i.experts is None and i.message is None:
        message = f"has no experts: {i.model.short} is a dense model"
        raise InputProblems([InputProblem("model", i.model.slug, message, "a mixture of experts, or experts per token")])
    if i.kind in ("data", "pipeline") and i.phase != "train":
        message = f"exchanges nothing of this kind when {i.kind} parallel"
        raise InputProblems([InputProblem("phase", i.phase, message, "train")])


def _on_one(i: Inputs, working: Working) -> float:
    """Time of the whole step on one GPU."""
    grown = i.gpus if i.scaling == "weak" else 1.0
    if i.time is not None:
        return Seconds(i.time * grown)
    matrices = working.step("Matrices per token", training_flops.matrices_per_token, "GFLOP", parameters=i.parameters)
    shape = {"layers": i.layers, "heads": i.heads, "head_dim": i.head_dim, "sequence": i.sequence}
    scores = working.step("Attention per token", training_flops.attention_per_token, "GFLOP", **shape)
    token = working.step("FLOP per token", training_flops.per_token, "GFLOP", matrices=matrices, attention=scores)
    passes = 3 if i.phase == "train" else 1
    flop = working.step("FLOP per step", step_flop, "TFLOP", per_token=token, passes=passes, tokens=i.tokens * grown)
    time = working.step("Arithmetic on one GPU", arithmetic_time, "ms", flop=flop, peak=i.peak, utilization=i.utilization)
    if i.phase != "decode":
        return time
    reading = working.step(
        "Reading on one GPU", reading_time, "ms", parameters=i.parameters, element=i.element, bandwidth=i.memory
    )
    return working.step("On one GPU", longer, "ms", arithmetic=time, reading=reading)


def _traffic(i: Inputs, working: Working) -> _Traffic:
    operation, messages, size = _exchange(i, working)
    if i.gpus == 1:
        return _Traffic(0, 0.0, 0.0, 0.0)
    each = _one_message(i, operation, size, working)
    time = working.step("Communication", all_messages, "ms", messages=messages, each=each.time)
    sent = working.step("Sent by each GPU in a step", all_bytes, "GB", messages=messages, each=each.sent)
    if i.kind == "data" and i.sharding == "full":
        again = _one_message(i, "all_gather", size, working)
        gather = working.step("Second gather of the weights", all_messages, "ms", messages=messages, each=again.time)
        gathered = working.step("Sent for it", all_bytes, "GB", messages=messages, each=again.sent)
        time = working.step("Communication in all", with_gather, "ms", reduction=time, gather=gather)
        sent = working.step("Sent in all", sent_with_gather, "GB", reduction=sent, gather=gathered)
    return _Traffic(messages, size, sent, time)


def _one_message(i: Inputs, operation: str, size: float, working: Working) -> collectives.Outputs:
    """Time of one collective operation among all GPUs, as the calculator of collectives has it."""
    algorithm = i.algorithm if operation == "all_reduce" else "ring"
    asked = collectives.Inputs(
        operation=operation, algorithm=algorithm, gpus=i.gpus, nodes=1.0, size=size, gpu=i.gpu, path="own", system=i.system,
        reached=i.reached, bandwidth=i.bandwidth, network=None, latency=i.latency, network_latency=0.0,
    )  # fmt: skip
    inner = Working()
    found = collectives.calculate(asked, inner)
    labels = [step.label for step in inner.steps]
    # what follows its time are the bandwidths that nccl-tests print, which say nothing here
    working.steps += inner.steps[: labels.index("Time") + 1]
    return found


def _exchange(i: Inputs, working: Working) -> tuple[str, float, float]:
    """The operation of a message, how many a step has, and how large each is."""
    rounds = _ROUNDS[i.phase]
    together = i.tokens * (i.gpus if i.scaling == "weak" else 1.0)
    if i.kind == "data":
        messages = i.messages or i.layers
        terms = {"parameters": i.stored, "element": i.element, "messages": messages}
        return "all_reduce", messages, i.message or working.step("One message", gradient_message, **terms)
    if i.kind == "tensor":
        operation, messages, tokens, width = "all_reduce", 2 * rounds * i.layers, together, i.hidden
    elif i.kind == "pipeline":
        operation, messages = "send_receive", rounds * i.microbatches * i.chunks
        tokens, width = together / i.microbatches, i.hidden
    else:
        operation, messages = "all_to_all", 2 * rounds * i.layers
        tokens, width = together / i.gpus, i.hidden * (i.experts or 1.0)
    size = i.message or working.step("One message", message_bytes, tokens=tokens, width=width, element=i.element)
    return operation, i.messages or messages, size


def _needed(i: Inputs, working: Working) -> float | None:
    if i.gpus <= 1 or i.target > i.gpus:
        return None
    return working.step("Share that must split", needed_share, "%", target=i.target, factor=i.gpus)


def _remark(i: Inputs, working: Working) -> None:
    if i.phase == "decode" and i.experts:
        working.remark("A batch reads more experts than one token does; the time on one GPU is for a single expert choice.")
    if i.kind == "pipeline":
        working.remark("Every stage sends and receives once for each microbatch and direction; the copies usually overlap.")
    if i.kind == "expert":
        working.remark("Routers that prefer some experts make the busiest GPU the slowest; an even spread is assumed.")
    if i.time is None:
        working.remark("The time on one GPU is what it would take if it could hold the model.")


def summary(i: Inputs, o: Outputs) -> str:
    step, left = show(readable(Quantity(o.step, "s"))), show(Quantity(o.efficiency, "%"), 3)
    times, talk = show(Quantity(o.speedup, "x"), 3), show(Quantity(o.communication_share, "%"), 3)
    return (
        f"{i.gpus:,.0f} × {i.gpu.short}: {step} per step, {times} one GPU, efficiency {left}, communication {talk} of the time."
    )


def chart(run) -> Chart:
    """Speed-up over the number of GPUs."""
    i, o = run.inputs, run.result
    points = run.sweep("gpus", [float(2**n) for n in range(11)]) or [(i.gpus, o)]
    counts = [n for n, _ in points]
    return Chart(
        title=f"Speed-up by number of GPUs, {i.kind} parallel",
        description=f"{summary(i, o)} The curve ends where the model cannot be split any further.",
        x=Axis("GPUs", "", log=True, base=2),
        y=Axis("Speed-up", "", log=True),
        series=(
            Series("as many times as there are GPUs", tuple((n, n) for n in counts), "limit"),
            Series("with communication", tuple((n, found.speedup) for n, found in points), "a"),
        ),
        marks=(Mark("these GPUs", i.gpus, o.speedup),),
    )


CALCULATOR = Calculator(
    title="Parallel efficiency",
    subject="Speed",
    question="What do more GPUs really give?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("efficiency", "speedup", "step", "communication_share"),
    chart=chart,
    typical=Typical("exchanging", ("efficiency", "step"), collectives.reaching),
)

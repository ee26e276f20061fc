"""How much memory does training take: weights, gradients, optimizer, activations, on each GPU and in all?

What is kept for each parameter, and who shares it: calculators/model_states.py. What is kept of each layer for the backward pass:
calculators/activations.py.
"""

import math
from dataclasses import dataclass, replace

from calculators import activations, architecture, formats, inputs, model_shape, model_states
from calculators.declare import Calculator, accelerator, choice, count, model, output, quantity
from calculators.formula import formula
from calculators.kv_cache import stored_heads
from calculators.present.chart import Axis, Bar, Bars, Limit, Segment
from calculators.problems import InputProblem, InputProblems
from calculators.records import Record
from calculators.units import Bytes, Number, Quantity, show
from calculators.working import Working

METHODS = {"full": "every parameter", "lora": "LoRA adapters", "qlora": "LoRA adapters on quantized weights (QLoRA)"}
OPTIMIZERS = {
    "adamw": "AdamW, FP32 moments",
    "adamw-16bit": "AdamW, 16-bit moments",
    "adamw-8bit": "AdamW, 8-bit moments (bitsandbytes)",
    "muon": "Muon for matrices, AdamW for the rest",
    "adafactor": "Adafactor, factored, no momentum",
    "sgd-momentum": "SGD with momentum",
    "sgd": "SGD",
}
PRECISIONS = {
    "mixed": "mixed: 16-bit weights and an FP32 master copy",
    "fp32": "FP32 throughout",
    "bf16": "BF16 throughout, no master copy",
}
GRADIENTS = {"16-bit": "16 bits", "fp32": "FP32 (as Megatron-LM accumulates)"}
SHARDING = {
    "0": "nothing (DDP)",
    "1": "optimizer (ZeRO-1)",
    "2": "optimizer and gradients (ZeRO-2, FSDP SHARD_GRAD_OP)",
    "3": "everything (ZeRO-3, FSDP FULL_SHARD)",
}
RECOMPUTE = {
    "none": "nothing: attention scores are kept",
    "selective": "attention only, or FlashAttention",
    "full": "every layer from its input",
}
SEQUENCE_PARALLEL = {"on": "on", "off": "off"}
DROPOUT = {"off": "no dropout", "on": "dropout, one byte per mask element"}
TARGETS = {"qv": "query and value", "attention": "all of attention", "all": "every matrix of a layer"}
BASES = {slug: kind.label for slug, kind in formats.WEIGHTS.items() if kind.quantized}

_FP32, _HALF, _BYTE = 4.0, 2.0, 1.0  # bytes
_MOMENTS = {"adamw": 2 * _FP32, "adamw-16bit": 2 * _HALF, "adamw-8bit": 2 * _BYTE, "sgd-momentum": _FP32, "sgd": 0.0}


@formula("states + gathered + activations + recomputed + logits + overhead")
def needed(states: Bytes, gathered: Bytes, activations: Bytes, recomputed: Bytes, logits: Bytes, overhead: Bytes) -> Bytes:
    """Bytes needed on the fullest GPU: states, activations, and what neither formula knows."""
    return Bytes(states + gathered + activations + recomputed + logits + overhead)


@formula("per_gpu * data * tensor * pipeline")
def on_all(per_gpu: Bytes, data: Number, tensor: Number, pipeline: Number) -> Bytes:
    """Bytes on all GPUs, if each holds as much as the fullest."""
    return Bytes(per_gpu * data * tensor * pipeline)


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb")
    model: Record = model("llama-3.1-8b")
    method: str = choice("full", METHODS, "Trained", "Adapters leave the weights as they are.")
    optimizer: str = choice("adamw", OPTIMIZERS, "Optimizer", "What it keeps for each trained parameter.")
    data: float = count(8, 1, 100_000, "Data-parallel GPUs", "Replicas of the model; all GPUs, without model parallelism.", "GPU")
    zero: str = choice("3", SHARDING, "Sharded over them", "What the data-parallel GPUs split instead of each keeping a copy.")
    sequence: float = count(8192, 1, 10_000_000, "Tokens per sequence", "Sequence length in training.", "token")
    microbatch: float = count(1, 1, 100_000, "Microbatch", "Sequences that one replica works on at a time.", "sequence")
    recompute: str = choice("selective", RECOMPUTE, "Recomputed", "In the backward pass, instead of being kept.")
    tensor: float = count(1, 1, 1024, "Tensor parallel", "GPUs that share each layer.", "GPU")
    sequence_parallel: str = choice("on", SEQUENCE_PARALLEL, "Sequence parallel", "Splits norms and dropouts over the same GPUs.")
    pipeline: float = count(1, 1, 1024, "Pipeline parallel", "GPUs that share the layers, one stage each.", "GPU")
    microbatches: float = count(8, 1, 1_000_000, "Microbatches per step", "Fill the pipeline; only that many are held.")
    chunks: float = inputs.pipeline_chunks()
    precision: str = choice("mixed", PRECISIONS, "Precision", "Of weights and activations.")
    gradients: str = choice("16-bit", GRADIENTS, "Gradients in", "With FP32 weights always FP32.")
    dropout: str = choice("off", DROPOUT, "Dropout", "Masks are kept too; newer models train without.")
    rank: float = count(16, 1, 8192, "LoRA rank", "Of the two thin matrices of each adapter.")
    targets: str = choice("all", TARGETS, "LoRA on", "The matrices that get adapters.")
    base: str = choice("nf4", BASES, "QLoRA weights in", "Of the matrices; embeddings and head stay in 16 bits.")
    logit: float = quantity("4 byte", "byte", "0 byte", "16 byte", "Bytes per logit", "FP32: 4; with a 16-bit copy: 6.")
    gathered_layers: float = count(2, 0, 1000, "Layers gathered at a time", "Under full sharding: at work, and fetched ahead.")
    overhead: float = quantity(
        "2 GiB", "GiB", "0 GiB", "1000 GiB", "Overhead per GPU", "CUDA context, communication buffers, fragments: measure yours."
    )
    parameters: float = model_shape.parameters()
    layers: float = model_shape.layers()
    hidden: float = model_shape.hidden_size()
    heads: float = model_shape.heads()
    kv_heads: float = model_shape.kv_heads()
    head_dim: float = model_shape.head_dim()
    feed_forward: float = model_shape.feed_forward()
    matrices: float = model_shape.feed_forward_matrices()
    vocabulary: float = model_shape.vocabulary()
    capacity: float = inputs.memory_per_gpu()


@dataclass(frozen=True)
class Outputs:
    fits: bool = output("Fits", None, "Whether the fullest GPU has room.")
    per_gpu: Bytes = output("Needed per GPU", "GB", "On the fullest GPU.")
    capacity: Bytes = output("Memory per GPU", "GB", "As given.")
    min_gpus: Number | None = output("Fewest GPUs", "GPU", "With this model parallelism; more replicas share what is sharded.")
    weights: Bytes = output("Weights", "GB", "Per GPU.")
    gradients: Bytes = output("Gradients", "GB", "Per GPU.")
    optimizer: Bytes = output("Optimizer", "GB", "Per GPU: master copy and moments.")
    states: Bytes = output("Model states", "GB", "Per GPU: weights, gradients and optimizer.")
    gathered: Bytes = output("Gathered layers", "GB", "Per GPU: put together for use under full sharding.")
    activations: Bytes = output("Activations", "GB", "Per GPU: kept for the backward pass.")
    working_layer: Bytes = output("Layer being recomputed", "GB", "Per GPU: under full recomputation, the one at work.")
    logits: Bytes = output("Logits", "GB", "Per GPU of the last stage.")
    total: Bytes = output("On all GPUs", "GB", "If each held as much as the fullest.")
    one_copy: Bytes = output("One copy of the states", "GB", "Weights, gradients and optimizer, stored once.")
    bytes_per_parameter: Bytes = output("Bytes per trained parameter", "byte", "Weights, gradients and optimizer.")
    optimizer_per_parameter: Bytes = output("Optimizer per trained parameter", "byte", "Master copy and moments.")
    trained: Number = output("Trained parameters", "parameter", "All, or those of the adapters.")
    layer_activations: Bytes = output("Kept per layer", "GB", "Of one microbatch, per GPU.")
    kept_share: Number = output("Kept of all activations", "%", "Against keeping everything, without sequence parallelism.")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Memory for training on the fullest GPU; see `on_one_gpu`, `layer`, `stage`, `needed`.

    Raises InputProblems for tensor parallelism that does not divide the heads and for more stages than layers.
    """
    _require_split(i)
    held = _states(i, working)
    kept = _kept_per_layer(i, working)
    acts, at_work, last = _fullest_stage(i, kept, working)
    per_gpu = working.step(
        "Needed per GPU", needed, "GB",
        states=held.total, gathered=_fetched(i, held), activations=acts, recomputed=at_work, logits=last, overhead=i.overhead,
    )  # fmt: skip
    total = working.step("On all GPUs", on_all, "GB", per_gpu=per_gpu, data=i.data, tensor=i.tensor, pipeline=i.pipeline)
    whole = _layer(replace(i, recompute="none", sequence_parallel="off"), Working())
    fewest = _fewest(i, held, per_gpu, working)
    _remark(i, working)
    return Outputs(
        per_gpu <= i.capacity, per_gpu, i.capacity, fewest, held.weights, held.gradients, held.optimizer, held.total,
        _fetched(i, held), acts, at_work, last, total, held.one_copy, held.each, held.optimizer_each, held.trained, kept,
        Number(kept / whole),
    )  # fmt: skip


def _require_split(i: Inputs) -> None:
    if i.heads % i.tensor:
        message = f"does not divide the {i.heads:g} attention heads"
        raise InputProblems([InputProblem("tensor", f"{i.tensor:g}", message, "a number that divides the heads")])
    if i.pipeline > i.layers:
        message = f"is more stages than the {i.layers:g} layers"
        raise InputProblems([InputProblem("pipeline", f"{i.pipeline:g}", message, "at most one stage per layer")])


@dataclass(frozen=True, slots=True)
class _Held:
    """Model states: bytes per GPU, what of them the replicas share, and bytes per trained parameter."""

    weights: float
    gradients: float
    optimizer: float
    total: float
    shared: float
    gathered: float
    one_copy: float
    each: float
    optimizer_each: float
    trained: float


def _states(i: Inputs, working: Working) -> _Held:
    element, master = _weight_bytes(i)
    gradient = _FP32 if i.precision == "fp32" or i.gradients == "fp32" else _HALF
    moments = _moments(i, working)
    optimizer = working.step("Optimizer per parameter", model_states.optimizer_bytes, "byte", master=master, moments=moments)
    terms = {"weights": element, "gradients": gradient, "optimizer": optimizer}
    each = working.step("Bytes per parameter", model_states.states, "byte", **terms)
    trained = i.parameters if i.method == "full" else _adapters(i, working)

    def placed(label: str, parameters: float, bytes_each: float, least: int) -> float:
        shards = i.data if int(i.zero) >= least else 1.0
        split = {"tensor": i.tensor, "pipeline": i.pipeline, "shards": shards}
        return working.step(label, model_states.on_one_gpu, "GB", parameters=parameters, bytes_each=bytes_each, **split)

    weights = placed("Weights", trained, element, 3)
    once = working.step("One copy of the states", model_states.in_all, "GB", parameters=trained, bytes_each=each)
    used = element
    if i.method != "full":
        used = _frozen_bytes(i, element, working)
        frozen = placed("Frozen weights", i.parameters, used, 3)
        weights = working.step("All weights", model_states.with_frozen, "GB", trained=weights, frozen=frozen)
        base = working.step("One copy of the frozen weights", model_states.in_all, "GB", parameters=i.parameters, bytes_each=used)
        once = working.step("One copy of all", model_states.with_frozen, "GB", trained=once, frozen=base)
    grads, opt = placed("Gradients", trained, gradient, 2), placed("Optimizer", trained, optimizer, 1)
    total = working.step("Model states", model_states.states, "GB", weights=weights, gradients=grads, optimizer=opt)
    shared = sum(part for part, least in ((weights, 3), (grads, 2), (opt, 1)) if int(i.zero) >= least)
    return _Held(weights, grads, opt, total, shared, _gathered(i, used, working), once, each, optimizer, trained)


def _gathered(i: Inputs, bytes_each: float, working: Working) -> float:
    """What full sharding over several replicas puts together for use."""
    if i.zero != "3" or not i.gathered_layers:
        return 0.0
    terms = {"gathered_layers": min(i.gathered_layers, i.layers), "layers": i.layers, "parameters": i.parameters}
    return working.step("Gathered layers", model_states.gathered, "GB", **terms, bytes_each=bytes_each, tensor=i.tensor)


def _weight_bytes(i: Inputs) -> tuple[float, float]:
    """Bytes of a trained weight as it is used, and of its master copy."""
    return {"mixed": (_HALF, _FP32), "fp32": (_FP32, 0.0), "bf16": (_HALF, 0.0)}[i.precision]


def _moments(i: Inputs, working: Working) -> float:
    if i.optimizer == "adafactor":
        return working.step("Factored moment", model_states.factored_moment, "byte", element=_FP32, hidden=i.hidden)
    if i.optimizer == "muon":
        matrices = _matrix_share(i, working) if i.method == "full" else 1.0
        return working.step("Muon's moments", model_states.mixed, "byte", matrices=matrices, inside=_FP32, outside=2 * _FP32)
    return _MOMENTS[i.optimizer]


def _matrix_share(i: Inputs, working: Working) -> float:
    """Share of the model's parameters that is in matrices of its layers."""
    counts = architecture.parameter_counts(i.model)
    working.use(*architecture.facts_of(i.model))
    return counts.linear / counts.total


def _frozen_bytes(i: Inputs, element: float, working: Working) -> float:
    """Bytes per parameter of the weights under the adapters."""
    if i.method == "lora":
        return element
    quantized = formats.element_bytes(formats.WEIGHTS[i.base], "parameter", working)
    terms = {"matrices": _matrix_share(i, working), "inside": quantized, "outside": float(formats.UNQUANTIZED_BYTES)}
    return working.step("Frozen: bytes per parameter", model_states.mixed, "byte", **terms)


def _adapters(i: Inputs, working: Working) -> float:
    shape = {"hidden": i.hidden, "query_width": i.heads * i.head_dim, "key_width": i.kv_heads * i.head_dim}
    of_attention = model_states.query_and_value if i.targets == "qv" else model_states.all_of_attention
    widths = working.step("Widths adapted", of_attention, **shape)
    if i.targets == "all":
        experts, used, _ = model_shape.experts(i.model)
        terms = {"matrices": i.matrices, "experts": experts, "hidden": i.hidden, "expert_width": i.feed_forward / used}
        widths = working.step("All widths adapted", model_states.every_matrix, attention=widths, **terms)
    terms = {"layers": i.layers, "rank": i.rank, "widths": widths}
    return working.step("Trained parameters", model_states.adapter_parameters, "parameter", **terms)


def _layer(i: Inputs, working: Working) -> float:
    """Bytes kept of one layer and microbatch on one GPU, with nothing or only attention recomputed."""
    element, mask = (_FP32 if i.precision == "fp32" else _HALF), (_BYTE if i.dropout == "on" else 0.0)
    tokens = working.step("Tokens at once", activations.tokens_at_once, sequence=i.sequence, microbatch=i.microbatch)
    kv_heads = stored_heads(kv_heads=i.kv_heads, gpus=i.tensor)
    outside = working.step(
        "Norms and inputs", activations.norms_and_inputs, "GB",
        tokens=tokens, hidden=i.hidden, element=element, mask=mask, shards=_sequence_shards(i),
    )  # fmt: skip
    inside = working.step(
        "Between the matrices", activations.inside_matrices, "GB",
        tokens=tokens, element=element, query_width=i.heads * i.head_dim, key_width=kv_heads * i.head_dim,
        matrices=i.matrices, feed_forward=i.feed_forward, tensor=i.tensor,
    )  # fmt: skip
    attention = 0.0
    if i.recompute == "none":
        attention = working.step(
            "Attention scores", activations.scores, "GB",
            tokens=tokens, sequence=i.sequence, heads=i.heads, element=element, mask=mask, tensor=i.tensor,
        )  # fmt: skip
    return working.step("One layer", activations.layer, "GB", outside=outside, inside=inside, attention=attention)


def _sequence_shards(i: Inputs) -> float:
    return i.tensor if i.sequence_parallel == "on" else 1.0


def _kept_per_layer(i: Inputs, working: Working) -> float:
    if i.recompute != "full":
        return _layer(i, working)
    element = _FP32 if i.precision == "fp32" else _HALF
    tokens = working.step("Tokens at once", activations.tokens_at_once, sequence=i.sequence, microbatch=i.microbatch)
    shape = {"tokens": tokens, "hidden": i.hidden, "element": element, "shards": _sequence_shards(i)}
    return working.step("Kept per layer", activations.layer_input, "GB", **shape)


def _fullest_stage(i: Inputs, kept: float, working: Working) -> tuple[float, float, float]:
    """Activations, the layer being recomputed, and logits of the stage that needs most: the first holds more, the last scores."""
    element = i.logit
    tokens = i.sequence * i.microbatch
    last = working.step(
        "Logits", activations.logits, "GB", tokens=tokens, vocabulary=i.vocabulary, element=element, tensor=i.tensor
    )
    at_work = _layer(replace(i, recompute="selective"), working) if i.recompute == "full" else 0.0
    schedule = 1.0
    if i.chunks > 1 and i.pipeline > 1:
        schedule = working.step("Interleaved schedule", activations.interleaving, "x", pipeline=i.pipeline, chunks=i.chunks)
    held = working.step("Microbatches held", activations.in_flight, pipeline=i.pipeline, microbatches=i.microbatches)
    layers = math.ceil(i.layers / i.pipeline)
    first = working.step("Activations", activations.stage, "GB", kept=kept, layers=layers, held=held, schedule=schedule)
    one = kept * layers
    if i.pipeline == 1 or one + last > first:
        return one, at_work, last
    return first, at_work, 0.0


def _fewest(i: Inputs, held: _Held, per_gpu: float, working: Working) -> float | None:
    """Fewest GPUs with this tensor and pipeline parallelism; None where no number of replicas helps."""
    sharded, alone = held.shared * i.data, per_gpu - held.shared - _fetched(i, held)
    if alone + sharded <= i.capacity:
        return Number(i.tensor * i.pipeline)
    fixed = alone + held.gathered
    if fixed >= i.capacity or not sharded:
        return None
    room = working.step("Room for shards", model_states.room, "GB", capacity=i.capacity, fixed=fixed)
    replicas = working.step("Fewest replicas", model_states.fewest_replicas, "GPU", sharded=sharded, room=room)
    return Number(replicas * i.tensor * i.pipeline)


def _fetched(i: Inputs, held: _Held) -> float:
    """A single replica has every layer already."""
    return held.gathered if i.data > 1 else 0.0


def _remark(i: Inputs, working: Working) -> None:
    if i.recompute == "none":
        working.remark("Attention scores grow with the square of the sequence; FlashAttention never stores them (selective).")
    if i.method != "full":
        working.remark("Adapters train few parameters, but the backward pass still needs the activations of every layer.")
    if i.pipeline > 1:
        working.remark("Parameters are split evenly; the stage that also has the embedding or the head holds a little more.")


def summary(i: Inputs, o: Outputs) -> str:
    gpus = i.data * i.tensor * i.pipeline
    need, have = show(Quantity(o.per_gpu, "GB")), show(Quantity(o.capacity, "GB"))
    where = f"{gpus:,.0f} × {i.gpu.short}"
    if o.fits:
        return f"Fits on {where}: {need} of {have} on each."
    short = f"Does not fit on {where}: {need} on each, which has {have}."
    if o.min_gpus is None:
        return f"{short} More replicas do not help: what each must hold alone is too much."
    return f"{short} It takes {show(Quantity(o.min_gpus, 'GPU'))}."


def chart(run) -> Bars:
    """What takes the memory of one GPU, at each level of sharding, against what there is."""
    i = run.inputs
    bars = tuple(
        Bar(f"{SHARDING[zero]}{', as chosen' if zero == i.zero else ''}", _segments(o, i))
        for zero, o in run.sweep("zero", SHARDING)
    )
    return Bars(
        title=f"Memory of one GPU by what {i.data:,.0f} replicas shard",
        description=summary(i, run.result),
        x=Axis("Memory per GPU", "GB"),
        bars=bars,
        limit=Limit(f"{i.gpu.short} has", run.result.capacity / 1e9),
    )


def _segments(o: Outputs, i: Inputs) -> tuple[Segment, ...]:
    parts = (
        ("Weights", o.weights + o.gathered),
        ("Gradients", o.gradients),
        ("Optimizer", o.optimizer),
        ("Activations", o.activations + o.working_layer),
        ("Logits", o.logits),
        ("Overhead", i.overhead),
    )
    return tuple(Segment(label, size / 1e9, role) for (label, size), role in zip(parts, "abcdef", strict=True))


CALCULATOR = Calculator(
    title="Training memory",
    subject="Memory",
    question="Does training fit, and what takes the memory?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("per_gpu", "capacity", "min_gpus", "states"),
    chart=chart,
)

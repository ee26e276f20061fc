"""Does a model fit on N GPUs: weights, KV cache and overhead against the memory that the driver reports?

Tensor parallelism is assumed: weights split evenly, KV heads split among the GPUs and replicated when there are more GPUs than
heads; the latent of MLA has no heads to split and is replicated on every GPU. A mixture holds all of its experts. The overhead
(CUDA context, activations, communication buffers, fragmentation) is an input because it is measured, not derived.
"""

from dataclasses import dataclass

from calculators import inputs, kv_cache
from calculators.declare import Calculator, accelerator, count, model, output, quantity
from calculators.formula import formula
from calculators.present.chart import Axis, Bar, Bars, Limit, Segment
from calculators.problems import InputProblem, InputProblems
from calculators.records import Record
from calculators.units import Bytes, Number, Quantity, show
from calculators.weights import sizes as weight_sizes
from calculators.working import Working

_MOST_GPUS = 1024


@formula("per_gpu * gpus")
def on_all(per_gpu: Bytes, gpus: Number) -> Bytes:
    """Bytes on `gpus` GPUs of `per_gpu` bytes each."""
    return Bytes(per_gpu * gpus)


@formula("weights + kv_cache + overhead")
def needed(weights: Bytes, kv_cache: Bytes, overhead: Bytes) -> Bytes:
    """Bytes needed on all GPUs together, all three in bytes."""
    return Bytes(weights + kv_cache + overhead)


@formula("capacity - min(capacity, total)")
def left_over(capacity: Bytes, total: Bytes) -> Bytes:
    """Bytes left of `capacity` after `total`; nothing when it does not fit."""
    return Bytes(capacity - min(capacity, total))


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb")
    gpus: float = count(2, 1, _MOST_GPUS, "GPUs", "GPUs that share the model by tensor parallelism.", "GPU")
    model: Record = model("llama-2-70b")
    weights: str = inputs.weight_format()
    scope: str = inputs.quantized_scope()
    kv: str = inputs.kv_format()
    context: float = count(4096, 1, 10_000_000, "Tokens per sequence", "Prompt and generated tokens together.", "token")
    batch: float = count(1, 1, 1_000_000, "Sequences", "Sequences held at the same time.", "sequence")
    policy: str = inputs.window_policy()
    overhead: float = quantity(
        "2 GiB", "GiB", "0 GiB", "1000 GiB", "Overhead per GPU", "CUDA context, activations, buffers: measure yours."
    )
    capacity: float = inputs.memory_per_gpu()


@dataclass(frozen=True)
class Outputs:
    fits: bool = output("Fits", None, "Whether weights, KV cache and overhead fit in the memory.")
    total: Bytes = output("Needed", "GB", "On all GPUs together.")
    capacity: Bytes = output("Available", "GB", "On all GPUs together.")
    free: Bytes = output("Left over", "GB", "Nothing, when it does not fit.")
    short: Bytes = output("Short by", "GB", "Nothing, when it fits.")
    weights: Bytes = output("Weights", "GB", "On all GPUs together.")
    kv_cache: Bytes = output("KV cache", "GB", "On all GPUs together, replicated heads included.")
    overhead: Bytes = output("Overhead", "GB", "On all GPUs together.")
    per_gpu: Bytes = output("Needed per GPU", "GB", "An even share.")
    max_batch: Number = output("Sequences that fit", "sequence", "The largest batch at this context length.")
    min_gpus: Number | None = output("Fewest GPUs", "GPU", "By memory alone.")
    min_gpus_dividing: Number | None = output(
        "Fewest GPUs that divide the heads", "GPU", "Tensor parallelism splits attention heads evenly."
    )


def _bytes_on(i: Inputs, gpus: float, working: Working) -> tuple[float, float, float]:
    """Weights, KV cache of one sequence, and overhead, on all `gpus` together."""
    size = weight_sizes(i.model, i.weights, i.scope, working)
    sequence = kv_cache.held(i.model, i.kv, gpus, working).sequence(i.context, i.policy, working)
    overhead = working.step("Overhead", on_all, "GB", per_gpu=i.overhead, gpus=gpus)
    return size.total, sequence, overhead


def _fewest(i: Inputs, divisor_of: int = 0) -> int | None:
    size = weight_sizes(i.model, i.weights, i.scope, Working()).total
    sequence = kv_cache.held(i.model, i.kv, 1, Working()).sequence(i.context, i.policy, Working())
    for gpus in range(1, _MOST_GPUS + 1):
        if divisor_of and divisor_of % gpus:
            continue
        kv = sequence * kv_cache.replicas(i.model, gpus) * i.batch
        if size + kv + i.overhead * gpus <= i.capacity * gpus:
            return gpus
    return None


def _require_room(i: Inputs) -> None:
    if i.overhead >= i.capacity:
        message = f"leaves nothing of {show(Quantity(i.capacity, 'GiB'))} per GPU"
        raise InputProblems(
            [InputProblem("overhead", show(Quantity(i.overhead, "GiB")), message, "less than the memory per GPU")]
        )


def calculate(i: Inputs, working: Working) -> Outputs:
    """Memory needed against memory available; see `needed` and `left_over`.

    Raises InputProblems when the overhead alone fills a GPU.
    """
    _require_room(i)
    size, sequence, overhead = _bytes_on(i, i.gpus, working)
    kv = working.step("KV cache of the batch", kv_cache.of_batch, "GB", kv_per_sequence=sequence, sequences=i.batch)
    total = working.step("Needed", needed, "GB", weights=size, kv_cache=kv, overhead=overhead)
    capacity = working.step("Available", on_all, "GB", per_gpu=i.capacity, gpus=i.gpus)
    free = working.step("Left over", left_over, "GB", capacity=capacity, total=total)
    room = max(0.0, capacity - size - overhead)
    most = working.step("Sequences that fit", kv_cache.sequences_in, "sequence", room=room, kv_per_sequence=sequence)
    fewest, dividing = _fewest(i), _fewest(i, int(i.model["architecture.num_attention_heads"].value))
    if fewest is None:
        working.remark(
            "No number of tensor-parallel GPUs holds this: beyond one GPU per KV head the cache is replicated, in MLA always."
        )
    return Outputs(
        total <= capacity, total, capacity, free, max(0.0, total - capacity), size, kv, overhead, total / i.gpus, most,
        fewest, dividing,
    )  # fmt: skip


def summary(i: Inputs, o: Outputs) -> str:
    where = f"{int(i.gpus)} × {i.gpu.short}"
    if o.fits:
        free, most = show(Quantity(o.free, "GB")), show(Quantity(o.max_batch, "sequence"))
        return f"Fits on {where} with {free} left over, room for {most}."
    short = f"Does not fit on {where}: short by {show(Quantity(o.short, 'GB'))}."
    return short if o.min_gpus_dividing is None else f"{short} It takes {show(Quantity(o.min_gpus_dividing, 'GPU'))}."


def chart(run) -> Bars:
    """What takes the memory, against what there is."""
    i, o = run.inputs, run.result
    in_gb = {"Weights": o.weights, "KV cache": o.kv_cache, "Overhead": o.overhead, "Left over": o.free}
    roles = {"Weights": "a", "KV cache": "b", "Overhead": "c", "Left over": "free"}
    segments = tuple(Segment(label, value / 1e9, roles[label]) for label, value in in_gb.items() if value > 0)
    return Bars(
        title=f"Memory on {int(i.gpus)} × {i.gpu.short}",
        description=summary(i, o),
        x=Axis("Memory", "GB"),
        bars=(Bar("All GPUs", segments),),
        limit=Limit("available", o.capacity / 1e9),
    )


CALCULATOR = Calculator(
    title="Does it fit",
    subject="Memory",
    question="Does the model fit, and what is left?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("fits", "total", "capacity", "max_batch"),
    chart=chart,
)

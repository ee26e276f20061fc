"""Does a model fit on N GPUs: weights, KV cache and overhead against the memory that the driver reports?

What each GPU holds is worked out in `shards`: tensor parallelism with copies where there are more GPUs than KV heads or a latent,
pipeline stages, experts dealt out. A mixture holds all of its experts. The overhead (CUDA context, communication buffers,
captured graphs, fragmentation) is an input because it is measured, not derived. Published figures: 0.65 GB for CUDA alone
(RahulSChand, gpu_poor, README), 3.5 GiB and up to 0.38 GiB for NCCL with TensorRT-LLM, a fifth more of the former with SGLang
(NVIDIA, aiconfigurator, systems and backends), about 5 GiB with Megatron-DeepSpeed (EleutherAI, cookbook,
calc_transformer_mem.py).
"""

import math
from dataclasses import dataclass

from calculators import inputs, kv_cache, shards
from calculators.architecture import Configuration
from calculators.declare import Calculator, accelerator, choice, count, model, output, quantity
from calculators.formula import formula
from calculators.present.chart import Axis, Bar, Bars, Limit, Segment
from calculators.problems import InputProblem, InputProblems
from calculators.records import Record
from calculators.units import Bytes, Number, Quantity, show
from calculators.weights import bits_in, largest_format
from calculators.working import Unrecorded, Working

_MOST_GPUS = 1024


@formula("per_gpu * gpus")
def on_all(per_gpu: Bytes, gpus: Number) -> Bytes:
    """Bytes on `gpus` GPUs of `per_gpu` bytes each."""
    return Bytes(per_gpu * gpus)


@formula("weights + kv_cache + overhead + activations")
def needed(weights: Bytes, kv_cache: Bytes, overhead: Bytes, activations: Bytes) -> Bytes:
    """Bytes needed, of weights, KV cache, overhead and the activations that are not part of it."""
    return Bytes(weights + kv_cache + overhead + activations)


@formula("capacity - min(capacity, total)")
def left_over(capacity: Bytes, total: Bytes) -> Bytes:
    """Bytes left of `capacity` after `total`; nothing when it does not fit."""
    return Bytes(capacity - min(capacity, total))


@formula("kv_per_sequence * share * ceil(sequences / gpus)")
def own_requests(kv_per_sequence: Bytes, share: Number, sequences: Number, gpus: Number) -> Bytes:
    """KV cache on the fullest GPU where each keeps whole sequences of its own, of the layers of its stage."""
    return Bytes(kv_per_sequence * share * math.ceil(sequences / gpus))


@formula("kv_per_sequence * share * sequences / gpus")
def split_requests(kv_per_sequence: Bytes, share: Number, sequences: Number, gpus: Number) -> Bytes:
    """KV cache on a GPU where every sequence is split by heads: `kv_per_sequence` has all replicas of the stage."""
    return Bytes(kv_per_sequence * share * sequences / gpus)


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb")
    gpus: float = count(2, 1, _MOST_GPUS, "GPUs", "GPUs that share the model.", "GPU")
    model: Record = model("llama-2-70b")
    weights: str = inputs.weight_format()
    scope: str = inputs.quantized_scope()
    kv: str = inputs.kv_format()
    context: float = inputs.tokens_per_sequence()
    batch: float = inputs.sequences()
    policy: str = inputs.window_policy()
    overhead: float = quantity(
        *("2 GiB", "GiB", "0 GiB", "1000 GiB", "Overhead per GPU"),
        "CUDA context, buffers, graphs: 0.65 GB to 5 GiB was found, 3.5 to 4.6 GiB with TensorRT-LLM and SGLang. Measure yours.",
    )
    prefill: float = count(
        0, 0, 10_000_000, "Tokens prefilled at once", "Their activations are counted. 0: they are part of the overhead.", "token"
    )
    stages: float = count(1, 1, 1024, "Pipeline stages", "Groups of GPUs with whole layers of their own.")
    sharding: str = choice(
        "tensor", shards.SHARDING, "GPUs of a stage share", "What is split, and what each of them keeps whole."
    )
    embeddings: str = choice("split", shards.EMBEDDINGS, "Embeddings and head", "Engines split them, or keep them whole.")
    block: float = count(
        1, 1, 65_536, "Block of the cache", "Tokens that a paged cache hands out together. 1: no blocks.", "token"
    )
    capacity: float = inputs.memory_per_gpu()


@dataclass(frozen=True)
class Outputs:
    fits: bool = output("Fits", None, "Whether the fullest GPU holds what it has to.")
    total: Bytes = output("Needed", "GB", "On all GPUs together.")
    capacity: Bytes = output("Available", "GB", "On all GPUs together.")
    free: Bytes = output("Left over", "GB", "On all GPUs, as on the fullest. Nothing, when it does not fit.")
    short: Bytes = output("Short by", "GB", "On all GPUs, as on the fullest. Nothing, when it fits.")
    weights: Bytes = output("Weights", "GB", "On all GPUs together, copies included.")
    kv_cache: Bytes = output("KV cache", "GB", "On all GPUs together, replicated heads included.")
    overhead: Bytes = output("Overhead", "GB", "On all GPUs together.")
    per_gpu: Bytes = output("Needed per GPU", "GB", "On the fullest one.")
    max_batch: Number = output("Sequences that fit", "sequence", "The largest batch at this context length.")
    min_gpus: Number | None = output("Fewest GPUs", "GPU", "By memory alone.")
    min_gpus_dividing: Number | None = output(
        "Fewest GPUs that divide the heads", "GPU", "Tensor parallelism splits attention heads evenly."
    )
    activations: Bytes = output("Activations", "GB", "Of the tokens prefilled at once, on all GPUs together.")
    copies: Bytes = output("Copies of weights", "GB", "What is kept more than once: of all weights, beyond the first copy.")
    marketed: Bytes | None = output("Marketed memory", "GB", "Of all GPUs, as advertised.")
    usable: Number | None = output("Usable of it", "%", "What counts as available here, of what is advertised.")
    max_batch_least: Number = output("Sequences at the least overhead", "sequence", "With 0.65 GB on each GPU, for CUDA alone.")
    max_batch_most: Number = output("Sequences at the most overhead", "sequence", "With 5 GiB on each GPU.")
    bits_that_fit: Bytes = output("Bits per weight that fit", "bit", "Of the quantized weights, next to all else.")
    format_that_fits: str = output("Largest format that fits", None, "Of those that this site knows, next to all else.")


LEAST_OVERHEAD = 0.65e9  # CUDA alone: RahulSChand/gpu_poor, README, "650 MB overhead in my calculations for cuda overhead"
MOST_OVERHEAD = 5 * 1024**3  # EleutherAI cookbook, calc_transformer_mem.py: "~5GiB in our experiments with Megatron-DeepSpeed"
_ACTIVATION_BYTES = 2


@dataclass(frozen=True, slots=True)
class _Parts:
    """What has to be held, whatever the number of GPUs."""

    inputs: Inputs
    spread: shards.Model

    def sequence(self, gpus: float, working: Working) -> float:
        """KV cache of one sequence, with the replicas that a stage of `gpus` GPUs keeps."""
        i = self.inputs
        held = kv_cache.held(i.model, i.kv, gpus if i.sharding == "tensor" else 1, working)
        if i.block == 1:
            return held.sequence(i.context, i.policy, working)
        return held.paged(i.context, i.block, i.policy, working)

    def cache(self, sequence: float, gpus: float, sequences: float, working: Working) -> float:
        """KV cache on the fullest GPU."""
        tensor = gpus / self.inputs.stages
        share = shards.largest_stage(self.spread.configuration.layers, self.inputs.stages)
        how = split_requests if self.inputs.sharding == "tensor" else own_requests
        terms = {"kv_per_sequence": sequence, "share": share, "sequences": sequences, "gpus": tensor}
        return working.step("KV cache on the fullest GPU", how, "GB", **terms)

    def activations(self, gpus: float, working: Working) -> float:
        """Activations on one GPU."""
        if not self.inputs.prefill:
            return 0.0
        each = self.spread.activations(gpus, _ACTIVATION_BYTES, working)
        return working.step("Activations", shards.of_tokens, "GB", activations_per_token=each, tokens=self.inputs.prefill)

    def fits(self, gpus: float, quiet: Working) -> bool:
        """Whether the fullest of `gpus` GPUs holds all that it has to."""
        tensor = gpus / self.inputs.stages
        cache = self.cache(self.sequence(tensor, quiet), gpus, self.inputs.batch, quiet)
        held = self.spread.fullest(gpus, quiet) + cache + self.inputs.overhead + self.activations(gpus, quiet)
        return held <= self.inputs.capacity

    def most(self, gpus: float, weights: float, sequence: float, overhead: float, activations: float) -> float:
        """Whole sequences that fit next to all else."""
        i, tensor = self.inputs, gpus / self.inputs.stages
        room = max(0.0, i.capacity - weights - overhead - activations)
        one = sequence * shards.largest_stage(self.spread.configuration.layers, i.stages)
        if i.sharding == "expert":
            return math.floor(room / one) * tensor
        return kv_cache.sequences_in(room=room * tensor, kv_per_sequence=one)


def _fewest(parts: _Parts, divisor_of: int = 0) -> int | None:
    quiet, stages = Unrecorded(), int(parts.inputs.stages)
    for gpus in range(stages, _MOST_GPUS + 1, stages):
        if divisor_of and divisor_of % (gpus // stages):
            continue
        if parts.fits(gpus, quiet):
            return gpus
    return None


def _require_room(i: Inputs) -> None:
    problems = []
    if i.overhead >= i.capacity:
        message = f"leaves nothing of {show(Quantity(i.capacity, 'GiB'))} per GPU"
        problems.append(InputProblem("overhead", show(Quantity(i.overhead, "GiB")), message, "less than the memory per GPU"))
    if i.gpus % i.stages:
        message = f"do not share {int(i.gpus)} GPUs evenly"
        problems.append(InputProblem("stages", str(int(i.stages)), message, "a divisor of the number of GPUs"))
    layers = Configuration(i.model).layers
    if i.stages > layers:
        message = f"are more than the {layers} layers of {i.model.name}"
        problems.append(InputProblem("stages", str(int(i.stages)), message, f"up to {layers}"))
    if i.sharding == "expert" and not Configuration(i.model).experts:
        message = f"is not possible: {i.model.name} has no experts"
        problems.append(InputProblem("sharding", i.sharding, message, "tensor, or a mixture of experts"))
    if problems:
        raise InputProblems(problems)


def calculate(i: Inputs, working: Working) -> Outputs:
    """Memory needed against memory available; see `needed`, `left_over` and the formulas of `shards`.

    Raises InputProblems when the overhead alone fills a GPU, for stages that do not divide the GPUs, and for experts to be dealt
    out that the model does not have.
    """
    _require_room(i)
    spread = shards.of(i.model, i.weights, i.scope, i.sharding, i.embeddings, i.stages, working)
    parts, tensor = _Parts(i, spread), i.gpus / i.stages
    weights = spread.fullest(i.gpus, working)
    sequence = parts.sequence(tensor, working)
    cache = parts.cache(sequence, i.gpus, i.batch, working)
    activations = parts.activations(i.gpus, working)
    terms = {"weights": weights, "kv_cache": cache, "overhead": i.overhead, "activations": activations}
    fullest = working.step("Needed per GPU", needed, "GB", **terms)
    everywhere, cached = (
        spread.everywhere(i.gpus, Unrecorded()),
        working.step("KV cache of the batch", kv_cache.of_batch, "GB", kv_per_sequence=sequence, sequences=i.batch),
    )
    overhead = working.step("Overhead", on_all, "GB", per_gpu=i.overhead, gpus=i.gpus)
    active = activations * i.gpus
    terms = {"weights": everywhere, "kv_cache": cached, "overhead": overhead, "activations": active}
    total = working.step("Needed", needed, "GB", **terms)
    capacity = working.step("Available", on_all, "GB", per_gpu=i.capacity, gpus=i.gpus)
    free = working.step("Left over", left_over, "GB", capacity=capacity, total=fullest * i.gpus)
    least, yours, most = (
        parts.most(i.gpus, weights, sequence, overhead, activations) for overhead in (LEAST_OVERHEAD, i.overhead, MOST_OVERHEAD)
    )
    fewest, dividing = _fewest(parts), _fewest(parts, int(i.model["architecture.num_attention_heads"].value))
    _remark(i, fewest, working)
    room = max(0.0, capacity - cached - overhead - active)
    marketed = _marketed(i, working)
    return Outputs(
        fits=fullest <= i.capacity,
        total=total,
        capacity=capacity,
        free=free,
        short=max(0.0, fullest * i.gpus - capacity),
        weights=everywhere,
        kv_cache=cached,
        overhead=overhead,
        per_gpu=fullest,
        max_batch=yours,
        min_gpus=fewest,
        min_gpus_dividing=dividing,
        activations=active,
        copies=max(0.0, everywhere - spread.size.total),
        marketed=marketed,
        usable=Number(capacity / marketed) if marketed else None,
        max_batch_least=least,
        max_batch_most=most,
        bits_that_fit=bits_in(i.model, i.scope, room, working),
        format_that_fits=largest_format(i.model, i.scope, room) or "none",
    )


def _marketed(i: Inputs, working: Working) -> float | None:
    if "memory.capacity" not in i.gpu:
        return None
    working.use(i.gpu["memory.capacity"])
    return i.gpu["memory.capacity"].base * i.gpus


def _remark(i: Inputs, fewest: int | None, working: Working) -> None:
    if fewest is None:
        working.remark(
            "No number of GPUs holds this: beyond one GPU per KV head the cache is replicated, in MLA always, and every GPU has "
            "its overhead."
        )
    if "memory.visible" not in i.gpu:
        working.remark(f"What the driver of {i.gpu.short} reports is not known here: the marketed capacity counts as available.")


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
    in_gb = {"Weights": o.weights, "KV cache": o.kv_cache, "Overhead": o.overhead}
    in_gb |= {"Activations": o.activations, "Left over": o.free}
    roles = {"Weights": "a", "KV cache": "b", "Overhead": "c", "Activations": "d", "Left over": "free"}
    segments = tuple(Segment(label, value / 1e9, roles[label]) for label, value in in_gb.items() if value > 0)
    band = (
        _with_overhead(run, label, each) for label, each in (("Least overhead", LEAST_OVERHEAD), ("Most overhead", MOST_OVERHEAD))
    )
    return Bars(
        title=f"Memory on {int(i.gpus)} × {i.gpu.short}",
        description=summary(i, o),
        x=Axis("Memory", "GB"),
        bars=(Bar("All GPUs", segments), *band),
        limit=Limit("available", o.capacity / 1e9),
    )


def _with_overhead(run, label: str, per_gpu: float) -> Bar:
    """The same memory with another overhead per GPU."""
    o = run.result
    parts = {"Weights": (o.weights, "a"), "KV cache": (o.kv_cache, "b"), "Overhead": (per_gpu * run.inputs.gpus, "c")}
    parts |= {"Activations": (o.activations, "d")}
    return Bar(label, tuple(Segment(name, value / 1e9, role) for name, (value, role) in parts.items() if value > 0))


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

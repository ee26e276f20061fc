"""What programs reach of a bound, by what a reader chooses: the subjects of it, and how a group of measurements is chosen.

A lesson is learned from cases that have the same traits, such as "one GPU" and "Hopper". A reader's inputs have traits too, by
the same functions. The narrowest group answers that enough measurements share. Where none can answer, there is a reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from calculators import formats, interconnect
from calculators.measured import kinds
from calculators.records import Record

_SHORT_PROMPT = 2048  # tokens: beyond it attention, which reaches less of the peak than weights do, is a large part
_NO_FASTER = 1.5  # times: a card that sums in FP16 more than so much faster has its sums in FP32 at half rate
ENOUGH = 5  # a group of fewer measurements leaves the answer to the next wider one
ALONE, SHARING = "one GPU, or several that take turns by layers", "several GPUs that share every layer"
DENSE, MIXTURE = "a dense model", "a mixture of experts"


class Unmeasured(Exception):
    """No measurement can say what programs reach of this; the message says why."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a program gets of a bound: a share of it, and seconds that pass besides."""

    share: float
    besides: float = 0.0


@dataclass(frozen=True, slots=True)
class Group:
    """What measurements reached that have some traits in common: the middle eight tenths, their ends and their median."""

    traits: tuple[str, ...]
    low: Reach
    median: Reach
    high: Reach
    count: int
    sources: tuple[str, ...]
    programs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """What is learned from the measurements of some metrics.

    `traits` of a calculator's inputs go from the widest to the narrowest. `share` says what is reached a share of.
    """

    title: str
    metrics: tuple[str, ...]
    traits: Callable[[Any], tuple[str, ...]]
    share: str

    @property
    def page(self) -> str:
        """The page that shows each of the measurements."""
        return kinds.kind_of(self.metrics[0]).name


@dataclass(frozen=True)
class Lesson:
    """What the measurements of a subject teach: the group of each combination of traits, and each program's part in it."""

    groups: dict[tuple[str, ...], Group]
    by_program: dict[tuple[str, ...], tuple[tuple[str, Group], ...]]

    def of(self, traits: tuple[str, ...]) -> Group:
        """The narrowest group that is known well enough, for a case with these traits. Raises Unmeasured for none."""
        for length in range(len(traits), -1, -1):
            group = self.groups.get(traits[:length])
            if group and group.count >= ENOUGH:
                return group
        raise Unmeasured("too few measurements are known")

    def knows(self, traits: tuple[str, ...]) -> bool:
        """Whether enough measurements have all of these traits."""
        return self.alike(traits) >= ENOUGH

    def alike(self, traits: tuple[str, ...]) -> int:
        """How many measurements have all of these traits."""
        return self.groups[traits].count if traits in self.groups else 0


def _sharing(gpus: float, split: str = "tensor") -> str:
    return SHARING if gpus > 1 and split == "tensor" else ALONE


def _family(gpu: Record) -> str:
    found = kinds.family(gpu)
    return "accelerators of other families" if found == kinds.OTHERS else found


def _bits(format: str) -> str:
    """The width of a number as it is stored, of those that measurements tell apart."""
    stored = formats.WEIGHTS[format].bits if format in formats.WEIGHTS else 4 if format.endswith("4") else 16
    return f"{4 if stored < 8 else min(stored, 16)} bits"


def decoding(i: Any) -> tuple[str, ...]:
    """Traits of a decoding step: a pipeline or a draft model were never measured."""
    if i.speculation != "off":
        raise Unmeasured("no measurement with a draft model is in the records")
    if i.split == "pipeline":
        raise Unmeasured("no measurement of a pipeline is in the records")
    return _sharing(i.gpus, i.split), _family(i.gpu)


def reading(i: Any) -> tuple[str, ...]:
    """Traits of a prefill. GeForce cards do 16-bit arithmetic at half rate if they sum in FP32, and reach more of that.

    Weights of four or eight bits are read about as fast as those of sixteen, so their width is none of the traits.
    """
    if (bits := _bits(i.compute)) not in ("8 bits", "16 bits"):
        raise Unmeasured(f"too few prompts were measured with arithmetic in {bits}")
    length = "prompts of up to 2,048 tokens" if i.prompt <= _SHORT_PROMPT else "prompts of more than 2,048 tokens"
    return _sharing(i.gpus), f"arithmetic in {bits}", _sums(i.gpu), length, _family(i.gpu)


def _sums(gpu: Record) -> str:
    fast, slow = (gpu.facts.get(f"peak.fp16_tensor{sums}") for sums in ("_fp16_accumulate", ""))
    halved = fast is not None and slow is not None and fast.base > _NO_FASTER * slow.base
    return "sums in FP32 at half rate" if halved else "sums in FP32 at full rate"


def serving(i: Any) -> tuple[str, ...]:
    """Traits of a server that is never short of requests."""
    if i.mode == "disaggregated":
        raise Unmeasured("no measurement with replicas of their own for prompts is in the records")
    return _sharing(i.gpus), _family(i.gpu), _kind(i.model)


def _kind(model: Record) -> str:
    return MIXTURE if "architecture.num_experts" in model else DENSE


def training(i: Any) -> tuple[str, ...]:
    """Traits of a training step."""
    if i.measured is not None:
        raise Unmeasured("your own measurement says what is reached")
    if i.counted == "hfu":
        raise Unmeasured("the measurements say the share of model FLOP, and the utilization counts what is recomputed too")
    return *training_of(i.model, i.format), _family(i.gpu)


def training_of(model: Record, format: str) -> tuple[str, str]:
    """Traits of training a model, on whatever accelerator."""
    return f"arithmetic in {_bits(format)}", _kind(model)


def training_on(gpu: Record, format: str) -> tuple[str, str, str]:
    """Traits of training on an accelerator where nobody says what model: a dense one."""
    return f"arithmetic in {_bits(format)}", DENSE, _family(gpu)


def multiplying(i: Any) -> tuple[str, ...]:
    """Traits of a matrix multiplication; nothing else that a roofline can bound was measured often enough."""
    if getattr(i, "workload", "gemm") not in ("gemm", "gemv", "batched"):
        raise Unmeasured("only matrix multiplications were measured often enough")
    if i.sparsity == "sparse":
        raise Unmeasured("no measurement with sparse weights is in the records")
    return f"operands of {_bits(i.format)}", _family(i.gpu)


def copying(i: Any) -> tuple[str, ...]:
    """Traits of reading and writing large arrays."""
    return (_family(i.gpu),)


def exchanging(i: Any) -> tuple[str, ...]:
    """Traits of an all-reduce inside one node."""
    kind = getattr(i, "kind", "tensor")
    if getattr(i, "operation", "all_reduce") != "all_reduce" or kind not in ("tensor", "data"):
        raise Unmeasured("of exchanges only all-reduces were measured often enough")
    if i.path not in ("links", "pcie", "system") or getattr(i, "nodes", 1) > 1:
        raise Unmeasured("only exchanges inside one node were measured, over the links of its GPUs or PCIe")
    gpu = interconnect.accelerator_of(i.system) if i.path == "system" else i.gpu
    way = {"ring": "a ring", "in_switch": "the switch"}.get(i.algorithm)
    if way is None:
        raise Unmeasured("only rings and sums in the switch were measured")
    return f"{way} over {'PCIe' if i.path == 'pcie' else 'the links of the GPUs'}", _family(gpu)


SUBJECTS = {
    "decoding": Subject("Decoding", ("decode_rate",), decoding, "memory bandwidth"),
    "reading": Subject("Reading prompts", ("prefill_rate", "time_to_first_token"), reading, "peak rate"),
    "serving": Subject("Serving", ("output_rate",), serving, "estimate"),
    "training": Subject("Training", ("training_rate_per_gpu", "training_rate"), training, "peak rate"),
    "multiplying": Subject("Matrix multiplications", ("matmul_time", "kernel_time", "matmul_rate"), multiplying, "roofline"),
    "copying": Subject(
        "Copies and triads",
        ("memory_copy_bandwidth", "memory_triad_bandwidth", "memory_read_bandwidth"),
        copying,
        "memory bandwidth",
    ),
    "exchanging": Subject("All-reduces", ("allreduce_bus_bandwidth", "allreduce_time"), exchanging, "rate of the links"),
}

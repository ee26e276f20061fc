"""Every measurement beside the bound of a calculator: prediction, measurement, and the share of the bound that was reached."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from calculators import call, facts, schema
from calculators.measured import exchange, inference, kernels, training
from calculators.measured.question import Question, Unpredictable
from calculators.problems import InputProblems
from calculators.records import FactBase, Measurement, MissingFact
from calculators.units import Quantity

_ASK: dict[str, Callable[[Measurement, FactBase], Question]] = {
    "decode_rate": inference.decoding,
    "prefill_rate": inference.reading,
    "time_to_first_token": inference.first_token,
    "output_rate": inference.serving,
    "request_latency": inference.request,
    "matmul_rate": kernels.multiplication,
    "matmul_time": kernels.multiplication,
    "kernel_time": kernels.multiplication,
    "attention_rate": kernels.attention,
    "attention_read_bandwidth": kernels.copy,
    "layer_time": kernels.layer,
    "memory_copy_bandwidth": kernels.copy,
    "memory_read_bandwidth": kernels.copy,
    "memory_triad_bandwidth": kernels.copy,
    "peer_bandwidth": exchange.peer,
    "peer_bandwidth_both_ways": exchange.peer,
    "host_to_device_bandwidth": exchange.host,
    "device_to_host_bandwidth": exchange.host,
    "allreduce_bus_bandwidth": exchange.collective,
    "allreduce_time": exchange.collective,
    "allgather_bus_bandwidth": exchange.collective,
    "reducescatter_bus_bandwidth": exchange.collective,
    "alltoall_bandwidth": exchange.expert_rate,
    "alltoall_time": exchange.expert_time,
    "training_rate_per_gpu": training.per_gpu,
    "training_rate": training.fleet,
    "training_flops_per_gpu": training.rate,
    "training_time": training.duration,
    "gpu_hours": training.hours,
}
_NO_CALCULATOR = {
    "mfu": "the source prints the share alone",
    "interruptions": "how often a GPU fails is an input of the calculators",
}
_OF_THE_SITE = "no calculator is about this site itself"
_SMALLER_IS_BETTER = ("time", "latency", "hours")
_ROUNDED = 1.0005  # a printed bandwidth or peak is rounded, and so is a measurement


@dataclass(frozen=True)
class Comparison:
    """A measurement and what a calculator says of it, or the reason why none does."""

    entry: Measurement
    question: Question | None = None
    bound: Quantity | None = None
    reason: str = ""

    @property
    def share(self) -> float | None:
        """How much of the bound was reached: a rate over the greatest, or the least time over a time. None without a bound."""
        return None if self.bound is None else self._share_of(self.bound)

    def _share_of(self, bound: Quantity) -> float:
        ratio = self.entry.quantity.base / bound.base
        return 1 / ratio if is_time(self.entry.metric) else ratio

    @property
    def judges(self) -> bool:
        """Whether the measurement may judge the calculator: it has a bound, and nobody doubts the run."""
        return self.bound is not None and "suspect" not in self.entry.details

    @property
    def beaten(self) -> bool:
        """Whether the measurement is better than a bound that nothing can beat."""
        if self.question is None:
            return False
        if self.question.floor:
            return self.share > _ROUNDED
        beyond = self.question.beyond
        return beyond is not None and self._share_of(Quantity(bound_of(beyond), self.entry.unit)) > _ROUNDED

    @property
    def address(self) -> str:
        """The calculator opened with these inputs, below the folder of calculators."""
        return f"{self.question.calculator}/?{urlencode(self.question.inputs)}"


def is_time(metric: str) -> bool:
    """Whether less is better."""
    return metric.rpartition("_")[2] in _SMALLER_IS_BETTER or metric.startswith("time_")


@cache
def _answer(calculator: str, output: str, inputs: tuple[tuple[str, str], ...]) -> float:
    """An output in base units. Raises Unpredictable with what the calculator says."""
    try:
        value = call.run(calculator, dict(inputs)).outputs[output]
    except (InputProblems, MissingFact) as error:
        raise Unpredictable(str(error).splitlines()[0]) from error
    if not isinstance(value, Quantity):
        raise Unpredictable(f"{calculator} gives no {output} for it")
    return value.base


def bound_of(question: Question) -> float:
    """What a question is answered with, in base units. Raises Unpredictable with what the calculator says."""
    total = _answer(*question.key) * question.scale + sum(bound_of(other) for other in question.also)
    return question.per / total if question.per else total


def compare(entry: Measurement, base: FactBase) -> Comparison:
    """One measurement against its bound."""
    if entry.metric in schema.OWN_METRICS:
        return Comparison(entry, reason=_OF_THE_SITE)
    if entry.metric in _NO_CALCULATOR:
        return Comparison(entry, reason=_NO_CALCULATOR[entry.metric])
    try:
        question = _ASK[entry.metric](entry, base)
        bound = bound_of(question)
    except Unpredictable as why:
        return Comparison(entry, reason=str(why))
    return Comparison(entry, question, Quantity(bound, entry.unit))


@cache
def all_compared() -> tuple[Comparison, ...]:
    """Every measurement of the fact base."""
    return tuple(map(_kept, facts.load().measurements))


def compared(*metrics: str) -> list[Comparison]:
    """The comparisons of some metrics, without reading the files of others."""
    base = facts.load()
    return [_kept(entry.id) for entry in base.measurements.of(*metrics)]


@cache
def _kept(id: str) -> Comparison:
    base = facts.load()
    return compare(base.measurements[id], base)

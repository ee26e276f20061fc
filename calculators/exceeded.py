"""Which assumption of a roofline is broken where a measured rate lies above it: a bound that is beaten was not the bound."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from calculators.operations.work import Work
from calculators.problems import InputProblem
from calculators.records import MissingFact
from calculators.roofs import formats_of, peak_fact
from calculators.schema import FORMATS
from calculators.units import Quantity, show


def problem(i: Any, work: Work, bound: float) -> InputProblem:
    """The problem of a measurement above the bound, with what could explain it."""
    above_peak = i.measured > i.peak
    roof = "peak rate" if above_peak else "bound"
    limit = _rate(i.peak if above_peak else bound)
    causes = _above_the_peak(i) if above_peak else _above_the_slope(i, work)
    message = f"is more than the {roof} of {limit}: {'; or '.join(causes)}"
    return InputProblem(
        "measured", _rate(i.measured), message, f"at most {_rate(bound)}, or inputs that describe what was measured"
    )


def _rate(base: float) -> str:
    return show(Quantity(base, "TFLOPS"))


def _above_the_peak(i: Any) -> Iterator[str]:
    chosen = {"gpu": i.gpu, "format": i.format, "sparsity": i.sparsity, "accumulate": i.accumulate}
    others = [chosen | {"sparsity": "sparse"}, chosen | {"accumulate": "fp16"}]
    names = ["2:4 sparsity was used, or its count quoted", "products were summed in FP16"]
    for known, name in zip(others, names, strict=True):
        with suppress(MissingFact):
            peak = peak_fact(known).quantity.base
            if known != chosen and peak >= i.measured and i.workload != "elementwise":
                yield f"{name} (peak {_rate(peak)})"
    faster = [kind for kind in formats_of(i.gpu, i.sparsity, i.accumulate) if _reaches(chosen | {"format": kind}, i.measured)]
    if faster and i.workload != "elementwise":
        yield f"another format was multiplied ({', '.join(FORMATS[kind] for kind in faster)})"
    yield "the clock was higher than that of the printed peak"
    yield "more FLOP were counted than are counted here"
    yield "the time does not cover the whole operation"


def _reaches(known: dict[str, Any], rate: float) -> bool:
    return peak_fact(known).quantity.base >= rate


def _above_the_slope(i: Any, work: Work) -> Iterator[str]:
    if i.source == "memory":
        yield _kept(i, work)
        yield "it was fused with its neighbors, so that operands or results never passed through memory"
    yield "operands are stored in fewer bytes than assumed"
    yield "more FLOP were counted than are counted here"
    yield "the time does not cover the whole operation"


def _kept(i: Any, work: Work) -> str:
    needed = show(Quantity(work.working_set, "MB"))
    if i.l2_size is None:
        return f"operands of {needed} were still in a cache"
    size = show(Quantity(i.l2_size, "MB"))
    if work.working_set <= i.l2_size:
        return f"its {needed} fit into the L2 cache of {size} and were still there (source l2)"
    return f"part of its {needed} was still in the L2 cache of {size}"

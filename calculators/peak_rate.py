"""Where does a peak rate come from: units, arithmetic per clock, clock? And what makes one card's peak that of another?

A unit (an SM, a CU, a matrix engine) does a fixed number of operations per clock; vendors count a multiply-add as two. Method:
NVIDIA A100 Tensor Core GPU Architecture, table 4, footnote 1 ("peak rates are based on GPU boost clock"). 2:4 sparsity skips half
of the multiplications and doubles the count, not the arithmetic done.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from calculators import inputs
from calculators.declare import Calculator, Derived, accelerator, choice, output, overridable
from calculators.formula import formula
from calculators.identities.peaks import clock_of, units_of
from calculators.present.chart import Axis, Bar, Bars, Segment
from calculators.problems import InputProblem, InputProblems
from calculators.records import Fact, MissingFact, Record
from calculators.schema import FOLDERS, FORMATS
from calculators.units import Flop, FlopPerSecond, Hertz, Number, Quantity, show
from calculators.working import Working

PIPES = {"tensor": "matrix units (tensor cores)", "vector": "vector units"}
CLOCKS = {"peak": "the clock of the printed peak", "boost": "boost clock", "base": "base clock"}
MIXED = {"refuse": "refuse to compare dense with sparse", "allow": "compare them anyway"}


@formula("units * per_clock * clock")
def rate(units: Number, per_clock: Flop, clock: Hertz) -> FlopPerSecond:
    """Peak rate of `units` units that do `per_clock` FLOP in each clock, at `clock` Hz, in FLOP/s.

    H100 SXM, dense BF16: 132 SMs * 4096 FLOP * 1.83e9 Hz = 989.4e12 FLOP/s (NVIDIA H100 white paper, table 3).
    """
    return FlopPerSecond(units * per_clock * clock)


@formula("2 * dense")
def sparse(dense: FlopPerSecond) -> FlopPerSecond:
    """Peak rate with 2:4 structured sparsity, in FLOP/s: skipped multiplications are counted as done."""
    return FlopPerSecond(2 * dense)


@formula("sparse / 2")
def half_of_sparse(sparse: FlopPerSecond) -> FlopPerSecond:
    """Dense peak rate behind a printed 2:4 sparse one, in FLOP/s. L4, BF16: 242 / 2 = 121 TFLOPS."""
    return FlopPerSecond(sparse / 2)


@formula("a / b")
def factor(a: Number, b: Number) -> Number:
    """How many times as much `a` is as `b`, both in the same base unit."""
    return Number(a / b)


def known_peak(gpu: Record, key: str, sparsity: str = "dense") -> Fact | Derived:
    """A peak as printed, else half of the printed sparse one, else units x arithmetic per clock x clock.

    `key` is that of the vocabulary, such as bf16_tensor. Raises MissingFact where none of the three can be had.
    """
    section = "peak_sparse" if sparsity == "sparse" else "peak"
    if f"{section}.{key}" in gpu:
        return gpu[f"{section}.{key}"]
    if section == "peak" and f"peak_sparse.{key}" in gpu:
        printed = gpu[f"peak_sparse.{key}"]
        how = "No dense peak is printed; this is half of the 2:4 sparse one."
        return Derived(Quantity(half_of_sparse(printed.base), printed.unit), (printed,), how)
    parts = _parts(gpu, key)
    if section == "peak" and parts:
        units, per_clock, clock = parts
        how = "No peak is printed; this is units × arithmetic per clock × clock."
        return Derived(Quantity(rate(units.base, per_clock.base, clock.base), "FLOPS"), parts, how)
    return gpu[f"{section}.{key}"]  # raises, with the recorded reason


def known_peaks(gpu: Record) -> dict[str, Fact | Derived]:
    """Every dense peak that is printed or can be derived, by its key in the vocabulary."""
    known = {}
    for key in FOLDERS["gpus"]["peak"]:
        with suppress(MissingFact):
            known[key] = known_peak(gpu, key)
    return known


def base_of(peak: Fact | Derived) -> float:
    """A printed or a derived peak in base units."""
    return peak.quantity.base


def _parts(gpu: Record, key: str) -> tuple[Fact, Fact, Fact] | None:
    per_clock = gpu.facts.get(f"rate.{key}")
    units, clock = (units_of(gpu, per_clock), clock_of(gpu, key)) if per_clock else (None, None)
    return (units, per_clock, clock) if per_clock and units and clock else None


def _key(known: Mapping[str, Any]) -> str:
    suffix = "_fp16_accumulate" if known["accumulate"] == "fp16" and known["pipe"] == "tensor" else ""
    return f"{known['format']}_{known['pipe']}{suffix}"


def _per_clock(gpu: Record, key: str) -> Fact:
    if f"rate.{key}" not in gpu:
        raise MissingFact(f"{gpu.slug} has no rate.{key}: its arithmetic per clock in this format was not found")
    return gpu[f"rate.{key}"]


def _units(gpu: Record, key: str) -> Fact:
    units = units_of(gpu, _per_clock(gpu, key))
    if units is None:
        raise MissingFact(f"{gpu.slug} has no count of the units that do {FORMATS[key.split('_')[0]]}")
    return units


def _clock(gpu: Record, key: str, which: str) -> Fact:
    if which == "peak" and (clock := clock_of(gpu, key)):
        return clock
    return gpu["compute.base_clock" if which == "base" else "compute.boost_clock"]


def _of(side: str, what: str):
    functions = {"units": _units, "per_clock": _per_clock}
    if what == "clock":
        return lambda known: _clock(known[side], _key(known), known["at"])
    return lambda known: functions[what](known[side], _key(known))


def _unit_count(side: str, name: str) -> Any:
    help = "SMs, CUs, engines: what the arithmetic per clock is about."
    return overridable(_of(side, "units"), "", "1", "1000000", name, help)


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb")
    against: Record = accelerator("a100-sxm4-80gb", "Compared with", "Another accelerator, or the same one.")
    format: str = inputs.number_format()
    pipe: str = choice("tensor", PIPES, "Done by", "Matrix units and vector units have rates of their own.")
    accumulate: str = inputs.accumulate()
    at: str = choice("peak", CLOCKS, "At", "Vendors do not quote every peak at the boost clock.")
    sparsity: str = inputs.sparsity()
    other_sparsity: str = choice("dense", inputs.SPARSITY, "Sparsity of the other", "Count both alike, or say that you mix them.")
    mixed: str = choice("refuse", MIXED, "Dense against sparse", "Such a ratio says nothing about the cards.")
    per_clock: float = overridable(
        _of("gpu", "per_clock"), *("", "1", "10000000", "FLOP per clock and unit", "From the GPU; a multiply-add is two.")
    )
    units: float = _unit_count("gpu", "Units")
    clock: float = overridable(_of("gpu", "clock"), "MHz", "1 MHz", "10000 MHz", "Clock", "From the GPU; or your own.")


@dataclass(frozen=True)
class Outputs:
    peak: FlopPerSecond = output("Peak rate", "TFLOPS", "Units times arithmetic per clock times clock.")
    printed: FlopPerSecond | None = output("Printed peak", "TFLOPS", "What the vendor states, where it states it.")
    difference: Number | None = output("Computed over printed", "%", "How far the two are apart.", signed=True)
    per_unit: FlopPerSecond = output("Peak rate per unit", "TFLOPS", "Of one SM, CU or engine.")
    other_peak: FlopPerSecond = output("Peak rate of the other", "TFLOPS", "Computed in the same way.")
    ratio: Number = output("Ratio", "x", "Peak rate over that of the other.")
    ratio_of_widths: Number = output("from arithmetic per clock", "x", "How much more one unit does in a clock.")
    ratio_of_units: Number = output("from units", "x", "How many more units there are.")
    ratio_of_clocks: Number = output("from clocks", "x", "How much faster they are clocked.")
    ratio_of_sparsity: Number = output("from sparsity", "x", "Two where one side counts skipped multiplications.")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Peak rate of one accelerator and its ratio to another; see `rate`, `sparse`, `factor`.

    Raises InputProblems where the other lacks a fact, and for dense against sparse unless that is allowed.
    """
    if i.sparsity != i.other_sparsity and i.mixed == "refuse":
        message = f"is {i.other_sparsity}, but the first is {i.sparsity}"
        raise InputProblems([InputProblem("other_sparsity", i.other_sparsity, message, f"{i.sparsity}, or mixed=allow")])
    own = {"units": i.units, "per_clock": i.per_clock, "clock": i.clock}
    other = _other(i, working)
    peak = _counted(i.gpu, own, i.sparsity, working)
    other_peak = _counted(i.against, other, i.other_sparsity, working)
    widths, units, clocks = (
        working.step(f"Ratio of {label}", factor, "x", unit, a=own[key], b=other[key])
        for label, key, unit in (("widths", "per_clock", "FLOP"), ("units", "units", ""), ("clocks", "clock", "Hz"))
    )
    printed = _printed(i, working)
    difference = Number(peak / printed - 1) if printed else None
    ratio = working.step("Ratio of peaks", factor, "x", "FLOP/s", a=peak, b=other_peak)
    skipped = Number(_SKIPPED[i.sparsity] / _SKIPPED[i.other_sparsity])
    return Outputs(peak, printed, difference, FlopPerSecond(peak / i.units), other_peak, ratio, widths, units, clocks, skipped)


_SKIPPED = {"dense": 1, "sparse": 2}


def _counted(gpu: Record, parts: dict[str, float], sparsity: str, working: Working) -> float:
    dense = working.step(f"Dense peak of {gpu.short}", rate, "TFLOPS", **parts)
    return working.step(f"Sparse peak of {gpu.short}", sparse, "TFLOPS", dense=dense) if sparsity == "sparse" else dense


def _other(i: Inputs, working: Working) -> dict[str, float]:
    key = _key({"format": i.format, "pipe": i.pipe, "accumulate": i.accumulate})
    try:
        found = {
            "units": _units(i.against, key),
            "per_clock": _per_clock(i.against, key),
            "clock": _clock(i.against, key, i.at),
        }
    except MissingFact as error:
        accepted = "an accelerator whose arithmetic per clock is known in this format"
        raise InputProblems([InputProblem("against", i.against.slug, str(error), accepted)]) from error
    working.use(*found.values())
    return {name: fact.base for name, fact in found.items()}


def _printed(i: Inputs, working: Working) -> float | None:
    section = "peak_sparse" if i.sparsity == "sparse" else "peak"
    key = f"{section}.{_key({'format': i.format, 'pipe': i.pipe, 'accumulate': i.accumulate})}"
    if key not in i.gpu:
        return None
    working.use(i.gpu[key])
    return i.gpu[key].base


def summary(i: Inputs, o: Outputs) -> str:
    peak = show(Quantity(o.peak, "TFLOPS"))
    parts = ", ".join(
        f"{show(Quantity(value, 'x'), 3)} {words}"
        for value, words in (
            (o.ratio_of_widths, "from arithmetic per clock"),
            (o.ratio_of_units, "from units"),
            (o.ratio_of_clocks, "from clocks"),
        )
    )
    return f"{i.gpu.short}: {peak} {i.sparsity}, {show(Quantity(o.ratio, 'x'), 3)} {i.against.short}: {parts}."


def chart(run) -> Bars:
    """The two peaks as bars."""
    i, o = run.inputs, run.result
    sides = ((i.gpu.short, i.sparsity, o.peak), (f"{i.against.short} (compared)", i.other_sparsity, o.other_peak))
    return Bars(
        title=f"Peak rate, {FORMATS[i.format]}, {PIPES[i.pipe]}",
        description=summary(i, o),
        x=Axis("Peak rate", "TFLOPS"),
        bars=tuple(Bar(name, (Segment("peak rate", value / 1e12, "a"),)) for name, _, value in sides),
    )


CALCULATOR = Calculator(
    title="Peak rate",
    subject="Hardware",
    question="Where does a peak rate come from, and why is one card's higher than another's?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("peak", "printed", "ratio", "per_unit"),
    chart=chart,
)

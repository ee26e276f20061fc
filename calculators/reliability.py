"""How often do memory errors and failures hit a fleet, and what does ECC cost and save?

Rates are counts of an observation over its GPUs and its time; at a constant rate the number of events is Poisson distributed, so
none happens with probability e^-expected. The defaults are the 54 days of pre-training in "The Llama 3 herd of models"
(arXiv:2407.21783), section 3.3.4, table 5: 419 unexpected interruptions on 16,384 H100, 72 of them faults of HBM3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

from calculators import inputs
from calculators.declare import Calculator, accelerator, choice, count, output, overridable, quantity
from calculators.formula import formula
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.problems import InputProblem, InputProblems
from calculators.records import Fact, MissingFact, Record
from calculators.units import (
    Bytes,
    BytesPerSecond,
    Errors,
    ErrorsPerByteSecond,
    Failures,
    FailuresPerSecond,
    Number,
    Quantity,
    Seconds,
    readable,
    show,
)
from calculators.working import Working

ECC = {"on": "on: single-bit errors are corrected", "off": "off: they go unnoticed"}
_HUNDRED_YEARS = Quantity.of(100, "year").base
_EXACT = Context(prec=20)


@formula("rate * capacity * gpus * time")
def expected_errors(rate: ErrorsPerByteSecond, capacity: Bytes, gpus: Number, time: Seconds) -> Errors:
    """Expected single-bit errors in the memory of all GPUs. 1 per GB and year, 80 GB, 1000 GPUs, a quarter year: 20,000."""
    return Errors(rate * capacity * gpus * time)


@formula("failures / (gpus * time)")
def failure_rate(failures: Failures, gpus: Number, time: Seconds) -> FailuresPerSecond:
    """Failures per GPU and time, from an observation. Llama 3: 419 / (16,384 * 54 days) = 0.173 a year."""
    return FailuresPerSecond(failures / (gpus * time))


@formula("rate * gpus * time")
def expected_failures(rate: FailuresPerSecond, gpus: Number, time: Seconds) -> Failures:
    """Expected failures of all GPUs in a time, at a rate per GPU."""
    return Failures(rate * gpus * time)


@formula("1 / (rate * gpus)")
def mean_time_between(rate: FailuresPerSecond, gpus: Number) -> Seconds:
    """Mean time between failures that hit any of the GPUs, in seconds. 16,384 H100 at 0.173 a year each: 3.1 hours."""
    return Seconds(1 / (rate * gpus))


@formula("2.718281828459045 ** (0 - expected)")
def none_at_all(expected: Failures) -> Number:
    """Probability of no failure where `expected` are expected at a constant rate (Poisson). 1 expected: 37%."""
    return Number(float(_EXACT.exp(Decimal(-float(expected)))))


@formula("1 - 2.718281828459045 ** (0 - expected)")
def at_least_one(expected: Failures) -> Number:
    """Probability of at least one failure where `expected` are expected at a constant rate. 1 expected: 63%."""
    return Number(float(1 - _EXACT.exp(Decimal(-float(expected)))))


@formula("(1 - cost) * size")
def left_by_ecc(cost: Number, size: Bytes) -> Bytes:
    """Capacity that inline ECC leaves: GDDR gives a sixteenth to the check bits. 48 GB: 45 GB."""
    return Bytes((1 - cost) * size)


@formula("(1 - cost) * bandwidth")
def bandwidth_with_ecc(cost: Number, bandwidth: BytesPerSecond) -> BytesPerSecond:
    """Bandwidth that inline ECC leaves, in bytes per second, if check bits take `cost` of the traffic."""
    return BytesPerSecond((1 - cost) * bandwidth)


def _cost(key: str) -> Any:
    def found(known: Mapping[str, Any]) -> Fact:
        gpu = known["gpu"]
        if f"memory.{key}" not in gpu:
            raise MissingFact(f"what ECC costs on {gpu.slug} is not known")
        return gpu[f"memory.{key}"]

    return found


def _capacity(known: Mapping[str, Any]) -> Fact:
    return known["gpu"]["memory.capacity"]


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb", help="Sets the memory; the rates are those of an observation, below.")
    gpus: float = count(1000, 1, 10_000_000, "GPUs", "Of the fleet or of one job.", "GPU")
    time: float = quantity("3 month", "day", "0.001 h", "100 year", "Time", "How long they run.")
    ecc: str = choice("on", ECC, "ECC", "Error-correcting code of the GPU memory.")
    flips: float = quantity(
        "1 error/GB/year",
        "error/GB/year",
        "0.000001 error/GB/year",
        "1000000 error/GB/year",
        "Single-bit errors",
        "An assumption: no field data per GB of GPU memory is public. Published DRAM rates span orders of magnitude.",
    )
    failures: float = quantity(
        "419 failure",
        "failure",
        "0.001 failure",
        "1000000000 failure",
        "Interruptions observed",
        "From any cause; by default in the Llama 3 run.",
    )
    faults: float = quantity(
        "72 failure", "failure", "0.001 failure", "1000000000 failure", "of these memory faults", "Uncorrectable; HBM3 there."
    )
    observed: float = count(16384, 1, 10_000_000, "GPUs observed", "How many GPUs the observation covers.", "GPU")
    observed_time: float = quantity("54 day", "day", "0.001 h", "100 year", "Time observed", "How long the observation lasted.")
    capacity: float = overridable(_capacity, "GB", "0.1 GB", "100000 GB", "Memory per GPU", "From the GPU; or your own.")
    capacity_cost: float | None = overridable(
        _cost("ecc_capacity_cost"), "%", "0%", "50%", "Memory that ECC takes", "None for HBM; inline ECC takes a part.", True
    )
    bandwidth_cost: float | None = overridable(
        _cost("ecc_bandwidth_cost"), "%", "0%", "50%", "Bandwidth that ECC takes", "Or what you measured.", True
    )
    bandwidth: float = inputs.memory_bandwidth()


@dataclass(frozen=True)
class Outputs:
    mean_time: Seconds = output("Mean time between interruptions", "h", "Of the whole job, if any GPU stops it.")
    interruptions: Failures = output("Interruptions expected", "failure", "In the time, from any cause.")
    undisturbed: Number = output("Probability of none", "%", "That the time passes without interruption.")
    faults: Failures = output("Memory faults expected", "failure", "Uncorrectable ones, in the time.")
    fault_probability: Number = output("Probability of a memory fault", "%", "At least one in the time.")
    fault_mean_time: Seconds = output("Mean time between memory faults", "day", "Of all GPUs together.")
    faults_per_century: Number = output("Memory faults per 100 GPU-years", "", "Of the observation.")
    fault_share: Number = output("Memory faults among interruptions", "%", "Of the observation.")
    corrected: Errors = output("Errors corrected", "error", "Single-bit errors that ECC corrects, in the time.")
    silent: Errors = output("Silent bit flips", "error", "Single-bit errors that nothing notices, in the time.")
    silent_interval: Seconds | None = output("Mean time between silent flips", "h", "Of all GPUs together; none with ECC on.")
    usable: Bytes | None = output("Memory left by ECC", "GB", "Per GPU; none where the cost is not known.")
    usable_bandwidth: BytesPerSecond | None = output("Bandwidth left by ECC", "GB/s", "Per GPU; none where it is not known.")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Expected errors and failures and what ECC costs; see `expected_errors`, `mean_time_between`, `at_least_one`.

    Raises InputProblems when more memory faults than interruptions were observed.
    """
    if i.faults > i.failures:
        given = show(Quantity(i.faults, "failure"))
        raise InputProblems([InputProblem("faults", given, "is more than all interruptions observed", "a part of them")])
    seen = {"gpus": i.observed, "time": i.observed_time}
    rate = working.step("Interruptions per GPU", failure_rate, "failure/year", failures=i.failures, **seen)
    fault_rate = working.step("Memory faults per GPU", failure_rate, "failure/year", failures=i.faults, **seen)
    every = working.step("Mean time between interruptions", mean_time_between, "h", rate=rate, gpus=i.gpus)
    expected = working.step("Interruptions expected", expected_failures, rate=rate, gpus=i.gpus, time=i.time)
    none = working.step("Probability of none", none_at_all, "%", expected=expected)
    faults = working.step("Memory faults expected", expected_failures, rate=fault_rate, gpus=i.gpus, time=i.time)
    fault = working.step("Probability of a memory fault", at_least_one, "%", expected=faults)
    between = working.step("Mean time between memory faults", mean_time_between, "day", rate=fault_rate, gpus=i.gpus)
    flips = working.step("Single-bit errors", expected_errors, rate=i.flips, capacity=i.capacity, gpus=i.gpus, time=i.time)
    on = i.ecc == "on"
    if on:
        working.remark("ECC corrects single-bit errors. What its code cannot see, and errors outside memory, remain silent.")
    return Outputs(
        every,
        expected,
        none,
        faults,
        fault,
        between,
        Number(fault_rate * _HUNDRED_YEARS),
        Number(i.faults / i.failures),
        flips if on else Errors(0.0),
        Errors(0.0) if on else flips,
        None if on else Seconds(i.time / flips),
        *_left(i, working),
    )


def _left(i: Inputs, working: Working) -> tuple[Bytes | None, BytesPerSecond | None]:
    if i.ecc == "off":
        return Bytes(i.capacity), BytesPerSecond(i.bandwidth)
    size = rate = None
    if i.capacity_cost is not None:
        size = working.step("Memory left by ECC", left_by_ecc, "GB", cost=i.capacity_cost, size=i.capacity)
    if i.bandwidth_cost is not None:
        rate = working.step("Bandwidth left by ECC", bandwidth_with_ecc, "GB/s", cost=i.bandwidth_cost, bandwidth=i.bandwidth)
    return size, rate


def summary(i: Inputs, o: Outputs) -> str:
    every = show(readable(Quantity(o.mean_time, "h")), 3)
    quiet = f"{show(Quantity(o.silent, 'error'), 3)} go unnoticed" if i.ecc == "off" else "single-bit errors are corrected"
    plural = "" if i.gpus == 1 else "s"
    return f"{int(i.gpus):,} GPU{plural}: an interruption every {every}; {quiet}."


def chart(run) -> Chart:
    """Mean time between interruptions, and between memory faults, against the number of GPUs."""
    points = run.sweep("gpus", [float(2**n) for n in range(0, 21, 2)])
    i, o = run.inputs, run.result
    hour = 3600
    return Chart(
        title="Mean time between interruptions by number of GPUs",
        description=summary(i, o),
        x=Axis("GPUs", "", log=True, base=2),
        y=Axis("Mean time", "h", log=True),
        series=(
            Series("any interruption", tuple((gpus, result.mean_time / hour) for gpus, result in points), "a"),
            Series("a memory fault", tuple((gpus, result.fault_mean_time / hour) for gpus, result in points), "b"),
        ),
        marks=(Mark("your GPUs", i.gpus, o.mean_time / hour),),
    )


CALCULATOR = Calculator(
    title="Reliability",
    subject="Cost and operation",
    question="How often do memory errors and failures hit a fleet, and what does ECC cost and save?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("mean_time", "undisturbed", "faults", "silent"),
    chart=chart,
)

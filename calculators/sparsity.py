"""What does 2:4 structured sparsity save, in storage, in one multiplication and end to end, and what does it throw away?

Of every four neighboring weights along the inner dimension two are zero; stored are the other two and a 2-bit position of each.
Sources: Mishra et al., "Accelerating sparse deep neural networks" (arXiv:2104.08378), section 2; NVIDIA A100 Tensor Core GPU
Architecture, "Fine-grained structured sparsity"; Amdahl for the end-to-end part.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculators.amdahl import needed_share, overall_speedup
from calculators.declare import Calculator, accelerator, choice, output, overridable, quantity, text
from calculators.formula import formula
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.records import Record
from calculators.units import FlopPerSecond, Number, Quantity, show
from calculators.working import Working

FORMATS = {"bf16": "BF16", "fp16": "FP16", "fp8": "FP8", "int8": "INT8"}
LIMITS = {"arithmetic": "arithmetic (large batches, prompts)", "bandwidth": "memory bandwidth (decoding few sequences)"}
GROUP, KEPT, INDEX_BITS = 4, 2, 2
_LESS = GROUP / KEPT  # multiplications: the zeros of the pattern are skipped
_BITS = {"bf16": 16, "fp16": 16, "fp8": 8, "int8": 8}
_MOST = 256  # elements of the matrix
_DEFAULT = """
0.9 -0.1 0.2 -0.7 0.1 0.8 -0.6 0.0; -0.3 0.4 0.1 0.2 0.5 -0.5 0.2 0.9;
1.1 -0.2 -0.9 0.8 0.0 0.3 0.1 -0.4; 0.2 0.1 -0.1 0.6 -0.7 0.3 -0.3 0.1
"""


@formula("(2 * bits + 2 * index_bits) / (4 * bits)")
def storage_ratio(bits: Number, index_bits: Number) -> Number:
    """Size of compressed over dense weights: two of four elements of `bits` bits, each with its position in `index_bits` bits.

    16 bits: (32 + 4) / 64 = 0.5625.
    """
    return Number((2 * bits + 2 * index_bits) / (4 * bits))


@formula("1 / storage_ratio")
def bandwidth_factor(storage_ratio: Number) -> Number:
    """Speed-up of reading the weights when memory bandwidth is the limit. 16 bits: 1 / 0.5625 = 1.78."""
    return Number(1 / storage_ratio)


@formula("kept / all")
def kept_energy(kept: Number, all: Number) -> Number:
    """Share of the sum of squares that is left after pruning; the rest is the squared error of the weights."""
    return Number(kept / all)


def read_matrix(written: str) -> tuple[tuple[float, ...], ...]:
    """Rows separated by semicolons, numbers by blanks or commas. Raises ValueError unless the rows are multiples of four long."""
    rows = [re.split(r"[\s,]+", row.strip()) for row in written.strip().strip(";").split(";")]
    try:
        matrix = tuple(tuple(float(number) for number in row) for row in rows)
    except ValueError as error:
        raise ValueError("holds something that is not a number") from error
    if len({len(row) for row in matrix}) > 1:
        raise ValueError("has rows of different lengths")
    if len(matrix[0]) % GROUP or len(matrix) * len(matrix[0]) > _MOST:
        raise ValueError(f"is {len(matrix)} × {len(matrix[0])}: rows need a multiple of {GROUP} numbers, {_MOST} in all at most")
    if not all(abs(number) <= 1e6 for row in matrix for number in row):
        raise ValueError("holds a number beyond a million")
    if not any(abs(number) >= 1e-6 for row in matrix for number in row):
        raise ValueError("is all zero: there is nothing to keep")
    return matrix


def kept_positions(group: tuple[float, ...]) -> tuple[int, ...]:
    """Positions of the two largest magnitudes of a group of four; of equal ones, the first."""
    by_size = sorted(range(len(group)), key=lambda position: (-abs(group[position]), position))
    return tuple(sorted(by_size[:KEPT]))


def pruned(matrix: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    """The matrix with the two smallest magnitudes of every group of four set to zero."""
    return tuple(tuple(number for group in _groups(row) for number in _only(group, kept_positions(group))) for row in matrix)


def _groups(row: tuple[float, ...]) -> list[tuple[float, ...]]:
    return [row[start : start + GROUP] for start in range(0, len(row), GROUP)]


def _only(group: tuple[float, ...], positions: tuple[int, ...]) -> tuple[float, ...]:
    return tuple(number if position in positions else 0.0 for position, number in enumerate(group))


def _element_bits(known: Mapping[str, Any]) -> Quantity:
    return Quantity(_BITS[known["format"]], "")


def _factor(known: Mapping[str, Any]) -> Quantity:
    if known["limit"] == "bandwidth":
        return Quantity(bandwidth_factor(storage_ratio(known["bits"].base, INDEX_BITS)), "x")
    known["gpu"][f"peak_sparse.{known['format']}_tensor"]  # raises for a GPU without such a peak
    return Quantity(_LESS, "x")


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb", help="Only some accelerators skip the zeros of the pattern.")
    format: str = choice("bf16", FORMATS, "Number format", "Of the weights that are pruned.")
    limit: str = choice(
        "arithmetic", LIMITS, "Multiplications limited by", "Sparsity halves arithmetic, but not quite the bytes."
    )
    share: float = quantity("70%", "%", "0.1%", "100%", "Share of the time", "Spent in multiplications that become sparse.")
    target: float = quantity("1.5 x", "x", "1.001 x", "1000 x", "Speed-up wanted", "Of the whole, end to end.")
    matrix: str = text(
        " ".join(_DEFAULT.split()),
        read_matrix,
        f"rows separated by semicolons, each a multiple of {GROUP} numbers; {_MOST} numbers at most",
        "Matrix to prune",
        "Pruned along its rows by magnitude.",
        longest=4000,
    )
    bits: float = overridable(_element_bits, "", "1", "64", "Bits per element", "Of the number format; or your own.")
    factor: float = overridable(_factor, "x", "1.001 x", "1000 x", "Speed-up of the multiplications", "Or what you measured.")


@dataclass(frozen=True)
class Outputs:
    speedup: Number = output("Speed-up end to end", "x", "Of the whole, by Amdahl's law.")
    storage_ratio: Number = output("Compressed over dense", "", "Size of the weights, positions included.")
    factor: Number = output("Speed-up of the multiplications", "x", "At most; measured ones are lower.")
    needed_share: Number | None = output("Share needed", "%", "Of the time, for the speed-up wanted; none if no share suffices.")
    bandwidth_factor: Number = output("Speed-up of reading", "x", "Of the weights, where bandwidth is the limit.")
    sparse_peak: FlopPerSecond | None = output("Printed sparse peak", "TFLOPS", "Counts skipped multiplications as done.")
    energy: Number = output("Energy kept, 2:4", "%", "Share of the matrix's sum of squares.")
    free_energy: Number = output("Energy kept, any half", "%", "If the largest half were kept wherever it is.")
    pruned: str = output("Pruned matrix", None, "The two smallest magnitudes of each group are zero.")
    compressed: str = output("Stored", None, "Values with their 2-bit positions, groups apart.")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Storage, speed-up and loss of 2:4 sparsity; see `storage_ratio`, `overall_speedup`, `kept_energy`."""
    ratio = working.step("Compressed over dense", storage_ratio, bits=i.bits, index_bits=INDEX_BITS)
    reading = working.step("Speed-up of reading", bandwidth_factor, "x", storage_ratio=ratio)
    speedup = working.step("Speed-up end to end", overall_speedup, "x", share=i.share, factor=i.factor)
    needed = _needed(i, working)
    if i.factor > _LESS:
        working.remark("More than twice as fast is not from 2:4 sparsity: the dense side was slow for another reason.")
    matrix = read_matrix(i.matrix)
    sparse = pruned(matrix)
    total = sum(number * number for row in matrix for number in row)
    energy = working.step("Energy kept, 2:4", kept_energy, "%", kept=sum(n * n for row in sparse for n in row), all=total)
    half = sorted((number * number for row in matrix for number in row), reverse=True)
    free = working.step("Energy kept, any half", kept_energy, "%", kept=sum(half[: len(half) // 2]), all=total)
    return Outputs(
        speedup,
        ratio,
        Number(i.factor),
        needed,
        reading,
        _printed(i, working),
        energy,
        free,
        "; ".join(" ".join(_written(number) for number in row) for row in sparse),
        "; ".join(" | ".join(_stored(group) for group in _groups(row)) for row in matrix),
    )


def _needed(i: Inputs, working: Working) -> Number | None:
    if i.factor > 1:  # the positions of values of few bits take as much as the zeros save
        needed = working.step("Share needed", needed_share, "%", target=i.target, factor=i.factor)
        if needed <= 1:
            return needed
    target, factor = (show(Quantity(number, "x")) for number in (i.target, i.factor))
    working.remark(f"No share suffices for {target}: the multiplications themselves become only {factor} as fast.")
    return None


def _printed(i: Inputs, working: Working) -> FlopPerSecond | None:
    key = f"peak_sparse.{i.format}_tensor"
    if key not in i.gpu:
        return None
    working.use(i.gpu[key])
    return FlopPerSecond(i.gpu[key].base)


def _written(number: float) -> str:
    return f"{number:.6g}"


def _stored(group: tuple[float, ...]) -> str:
    return " ".join(f"{_written(group[position])}@{position:02b}" for position in kept_positions(group))


def summary(i: Inputs, o: Outputs) -> str:
    speedup, factor = (show(Quantity(value, "x"), 3) for value in (o.speedup, o.factor))
    stored = show(Quantity(o.storage_ratio, "%"), 4)
    return f"At most {speedup} end to end from multiplications {factor} as fast; weights take {stored} of their dense size."


def chart(run) -> Chart:
    """Speed-up end to end against the share of the time, for both limits and for the factor given."""
    shares = [percent / 100 for percent in (0.1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)]
    i, o = run.inputs, run.result
    factors = (("arithmetic: twice as fast", _LESS, "a"), ("reading the weights", o.bandwidth_factor, "b"))
    series = [
        Series(label, tuple((share * 100, overall_speedup(share, factor)) for share in shares), role)
        for label, factor, role in factors
    ]
    if all(abs(i.factor - factor) > 1e-6 for _, factor, _ in factors):
        series.append(Series("your factor", tuple((share * 100, overall_speedup(share, i.factor)) for share in shares), "c"))
    return Chart(
        title="Speed-up end to end by share of the time",
        description=summary(i, o),
        x=Axis("Share of the time in sparse multiplications", "%"),
        y=Axis("Speed-up", "x"),
        series=tuple(series),
        marks=(Mark("your share", i.share * 100, o.speedup),),
    )


CALCULATOR = Calculator(
    title="2:4 sparsity",
    subject="Hardware",
    question="What does 2:4 sparsity save in storage and in time, and what does it throw away?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("speedup", "storage_ratio", "needed_share", "energy"),
    chart=chart,
)

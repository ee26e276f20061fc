"""Multiplications of matrices: one, a batch of independent ones, and of a matrix with a vector.

Counted as the NVIDIA Deep Learning Performance Guide does (Matrix Multiplication Background, section 2): two FLOP per product,
both operands read once, the result written once.
"""

from typing import Any

from calculators import formats
from calculators.formula import formula
from calculators.operations.work import ELEMENT_BYTES, Growth, Work
from calculators.units import Bytes, Flop, Number
from calculators.working import Working

SAME = "same"


@formula("2 * m * n * k")
def gemm_flop(m: Number, n: Number, k: Number) -> Flop:
    """Arithmetic of C = A x B with A of m x k and B of k x n, in FLOP: a multiplication and an addition per product."""
    return Flop(2 * m * n * k)


@formula("(m * k + k * n + m * n) * element_bytes")
def gemm_bytes(m: Number, n: Number, k: Number, element_bytes: Bytes) -> Bytes:
    """Least traffic of C = A x B in bytes: read A and B once, write C once. `element_bytes` is in bytes."""
    return Bytes((m * k + k * n + m * n) * element_bytes)


@formula("(m * k + m * n) * element_bytes + k * n * stored + n * scales")
def stored_gemm_bytes(m: Number, n: Number, k: Number, element_bytes: Bytes, stored: Bytes, scales: Bytes) -> Bytes:
    """Least traffic of C = A x B in bytes where an element of B is stored in `stored` bytes, a column's scale in `scales`."""
    return Bytes((m * k + m * n) * element_bytes + k * n * stored + n * scales)


@formula("matrices * 2 * m * n * k")
def batched_flop(matrices: Number, m: Number, n: Number, k: Number) -> Flop:
    """Arithmetic of `matrices` independent products of m x k and k x n, in FLOP."""
    return Flop(matrices * 2 * m * n * k)


@formula("matrices * (m * k + k * n + m * n) * element_bytes")
def batched_bytes(matrices: Number, m: Number, n: Number, k: Number, element_bytes: Bytes) -> Bytes:
    """Least traffic of `matrices` independent products, in bytes: each has operands and a result of its own."""
    return Bytes(matrices * (m * k + k * n + m * n) * element_bytes)


def stored_bytes(weights: str, kind: str, working: Working) -> tuple[float, float]:
    """Bytes of a stored weight, and of what a row of outputs shares; those of the operands for 'same'."""
    if weights == SAME:
        return ELEMENT_BYTES[kind], 0.0
    stored = formats.WEIGHTS[weights]
    return formats.element_bytes(stored, "weight", working), stored.row_bits / formats.BITS_PER_BYTE


def gemm(i: Any, working: Working, m: float | None = None) -> Work:
    """A multiplication of `i.m` rows (or `m`) with a weight matrix of `i.k` x `i.n`."""
    m, element = i.m if m is None else m, ELEMENT_BYTES[i.format]
    sizes = {"m": m, "n": i.n, "k": i.k}
    flop = working.step("Arithmetic", gemm_flop, **sizes)
    stored, scales = stored_bytes(i.weights, i.format, working)
    if i.weights == SAME:
        traffic = working.step("Memory traffic", gemm_bytes, **sizes, element_bytes=element)
    else:
        terms = {"element_bytes": element, "stored": stored, "scales": scales}
        traffic = working.step("Memory traffic", stored_gemm_bytes, **sizes, **terms)
    growth = Growth("rows", 2 * i.n * i.k, (i.n + i.k) * element, i.n * i.k * stored + i.n * scales)
    return Work(flop, traffic, traffic, growth)


def gemv(i: Any, working: Working) -> Work:
    """A multiplication of one row: it has no more to share the matrix with."""
    work = gemm(i, working, 1)
    why = "A product with a vector has one row, so each weight is used once; with more rows it is a GEMM"
    return Work(work.flop, work.traffic, work.working_set, None, why)


def batched(i: Any, working: Working) -> Work:
    """Independent multiplications of `i.m` rows each."""
    element = ELEMENT_BYTES[i.format]
    sizes = {"matrices": i.matrices, "m": i.m, "n": i.n, "k": i.k}
    flop = working.step("Arithmetic", batched_flop, **sizes)
    traffic = working.step("Memory traffic", batched_bytes, **sizes, element_bytes=element)
    growth = Growth("rows of each product", 2 * i.n * i.k, (i.n + i.k) * element, i.n * i.k * element)
    return Work(flop, traffic, traffic, growth)

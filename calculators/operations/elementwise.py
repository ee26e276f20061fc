"""Work that does the same to every element by itself: activations, sums, scalings, norms taken apart."""

from typing import Any

from calculators.formula import formula
from calculators.operations.work import ELEMENT_BYTES, Work
from calculators.units import Bytes, Flop, Number
from calculators.working import Working


@formula("elements * operations")
def elementwise_flop(elements: Number, operations: Number) -> Flop:
    """Arithmetic on `elements` elements, in FLOP. ReLU: one comparison for each."""
    return Flop(elements * operations)


@formula("elements * (reads + writes) * element_bytes")
def elementwise_bytes(elements: Number, reads: Number, writes: Number, element_bytes: Bytes) -> Bytes:
    """Traffic of `reads` arrays read and `writes` arrays written, in bytes. ReLU in FP16: 4 bytes for each element."""
    return Bytes(elements * (reads + writes) * element_bytes)


def elementwise(i: Any, working: Working) -> Work:
    """Every element of some arrays, each by itself."""
    flop = working.step("Arithmetic", elementwise_flop, elements=i.elements, operations=i.operations)
    arrays = {"elements": i.elements, "reads": i.reads, "writes": i.writes, "element_bytes": ELEMENT_BYTES[i.format]}
    traffic = working.step("Memory traffic", elementwise_bytes, **arrays)
    return Work(flop, traffic, traffic, None, "Every element brings its own bytes, so more of them change nothing")

"""The levels that a number passes on its way to the arithmetic of a GPU: how much each holds, and how fast it is read.

Rates inside the chip are worked out from what a level delivers in a clock; those outside are facts. A level whose rate no source
states has none.
"""

from dataclasses import dataclass

from calculators.formula import formula
from calculators.identities.peaks import units_of
from calculators.records import Record
from calculators.units import Bytes, BytesPerSecond, FlopPerSecond, Hertz, Number

_OPERANDS = Number(3.0)  # of a multiply-add: two factors and a summand
_FP32 = Bytes(4.0)


@formula("per_clock * clock * units")
def on_chip(per_clock: Bytes, clock: Hertz, units: Number) -> BytesPerSecond:
    """What `units` memories deliver together, each `per_clock` bytes in a clock, in bytes/s.

    Shared memory of the A100: 128 bytes * 1.41e9 Hz * 108 SMs = 19.5e12 bytes/s.
    """
    return BytesPerSecond(per_clock * clock * units)


@formula("peak / 2 * operands * width")
def operand_rate(peak: FlopPerSecond, operands: Number, width: Bytes) -> BytesPerSecond:
    """What multiply-adds at `peak` read from registers, `operands` of `width` bytes each, in bytes/s.

    FP32 on the A100: 19.5e12 FLOP/s / 2 * 3 * 4 bytes = 117e12 bytes/s. A multiply-add counts as two operations.
    """
    return BytesPerSecond(peak / 2 * operands * width)


@dataclass(frozen=True, slots=True)
class Level:
    """A memory or a path: bytes held within reach of the GPU, and bytes/s read. None where no source says."""

    name: str
    holds: Bytes | None
    rate: BytesPerSecond | None


def levels(gpu: Record) -> list[Level]:
    """From the registers of all SMs to the slot of the host, nearest first; a card without NVLink has no such level."""
    shared = gpu["memory.shared_read_per_clock"]
    sms, clock = units_of(gpu, shared).quantity.base, gpu["compute.boost_clock"].quantity.base
    found = [
        Level("Registers", _of_all(gpu, "memory.registers_per_sm", sms),
              operand_rate(FlopPerSecond(gpu["peak.fp32_vector"].quantity.base), _OPERANDS, _FP32)),
        Level("Shared memory", _of_all(gpu, "memory.shared_per_sm", sms),
              on_chip(Bytes(shared.quantity.base), Hertz(clock), Number(sms))),
        Level("L2 cache", Bytes(gpu["memory.l2_cache"].quantity.base), _l2(gpu, clock)),
        Level("Memory", Bytes(gpu["memory.capacity"].quantity.base), _read(gpu, "memory.bandwidth")),
        Level("NVLink, one way", None, _read(gpu, "interconnect.nvlink_per_direction")),
        Level("PCIe, one way", None, _read(gpu, "interconnect.pcie_per_direction")),
    ]  # fmt: skip
    return [level for level in found if level.holds is not None or level.rate is not None]


def _of_all(gpu: Record, key: str, sms: float) -> Bytes:
    return Bytes(gpu[key].quantity.base * sms)


def _l2(gpu: Record, clock: float) -> BytesPerSecond | None:
    key = "memory.l2_read_per_clock"
    return on_chip(Bytes(gpu[key].quantity.base), Hertz(clock), Number(1)) if key in gpu else None


def _read(gpu: Record, key: str) -> BytesPerSecond | None:
    return BytesPerSecond(gpu[key].quantity.base) if key in gpu else None

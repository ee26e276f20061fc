"""Bandwidth is bus width times data rate; capacity is stacks times what a stack holds."""

from collections.abc import Iterator

from calculators.identities.judge import Identity, judge
from calculators.records import Record

_BITS_PER_BYTE = 8  # both operands are normalized to bytes, but a pin's transfer and a bus line are bits


def bandwidth(record: Record) -> Iterator[Identity]:
    """Bus width × data rate, or × memory clock × transfers per clock."""
    if "memory.bandwidth" not in record or "memory.bus_width" not in record:
        return
    target, bus = record["memory.bandwidth"], record["memory.bus_width"]
    if "memory.data_rate" in record:
        rate = record["memory.data_rate"]
        yield judge(target, "bus width × data rate", rounded=(rate,), counted=(bus,), constant=_BITS_PER_BYTE)
    elif "memory.memory_clock" in record and "memory.transfers_per_clock" in record:
        clock, transfers = record["memory.memory_clock"], record["memory.transfers_per_clock"]
        yield judge(target, "bus width × memory clock × transfers per clock", rounded=(clock,), counted=(bus, transfers))


def capacity(record: Record) -> Iterator[Identity]:
    """Stacks × capacity of a stack."""
    keys = ("memory.capacity", "memory.stacks", "memory.stack_capacity")
    if all(key in record for key in keys):
        target, stacks, each = (record[key] for key in keys)
        yield judge(target, "stacks × capacity of a stack", counted=(stacks, each))

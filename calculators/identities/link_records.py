"""Equations of link and system records: lanes, line codes and directions give a rate; a box has as much as its parts together."""

from collections.abc import Iterator
from fractions import Fraction

from calculators import facts
from calculators.identities.judge import Identity, judge
from calculators.records import Fact, Record

# What a line code leaves of the bits on the wire. RS-FEC is RS(544,514), with 256b/257b in it 16/17; a PCIe FLIT of 256 bytes has
# 236 for packets, 6 for the data link layer, 8 of checksum and 6 of error correction: 242 carry data.
LINE_CODES = {
    "8b/10b": Fraction(8, 10),
    "64b/66b": Fraction(64, 66),
    "128b/130b": Fraction(128, 130),
    "256b/257b with RS-FEC": Fraction(256, 257) * Fraction(514, 544),
    "1b/1b in FLITs": Fraction(242, 256),
}
_BOTH = "both-directions"


def line_code(record: Record) -> Iterator[Identity]:
    """What the line code leaves, in percent."""
    code, efficiency = _facts(record, "link.encoding", "link.encoding_efficiency")
    if code and efficiency and code.value in LINE_CODES:
        equation = f"{LINE_CODES[code.value]} of the bits of {code.value}"
        yield judge(efficiency, equation, constant=LINE_CODES[code.value])


def one_link(record: Record) -> Iterator[Identity]:
    """One lane: signalling rate × line code. One link, one way: lanes × signalling rate × line code, or lanes × data rate."""
    signal, code, lane, lanes, link = _facts(
        record, "link.signalling_rate", "link.encoding", "link.per_lane", "link.lanes", "link.per_direction"
    )
    share = LINE_CODES.get(str(code.value)) if code else None
    if lane and signal and share:
        yield judge(lane, f"signalling rate × {share}", rounded=(signal,), constant=share)
    if link and lanes and signal and share:
        yield judge(link, f"lanes × signalling rate × {share}", rounded=(signal,), counted=(lanes,), constant=share)
    elif link and lanes and lane:
        yield judge(link, "lanes × data rate of a lane", rounded=(lane,), counted=(lanes,))


def after_encoding(record: Record) -> Iterator[Identity]:
    """One link, one way: the rate that devices list × what the line code leaves."""
    raw, efficiency, link = _facts(record, "link.raw_per_direction", "link.encoding_efficiency", "link.per_direction")
    if raw and efficiency and link:
        yield judge(link, "rate before encoding × what the line code leaves", rounded=(raw, efficiency))


def both_ways(record: Record) -> Iterator[Identity]:
    """One link, both ways: twice one way."""
    link, total = _facts(record, "link.per_direction", "link.total")
    if link and total:
        yield judge(total, "one way × 2 directions", rounded=(link,), constant=2)


def all_links(record: Record) -> Iterator[Identity]:
    """All links of an accelerator: links × one of them, in one or both directions."""
    link, count, total = _facts(record, "link.per_direction", "link.max_links", "link.per_gpu")
    if link and count and total:
        ways = 2 if _BOTH in total.qualifiers else 1
        equation = "links × one way" + (" × 2 directions" if ways == 2 else "")
        yield judge(total, equation, rounded=(link,), counted=(count,), constant=ways)


def domain(record: Record) -> Iterator[Identity]:
    """All accelerators behind a switch: as many as a domain has × what each has."""
    each, count, total = _facts(record, "switch.per_gpu", "switch.max_gpus", "switch.total")
    if each and count and total:
        yield judge(total, "accelerators × bandwidth of each", rounded=(each,), counted=(count,))


def system_links(record: Record) -> Iterator[Identity]:
    """Link bandwidth of a system: accelerators × what each has."""
    count, each, total = _facts(record, "gpus.count", "gpus.per_gpu_bandwidth", "gpus.aggregate_bandwidth")
    if count and each and total:
        ways = Fraction(2 if _BOTH in total.qualifiers else 1, 2 if _BOTH in each.qualifiers else 1)
        yield judge(total, "accelerators × link bandwidth of each", rounded=(each,), counted=(count,), constant=ways)


def system_network(record: Record) -> Iterator[Identity]:
    """Network of a system: ports × rate of a port."""
    ports, each, total = _facts(record, "network.ports", "network.per_port", "network.total")
    if ports and each and total:
        yield judge(total, "ports × rate of a port", counted=(ports, each))


def system_memory(record: Record) -> Iterator[Identity]:
    """Memory of a system: accelerators × capacity of one, as the accelerator's own record has it."""
    count, total, slug = _facts(record, "gpus.count", "gpus.memory_total", "gpus.accelerator")
    if not (count and total and slug):
        return
    accelerator = facts.load(record.path.parents[1]).accelerators.get(str(slug.value))
    if accelerator and "memory.capacity" in accelerator:
        equation = f"accelerators × memory of the {accelerator.short}"
        yield judge(total, equation, rounded=(accelerator["memory.capacity"],), counted=(count,))


def _facts(record: Record, *keys: str) -> list[Fact | None]:
    return [record.facts.get(key) for key in keys]


CHECKS = {
    "links": (line_code, one_link, after_encoding, both_ways, all_links, domain),
    "systems": (system_links, system_network, system_memory),
}


def of_record(record: Record) -> Iterator[Identity]:
    """Every equation of the record's folder that it has the facts for."""
    for check in CHECKS.get(record.folder, ()):
        yield from check(record)

"""How fast is a link one way, how long does a message take, and what has one accelerator of a node inside it and out of it?

Time of a message: the alpha-beta model, latency plus size over rate (nccl-tests, doc/PERFORMANCE.md: overhead + size / bw). Rates
are for one direction and after the line code; data sheets often print neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculators import interconnect
from calculators.declare import Calculator, Derived, link, output, overridable, quantity, system
from calculators.formula import formula
from calculators.interconnect import all_links, both_ways, line_rate, transfer_time
from calculators.peak_rate import factor
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.problems import InputProblem, InputProblems
from calculators.records import Fact, MissingFact, Record
from calculators.units import Bytes, BytesPerSecond, Number, Quantity, Seconds, readable, show
from calculators.working import Working

_ROUND_LATENCY = 1e-6  # "typically around 1us" for a hop: How to Scale Your Model, Sharded Matrices, a note on ICI latency


@formula("rate * reached")
def reached_rate(rate: BytesPerSecond, reached: Number) -> BytesPerSecond:
    """What programs get of a rate, in bytes/s: headers, acknowledgements and copies take the rest."""
    return BytesPerSecond(rate * reached)


@formula("1 - encoding")
def overhead(encoding: Number) -> Number:
    """Share of the bits on the wire that the line code takes. PCIe 1.0 and 2.0, 8b/10b: 20%; PCIe 5.0, 128b/130b: 1.5%."""
    return Number(1 - encoding)


@formula("latency * rate")
def half_size(latency: Seconds, rate: BytesPerSecond) -> Bytes:
    """Message that takes as long to send as it waits, in bytes: at this size half of the rate is reached.

    TPU v5e: 1 us * 45 GB/s = 45 kB.
    """
    return Bytes(latency * rate)


def _signalling(known: Mapping[str, Any]) -> Fact:
    return known["link"]["link.signalling_rate"]


def _encoding(known: Mapping[str, Any]) -> Derived:
    code = known["link"]["link.encoding"]
    how = f"{code} leaves this share of the bits."
    return Derived(Quantity(interconnect.line_code(code), "%"), (code,), how)


def _one_link(known: Mapping[str, Any]) -> Fact | Derived:
    """The stated rate of a link, for as many of its lanes as are used; not known where lanes and line code give it."""
    found: Record = known["link"]
    if None not in (known["lanes"], known["signalling"], known["encoding"]):
        raise MissingFact(f"{found.slug}: lanes, signalling rate and line code give it")
    for key in ("link.per_direction", "link.per_gpu", "switch.per_gpu"):
        if key in found:
            return _narrowed(interconnect.one_way(found[key]), found, known["lanes"])
    return found["link.per_direction"]  # raises


def _narrowed(rate: Fact | Derived, found: Record, lanes: Quantity | None) -> Fact | Derived:
    full = found.facts.get("link.lanes")
    if lanes is None or full is None or lanes.base == full.base:
        return rate
    facts = (rate, full) if isinstance(rate, Fact) else (*rate.facts, full)
    part = interconnect.part(rate.quantity.base, lanes.base, full.base)
    return Derived(Quantity(part, "GB/s"), facts, f"{lanes.base:g} of {full.value} lanes.")


def _links(known: Mapping[str, Any]) -> Fact | Quantity:
    """How many links an accelerator has, where the rate of one is stated; else the one that is looked at."""
    found = known["link"]
    stated = all(key in found for key in ("link.max_links", "link.per_direction"))
    return found["link.max_links"] if stated else Quantity(1.0, "link")


def _latency(known: Mapping[str, Any]) -> Fact | Quantity:
    return known["link"].facts.get("link.latency") or Quantity(_ROUND_LATENCY, "us")


@dataclass(frozen=True)
class Inputs:
    link: Record = link("pcie-5")
    size: float = quantity("1 GB", "MB", "0.000001 MB", "1000000000000 MB", "Message", "What is sent one way.")
    reached: float = quantity("100%", "%", "1%", "100%", "Rate reached", "100% gives the floor of the time; programs reach less.")
    system: Record = system("dgx-h100", help="A node type, for the paths between its GPUs.")
    lanes: float | None = overridable(
        lambda known: known["link"]["link.lanes"], *("lane", "1", "64", "Lanes", "Of one link, each way."), True, True
    )
    links: float = overridable(
        _links, "link", "1", "1024", "Links", "Side by side: all that an accelerator has, or one.", False, True
    )
    signalling: float | None = overridable(
        _signalling, "Gbit/s", "0.001 Gbit/s", "10000 Gbit/s", "Signalling rate of a lane", "PCIe writes it in GT/s.", True
    )
    encoding: float | None = overridable(
        _encoding, "%", "1%", "100%", "What the line code leaves", "From the code, such as 128b/130b.", True
    )
    one_link: float | None = overridable(
        _one_link,
        *("GB/s", "0.000001 GB/s", "1000000 GB/s", "One link, one way"),
        "Given, it stands in for lanes, signalling rate and line code.",
        True,
    )
    latency: float = overridable(
        _latency,
        "us",
        "0 us",
        "1000000 us",
        "Latency",
        "Of one message. A round figure unless a source states it: give what you measured.",
    )
    inside: float | None = overridable(
        lambda known: interconnect.inside(known["system"], among=2),
        *("GB/s", "0.000001 GB/s", "1000000 GB/s", "Inside the node"),
        "One GPU of the system to another one in it, one way.",
        True,
    )
    outside: float | None = overridable(
        lambda known: interconnect.outside(known["system"]),
        *("GB/s", "0.000001 GB/s", "1000000 GB/s", "Between nodes"),
        "Share of the network that one GPU of the system has, one way.",
        True,
    )


@dataclass(frozen=True)
class Outputs:
    one_way: BytesPerSecond = output("One way", "GB/s", "All links chosen, after the line code.")
    both_ways: BytesPerSecond = output("Both ways", "GB/s", "Both directions added: what data sheets of accelerators print.")
    time: Seconds = output("Time of the message", "ms", "Latency, and the message at the rate reached.")
    limit: str = output("Limited by", None, "Latency or bandwidth, whichever takes longer.")
    latency_share: Number = output("Share of latency", "%", "Of the time of the message.")
    half_size: Bytes = output("Half of the rate at", "kB", "The message that takes as long to send as it waits.")
    before_encoding: BytesPerSecond | None = output("One way, before the line code", "GB/s", "What is on the wire.")
    overhead: Number | None = output("Taken by the line code", "%", "Of the bits on the wire.")
    inside: BytesPerSecond | None = output("Inside the node, one way", "GB/s", "One GPU of the system to another one in it.")
    outside: BytesPerSecond | None = output("Between nodes, one way", "GB/s", "Share of the network that one GPU has.")
    step: Number | None = output("Inside over between", "x", "How much slower it is to leave the node.")
    inside_time: Seconds | None = output("Time inside the node", "ms", "The same message between two GPUs of the system.")
    outside_time: Seconds | None = output("Time between nodes", "ms", "The same message from one GPU to one of another node.")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Rate of a link and time of a message over it; see `line_rate`, `all_links`, `transfer_time`.

    Raises InputProblems for a link without any known rate.
    """
    one, raw = _rate(i, working)
    rate = working.step("One way", all_links, "GB/s", rate=one, links=i.links)
    both = working.step("Both ways", both_ways, "GB/s", one_way=rate)
    taken = working.step("Taken by the line code", overhead, "%", encoding=i.encoding) if raw else None
    got = working.step("Rate reached", reached_rate, "GB/s", rate=rate, reached=i.reached)
    time = working.step("Time of the message", transfer_time, latency=i.latency, size=i.size, rate=got)
    half = working.step("Half of the rate at", half_size, latency=i.latency, rate=got)
    if "link.latency" not in i.link:
        working.remark("No source that was read states a latency for this link; give what you measured.")
    if i.links > 1 and i.link.facts.get("identity.family") and str(i.link["identity.family"]) == "Infinity Fabric":
        working.remark("Each link leads to another accelerator: two of them exchange what one link carries.")
    sent = Seconds(time - i.latency)
    before = None if raw is None else BytesPerSecond(raw * i.links)
    limit = "latency" if i.latency > sent else "bandwidth"
    node = _node(i, working)
    return Outputs(rate, both, time, limit, Number(i.latency / time), half, before, taken, i.inside, i.outside, *node)


def _rate(i: Inputs, working: Working) -> tuple[float, float | None]:
    """One link, one way; and before the line code, where that is known."""
    if i.one_link is not None:
        return i.one_link, None
    if None in (i.signalling, i.lanes, i.encoding):
        message = f"{i.link.name} has no rate of one link, nor lanes, signalling rate and line code"
        raise InputProblems([InputProblem("one_link", "", message, "a rate, typed in, or another link")])
    raw = {"signalling_rate": i.signalling, "lanes": i.lanes}
    return working.step("One link, one way", line_rate, "GB/s", **raw, encoding=i.encoding), i.signalling * i.lanes


def _node(i: Inputs, working: Working) -> tuple[float | None, float | None, float | None]:
    """How much slower it is to leave the node, and the message's time inside it and between nodes."""
    step = working.step("Inside over between", factor, "x", "byte/s", a=i.inside, b=i.outside) if i.inside and i.outside else None
    times = []
    for label, rate in (("Time inside the node", i.inside), ("Time between nodes", i.outside)):
        got = rate and working.step(f"{label}: rate reached", reached_rate, "GB/s", rate=rate, reached=i.reached)
        times.append(working.step(label, transfer_time, latency=i.latency, size=i.size, rate=got) if got else None)
    if "gpus.topology" in i.system:
        working.use(i.system["gpus.topology"])
        working.remark(f"{i.system.short}: {i.system['gpus.topology']}.")
    if i.outside is None:
        working.remark(f"{i.system.short}: no network for traffic between accelerators is known.")
    return step, times[0], times[1]


def summary(i: Inputs, o: Outputs) -> str:
    rate, time = show(Quantity(o.one_way, "GB/s")), show(readable(Quantity(o.time, "s")))
    size = show(readable(Quantity(i.size, "byte")))
    return f"{i.link.short}: {rate} one way; {size} in {'at least ' if i.reached == 1 else ''}{time}, limited by {o.limit}."


def chart(run) -> Chart:
    """The rate that a message reaches, by its size, over the link and over both paths of the system."""
    i, o = run.inputs, run.result
    sizes = [2.0**exponent for exponent in range(10, 41, 2)]
    paths = {i.link.short: o.one_way, "inside the node": o.inside, "between nodes": o.outside}
    series = tuple(
        Series(f"{name}", tuple((size, size / _time(i, rate, size) / 1e9) for size in sizes), role)
        for role, (name, rate) in zip("abc", paths.items(), strict=True)
        if rate
    )
    return Chart(
        title=f"Rate reached by message size: {i.link.short}, {i.system.short}",
        description=summary(i, o),
        x=Axis("Message", "byte", log=True, base=2),
        y=Axis("Rate reached", "GB/s", log=True),
        series=series,
        marks=(Mark("this message", i.size, i.size / o.time / 1e9),) if sizes[0] <= i.size <= sizes[-1] else (),
    )


def _time(i: Inputs, rate: float, size: float) -> float:
    return transfer_time(i.latency, size, reached_rate(rate, i.reached))


CALCULATOR = Calculator(
    title="Links",
    subject="Hardware",
    question="How fast is a link one way, and how long does a message take over it?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("one_way", "both_ways", "time", "inside"),
    chart=chart,
)

"""How long does a collective operation take: all-reduce, all-gather, all-to-all, by ring, tree, in the switch or in two levels?

The alpha-beta model: hops that follow one another times the latency of each, and the bytes that the busiest accelerator sends
over its bandwidth. Algorithm and bus bandwidth, and what a ring sends: NVIDIA nccl-tests, doc/PERFORMANCE.md. Hops of rings and
trees, inside nodes and between them, and what a tree sends: NCCL, src/graph/tuning.cc. The switch, all-to-all and logarithmic
gathers: Austin et al., How to Scale Your Model, "How to Think About GPUs". Two levels: Bekman, Machine Learning Engineering Open
Book, network/README.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculators import interconnect
from calculators.collective_time import (
    algorithm_bandwidth,
    all_reduce_factor,
    bus_bandwidth,
    bytes_sent,
    collective_time,
    crossing_size,
    gather_factor,
    overlapped,
    reached_bandwidth,
    ring_bandwidth,
    sending_time,
    tree_depth,
    waiting_time,
)
from calculators.declare import Calculator, Derived, Typical, accelerator, choice, count, output, overridable, quantity, system
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.problems import InputProblem, InputProblems
from calculators.records import Fact, MissingFact, Record
from calculators.units import Bytes, BytesPerSecond, Number, Quantity, Seconds, readable, show
from calculators.working import Working

OPERATIONS = {
    "all_reduce": "all-reduce",
    "all_gather": "all-gather",
    "reduce_scatter": "reduce-scatter",
    "all_to_all": "all-to-all",
    "broadcast": "broadcast",
    "send_receive": "point to point (send and receive)",
}
ALGORITHMS = {
    "ring": "ring (all-to-all and point to point: direct)",
    "tree": "tree (double binary tree, recursive doubling)",
    "in_switch": "in the switch (NVLink SHARP)",
    "two_level": "two levels (inside the nodes, then between them)",
}
PATHS = {
    "links": "the links of the GPU (NVLink and its like)",
    "pcie": "PCIe",
    "system": "the links of the node type",
    "own": "a bandwidth of your own",
}
_DIRECT = ("all_to_all", "send_receive")
_BRIDGED = 4  # cards that a bridge joins at most
_REDUCING_NVLINK = 4  # the first generation whose switches reduce: NVSwitch 3, with NVLink 4
# Seconds a hop waits, as NCCL's own model has it: src/graph/tuning.cc, hwLatencies, ring, the Simple protocol of large messages.
HOP = {"links": 3.4e-6, "system": 3.4e-6, "own": 3.4e-6, "pcie": 5.7e-6}
NETWORK_HOP = "14 us"


def _inside(known: Mapping[str, Any]) -> Fact | Derived | None:
    """What a GPU sends inside its node, over the path chosen; None where the reader has to say."""
    per_node, path = known["gpus"].base / known["nodes"].base, known["path"]
    if path == "system":
        return interconnect.inside(known["system"], per_node)
    if path != "links":
        return interconnect.over_pcie(known["gpu"]) if path == "pcie" else None
    try:
        return interconnect.over_own_links(known["gpu"], per_node)
    except MissingFact as error:
        raise MissingFact(f"{error}; PCIe is another choice") from error


def _network(known: Mapping[str, Any]) -> Fact | Derived:
    if known["nodes"].base == 1:
        raise MissingFact("nothing leaves a single node")
    return interconnect.outside(known["system"])


@dataclass(frozen=True)
class Inputs:
    operation: str = choice("all_reduce", OPERATIONS, "Operation", "What the GPUs exchange.")
    algorithm: str = choice("ring", ALGORITHMS, "Algorithm", "How they do it.")
    gpus: float = count(8, 2, 1_000_000, "GPUs", "All that take part.", "GPU")
    nodes: float = count(1, 1, 100_000, "Nodes", "Over which the GPUs are spread evenly.")
    size: float = quantity(
        "128 MiB",
        "MiB",
        "1 byte",
        "1000000 GB",
        "Message",
        "As nccl-tests count it: the whole array, of one GPU in an all-to-all.",
    )
    gpu: Record = accelerator("h100-sxm5-80gb")
    path: str = choice("links", PATHS, "Inside a node over", "Where the bandwidth of a GPU comes from.")
    system: Record = system("dgx-h100", "Node type", "Its network counts where there are several nodes.")
    reached: float = quantity(
        "100%", "%", "1%", "100%", "Bandwidth reached", "100% gives the floor; what programs reach stands below the result."
    )
    bandwidth: float = overridable(
        _inside,
        "GB/s",
        "0.001 GB/s",
        "1000000 GB/s",
        "Bandwidth of a GPU, one way",
        "Inside the node. From its facts; or your own.",
    )
    network: float | None = overridable(
        _network,
        *("GB/s", "0.001 GB/s", "1000000 GB/s", "Network of a GPU, one way", "Its share of what leaves the node."),
        True,
    )
    latency: float = overridable(
        lambda known: Quantity(HOP[known["path"]], "us"),
        *("us", "0 us", "100000 us", "Latency of a hop", "Inside the node; as in NCCL's own model. 0 leaves waiting out."),
    )
    network_latency: float = quantity(
        NETWORK_HOP, "us", "0 us", "100000 us", "Latency of a hop between nodes", "As in NCCL's own model."
    )


@dataclass(frozen=True)
class Outputs:
    time: Seconds = output("Time", "ms", "Waiting and sending.")
    busbw: BytesPerSecond = output(
        "Bus bandwidth", "GB/s", "busbw of nccl-tests: comparable with a link, whatever the number of GPUs."
    )
    algbw: BytesPerSecond = output("Algorithm bandwidth", "GB/s", "algbw of nccl-tests: message over time.")
    latency_share: Number = output("Share of waiting", "%", "Latency in the time of the operation.")
    limit: str = output("Limited by", None, "Latency or bandwidth, whichever takes longer.")
    crossing: Bytes = output("Waits as long as it sends at", "MB", "Below this message latency decides, above it bandwidth.")
    sent: Bytes = output("Sent by each GPU", "MB", "By the busiest one, over all paths together.")
    sending: Seconds = output("Time of sending", "ms", "At the bandwidth reached.")
    waiting: Seconds = output("Time of waiting", "ms", "Hops that follow one another, times the latency of each.")
    hops: Number = output("Hops", "", "Messages that wait for one another.")
    floor_bus: BytesPerSecond = output("Bus bandwidth of endless messages", "GB/s", "Where waiting no longer counts.")


@dataclass(frozen=True)
class _Cost:
    """What an algorithm takes: hops inside a node and between nodes, bytes that a GPU sends, the time of sending them."""

    hops: float
    network_hops: float
    sent: float
    sending: float


def calculate(i: Inputs, working: Working) -> Outputs:
    """Time and bandwidths of a collective operation; see `collective_time`, `algorithm_bandwidth`, `bus_bandwidth`.

    Raises InputProblems for GPUs that cannot be spread evenly, a node that is too small, a network or a reducing switch that is
    not there, and algorithms that the operation does not have.
    """
    _refuse(i)
    cost = _COSTS[i.algorithm](i, working)
    waiting = working.step(
        "Time of waiting",
        waiting_time,
        hops=cost.hops,
        latency=i.latency,
        network_hops=cost.network_hops,
        network_latency=i.network_latency,
    )
    time = working.step("Time", collective_time, waiting=waiting, sending=cost.sending)
    factor = _bus_factor(i, working)
    algorithm = working.step("Algorithm bandwidth", algorithm_bandwidth, "GB/s", size=i.size, time=time)
    bus = working.step("Bus bandwidth", bus_bandwidth, "GB/s", algorithm_bandwidth=algorithm, factor=factor)
    crossing = working.step("Waits as long as it sends at", crossing_size, size=i.size, waiting=waiting, sending=cost.sending)
    most = BytesPerSecond(i.size / cost.sending * factor)
    _remark(i, most, working)
    return Outputs(
        time=time,
        busbw=bus,
        algbw=algorithm,
        latency_share=Number(waiting / time),
        limit="latency" if waiting > cost.sending else "bandwidth",
        crossing=crossing,
        sent=cost.sent,
        sending=cost.sending,
        waiting=waiting,
        hops=Number(cost.hops + cost.network_hops),
        floor_bus=most,
    )


def _refuse(i: Inputs) -> None:
    def problem(field: str, given: object, message: str, accepted: str) -> InputProblems:
        return InputProblems([InputProblem(field, str(given), message, accepted)])

    gpus, nodes = int(i.gpus), int(i.nodes)
    if gpus % nodes:
        raise problem("nodes", nodes, f"do not share {gpus} GPUs evenly", "a divisor of the number of GPUs")
    held = i.system.facts.get("gpus.count")
    if i.path == "system" and held and gpus / nodes > held.value:
        message = f"are too many for {nodes} × {i.system.short}, which has {show(held.quantity)}"
        raise problem("gpus", gpus, message, "fewer GPUs, or more nodes")
    if nodes > 1 and i.network is None:
        message = f"is needed for several nodes, and that of {i.system.short} is not known"
        raise problem("network", "", message, "a bandwidth, typed in, or another node type")
    if i.path == "links" and _is_bridged(i.gpu) and gpus / nodes > _BRIDGED:
        message = f"are too many for the bridges of {i.gpu.short}, a card: they join two, some {_BRIDGED}"
        raise problem("gpus", gpus, message, f"up to {_BRIDGED} in a node, PCIe, or a bandwidth of your own")
    if i.operation in _DIRECT and i.algorithm != "ring":
        message = f"has no {OPERATIONS[i.operation]}: each GPU sends directly to the others"
        raise problem("algorithm", i.algorithm, message, "ring, which stands for direct here")
    if i.algorithm == "two_level" and (nodes == 1 or nodes == gpus or i.operation == "broadcast"):
        message = "needs several nodes with several GPUs in each, and an operation other than broadcast"
        raise problem("algorithm", i.algorithm, message, "ring or tree")
    if i.algorithm == "in_switch" and (reason := _no_reducing_switch(i)):
        raise problem("algorithm", i.algorithm, reason, "ring, tree or two_level")


def _no_reducing_switch(i: Inputs) -> str:
    """Why no switch reduces on this path, or an empty text."""
    if i.nodes > 1:
        return "is computed for the switch of one node"
    if i.path == "own":
        return ""
    gpu = interconnect.accelerator_of(i.system) if i.path == "system" else i.gpu
    generation = gpu.facts.get("interconnect.nvlink_generation")
    if i.path != "pcie" and generation and generation.value >= _REDUCING_NVLINK and not _is_bridged(gpu):
        return ""
    return (
        f"needs a switch that reduces, such as NVSwitch behind NVLink {_REDUCING_NVLINK} or later, which {gpu.short} has not here"
    )


def _is_bridged(gpu: Record) -> bool:
    """Whether an accelerator is a card whose own links lead over a bridge, to one or three others."""
    return "PCIe" in str(gpu.facts.get("identity.form_factor", "")) and interconnect.has_own_link(gpu)


def _bus_factor(i: Inputs, working: Working) -> Number:
    if i.operation == "all_reduce":
        return working.step("Bus over algorithm bandwidth", all_reduce_factor, "", gpus=i.gpus)
    if i.operation in ("broadcast", "send_receive"):
        return Number(1)
    return working.step("Bus over algorithm bandwidth", gather_factor, "", gpus=i.gpus)


def _sent(i: Inputs, factor: float, working: Working) -> Bytes:
    return working.step("Sent by each GPU", bytes_sent, size=i.size, factor=factor)


def _in_time(label: str, sent: float, bandwidth: float, i: Inputs, working: Working) -> Seconds:
    """Time of sending at the share of a bandwidth that is reached."""
    rate = working.step(f"{label}: bandwidth reached", reached_bandwidth, "GB/s", bandwidth=bandwidth, reached=i.reached)
    return working.step(label, sending_time, sent=sent, bandwidth=rate)


def _through(i: Inputs, working: Working) -> BytesPerSecond:
    """What a ring or tree runs at: the links of a GPU, or where it leaves the node the network of the GPUs in it."""
    if i.nodes == 1:
        return BytesPerSecond(i.bandwidth)
    if i.nodes == i.gpus:
        return BytesPerSecond(i.network)
    return working.step(
        "Bandwidth of the ring or tree",
        ring_bandwidth,
        "GB/s",
        inside=i.bandwidth,
        gpus_per_node=i.gpus / i.nodes,
        outside=i.network,
    )


def _ring(i: Inputs, working: Working) -> _Cost:
    if i.operation in _DIRECT:
        return _direct(i, working)
    rounds = 2 if i.operation == "all_reduce" else 1
    factor = 1.0 if i.operation == "broadcast" else rounds * (i.gpus - 1) / i.gpus
    sent = _sent(i, factor, working)
    outside = rounds * (i.nodes - 1)
    time = _in_time("Time of sending", sent, _through(i, working), i, working)
    return _Cost(rounds * (i.gpus - 1) - outside, outside, sent, time)


def _tree(i: Inputs, working: Working) -> _Cost:
    rounds = 2 if i.operation == "all_reduce" else 1
    gathers = i.operation in ("all_gather", "reduce_scatter")
    sent = _sent(i, (i.gpus - 1) / i.gpus if gathers else float(rounds), working)
    inside = working.step("Levels inside a node", tree_depth, gpus=i.gpus / i.nodes)
    outside = working.step("Levels between nodes", tree_depth, gpus=i.nodes) if i.nodes > 1 else 0
    time = _in_time("Time of sending", sent, _through(i, working), i, working)
    return _Cost(rounds * inside, rounds * outside, sent, time)


def _in_switch(i: Inputs, working: Working) -> _Cost:
    """Each GPU sends its array once and receives the sum once; without a sum, the busiest direction stays what it is."""
    gathers = i.operation in ("all_gather", "reduce_scatter")
    sent = _sent(i, (i.gpus - 1) / i.gpus if gathers else 1.0, working)
    time = _in_time("Time of sending", sent, i.bandwidth, i, working)
    return _Cost(2 if i.operation == "all_reduce" else 1, 0, sent, time)


def _two_level(i: Inputs, working: Working) -> _Cost:
    """Scatter inside the node, exchange each part between nodes, gather inside the node: the phases overlap."""
    rounds = 2 if i.operation == "all_reduce" else 1
    inner = i.gpus / i.nodes
    near = working.step("Sent inside the node", bytes_sent, size=i.size, factor=rounds * (inner - 1) / inner)
    far = working.step("Sent between nodes", bytes_sent, size=i.size, factor=rounds * (i.nodes - 1) / i.nodes / inner)
    return _both_paths(near, far, rounds * (inner - 1), rounds * (i.nodes - 1), i, working)


def _direct(i: Inputs, working: Working) -> _Cost:
    """Each GPU sends to all others, or to the next one, without a stop on the way."""
    inner = i.gpus / i.nodes
    if i.operation == "send_receive":
        sent = _sent(i, 1.0, working)
        slowest = i.bandwidth if i.nodes == 1 else i.network if inner == 1 else min(i.bandwidth, i.network)
        return _Cost(float(i.nodes == 1), float(i.nodes > 1), sent, _in_time("Time of sending", sent, slowest, i, working))
    near = working.step("Sent inside the node", bytes_sent, size=i.size, factor=(inner - 1) / i.gpus)
    far = working.step("Sent between nodes", bytes_sent, size=i.size, factor=(i.gpus - inner) / i.gpus) if i.nodes > 1 else 0.0
    return _both_paths(near, far, inner - 1, i.gpus - inner, i, working)


def _both_paths(near: float, far: float, hops: float, network_hops: float, i: Inputs, working: Working) -> _Cost:
    inside = _in_time("Time inside the node", near, i.bandwidth, i, working)
    if not far:
        return _Cost(hops, 0, near, inside)
    outside = _in_time("Time between nodes", far, i.network, i, working)
    both = working.step("Time of sending", overlapped, inside=inside, outside=outside)
    return _Cost(hops, network_hops, near + far, both)


_COSTS = {"ring": _ring, "tree": _tree, "in_switch": _in_switch, "two_level": _two_level}


def _remark(i: Inputs, most: float, working: Working) -> None:
    gpu = interconnect.accelerator_of(i.system) if i.path == "system" else i.gpu
    if i.path in ("links", "system") and "ici" in (interconnect.own_link(gpu) or ()):
        working.remark(
            "The rate counts the links along every axis of the torus; a group along one axis has only those of that axis."
        )
    if i.path == "links" and i.gpus / i.nodes > 2 and _is_bridged(gpu):
        working.remark(f"{gpu.short} is a card: most bridges join two. Where they do, a larger group goes over PCIe.")
    held = i.system["gpus.count"]
    if i.path == "links" and gpu is interconnect.accelerator_of(i.system) and i.gpus / i.nodes > held.value:
        working.remark(f"A {i.system.short} has {show(held.quantity)}: beyond its node the network counts. Say how many nodes.")
    if i.path == "pcie":
        working.remark("The rate is that of the slot. Without peer access copies pass through host memory, and reach less.")
    if i.algorithm == "in_switch" and i.operation != "all_reduce":
        working.remark("Without a sum the switch saves no bytes in the busier direction, only hops.")
    if most > i.bandwidth * i.reached * (1 + 1e-9):
        working.remark("Long messages exceed the link in bus bandwidth: it counts what a ring sends, and this sends less.")
    if i.algorithm == "two_level":
        working.remark("The phases overlap completely here; at worst their times add up.")


def summary(i: Inputs, o: Outputs) -> str:
    size, time = show(readable(Quantity(i.size, "byte"))), show(readable(Quantity(o.time, "s")))
    bus, over = show(Quantity(o.busbw, "GB/s")), f"{int(i.gpus)} GPUs" + (f" in {int(i.nodes)} nodes" if i.nodes > 1 else "")
    name = OPERATIONS[i.operation].partition(" (")[0].capitalize()
    return f"{name} of {size} over {over}: {time}, bus bandwidth {bus}, limited by {o.limit}."


def chart(run) -> Chart:
    """Bus bandwidth by message size, for each algorithm that these inputs allow."""
    i, o = run.inputs, run.result
    sizes = [2.0**exponent for exponent in range(10, 39, 2)]
    curves = []
    for role, name in zip("abcd", ALGORITHMS, strict=True):
        points = run.having(algorithm=name).sweep("size", sizes)
        if points:
            label = "direct" if i.operation in _DIRECT else ALGORITHMS[name].partition(" (")[0]
            curves.append(Series(label, tuple((size, found.busbw / 1e9) for size, found in points), role))
    limit = Series("one way over the links of a GPU", tuple((size, i.bandwidth / 1e9) for size in (sizes[0], sizes[-1])), "limit")
    return Chart(
        title=f"Bus bandwidth by message size: {OPERATIONS[i.operation]} over {int(i.gpus)} GPUs",
        description=f"{summary(i, o)} Short messages wait, long ones run at what the algorithm can reach.",
        x=Axis("Message", "byte", log=True, base=2),
        y=Axis("Bus bandwidth", "GB/s", log=True),
        series=(*curves, limit),
        marks=(Mark("this message", i.size, o.busbw / 1e9),) if sizes[0] <= i.size <= sizes[-1] else (),
    )


def reaching(i: Any, share: float, besides: float) -> dict[str, float]:
    """The inputs of an exchange that reaches a share of the bandwidth."""
    return {"reached": share}


CALCULATOR = Calculator(
    title="Collectives",
    subject="Speed",
    question="How long does an all-reduce or another collective take, and at what bus bandwidth?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("time", "busbw", "algbw", "latency_share"),
    chart=chart,
    typical=Typical("exchanging", ("time", "busbw"), reaching),
)

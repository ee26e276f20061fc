"""Collective operations and transfers between GPUs, as questions about links and networks."""

import re

from calculators.measured.question import Question, Unpredictable, stated
from calculators.records import FactBase, Measurement
from calculators.units import read_quantity

_NODE = 8  # GPUs of one node of the systems measured
_SWITCHED = (
    "h100",
    "h200",
    "b200",
    "b300",
    "gb200",
    "gb300",
    "h800",
    "h20-",
)  # NVSwitch can add numbers from its third generation
_OPERATIONS = {"allreduce": "all_reduce", "allgather": "all_gather", "reducescatter": "reduce_scatter"}
_HOSTS = {"PCIe 3.0": "pcie-3", "PCIe 4.0": "pcie-4", "PCIe 5.0": "pcie-5", "PCIe 6.0": "pcie-6", "NVLink-C2C": "nvlink-c2c"}
_LANES = re.compile(r"PCIe [\d.]+ x(\d+)")
_PCIE = {"l40s": "pcie", "rtx-pro-6000-blackwell-server": "pcie"}


def collective(entry: Measurement, base: FactBase) -> Question:
    """Bus bandwidth or time of an operation, with no time for waiting: what the links allow, and the network between nodes."""
    told = entry.details
    operation = _OPERATIONS[entry.metric.partition("_")[0]]
    asked = {"operation": operation, "gpu": entry.hardware, "gpus": str(entry.count), "latency": "0 us"}
    asked["size"] = stated(told, "payload", "the size of the message")
    asked["path"] = _PCIE.get(entry.hardware, "links")
    if entry.count > _NODE:
        asked |= _between(entry) | {"algorithm": "two_level"}  # which sends the least over the network
    else:
        asked["algorithm"] = _algorithm(entry)
    return Question("collectives", "time" if entry.metric.endswith("_time") else "busbw", asked)


def _between(entry: Measurement) -> dict[str, str]:
    network = stated(entry.details, "network", "the network between the nodes")
    return {"nodes": str(entry.count // _NODE), "network": _in_bytes(network), "network_latency": "0 us"}


def _in_bytes(network: str) -> str:
    """What a GPU has of a network, whose rates are told in bits."""
    return f"{read_quantity(network).to('GB/s'):.9g} GB/s"


def expert_rate(entry: Measurement, base: FactBase) -> Question:
    """The slowest link that tokens cross on their way to experts: the network, or inside a node the links of the GPU."""
    told = entry.details
    if "within a GPU is counted" in told.get("note", ""):
        raise Unpredictable("traffic that stays within a GPU is counted too, and how much that is depends on the router")
    if entry.count <= _NODE:
        return Question("collectives", "floor_bus", _sent(entry))
    network = stated(told, "network", "the network between the nodes")
    return Question("collectives", "floor_bus", _sent(entry) | {"path": "own", "bandwidth": _in_bytes(network)})


def expert_time(entry: Measurement, base: FactBase) -> Question:
    """Time until each token is with its experts or back, over the network alone, if the router picks all GPUs alike.

    An estimate: tokens whose experts are nearer than that take less. Dispatch sends a byte for each number, combine two.
    """
    told = entry.details
    experts = base.models[stated(told, "model", "the model")]["architecture.num_experts_per_tok"].value
    tokens, width = (stated(told, name, f"the {name}") for name in ("tokens", "hidden_size"))
    size = tokens * experts * width * (1 if entry.where.endswith("dispatch") else 2)
    asked = {"operation": "all_to_all", "gpu": entry.hardware, "gpus": str(entry.count), "size": f"{size} byte"}
    asked |= {"path": "own", "bandwidth": _in_bytes(stated(told, "network", "the network")), "latency": "0 us"}
    return Question("collectives", "time", asked, floor=False)


def _algorithm(entry: Measurement) -> str:
    """The stated algorithm; where none is, the best one that the switches can do."""
    said = entry.details.get("algorithm", "")
    if said.startswith("Ring") or not entry.hardware.startswith(_SWITCHED) or entry.metric.partition("_")[0] != "allreduce":
        return "ring"
    return "in_switch"


def peer(entry: Measurement, base: FactBase) -> Question:
    """What one GPU sends to another one way, for a message without end."""
    if entry.metric.endswith("both_ways"):
        asked = _sent(entry)
        return Question("collectives", "floor_bus", asked, scale=2)
    return Question("collectives", "floor_bus", _sent(entry))


def _sent(entry: Measurement) -> dict[str, str]:
    return {"operation": "send_receive", "gpu": entry.hardware, "gpus": "2", "path": "links"}


def host(entry: Measurement, base: FactBase) -> Question:
    """One way between the memory of the host and that of the GPU, over the link that the source names."""
    note = entry.details.get("note", "")
    link = next((slug for words, slug in _HOSTS.items() if words in note), None)
    if link is None:
        raise Unpredictable("the source does not name the link to the host")
    lanes = _LANES.search(note)
    return Question("link", "one_way", {"link": link} | ({"lanes": lanes[1]} if lanes else {}))

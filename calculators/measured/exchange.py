"""Collective operations and transfers between GPUs, as questions about links."""

from calculators.measured.question import Question, Unpredictable, stated
from calculators.records import FactBase, Measurement

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
_PCIE = {"l40s": "pcie", "rtx-pro-6000-blackwell-server": "pcie"}


def collective(entry: Measurement, base: FactBase) -> Question:
    """Bus bandwidth or time of an operation within one node, with no time for waiting: what the links allow."""
    told = entry.details
    if entry.count > _NODE:
        raise Unpredictable("it crosses nodes, and the path within them is not stated")
    operation = _OPERATIONS[entry.metric.partition("_")[0]]
    asked = {"operation": operation, "gpu": entry.hardware, "gpus": str(entry.count), "latency": "0 us"}
    asked["size"] = stated(told, "payload", "the size of the message")
    asked["path"] = _PCIE.get(entry.hardware, "links")
    asked["algorithm"] = _algorithm(entry)
    return Question("collectives", "time" if entry.metric.endswith("_time") else "busbw", asked)


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
    return Question("link", "one_way", {"link": link})

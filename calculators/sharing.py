"""What GPUs that share a model exchange in one forward pass, and how long it takes.

Tensor parallelism sums the outputs of attention and of the feed-forward block of every layer over all GPUs: two all-reduces per
layer of one hidden vector per token (Shoeybi et al., "Megatron-LM", arXiv:1909.08053, section 3). Layers dealt out to GPUs pass
one hidden vector per token at each boundary. The time of a message is that of the alpha-beta model in `collectives`.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from calculators import interconnect
from calculators.collective_time import all_reduce_factor, bytes_sent, collective_time, sending_time, waiting_time
from calculators.collectives import HOP
from calculators.declare import Derived, choice, overridable
from calculators.formula import formula
from calculators.problems import InputProblem, InputProblems
from calculators.records import Fact, MissingFact, Record
from calculators.units import Bytes, Number, Quantity, Seconds
from calculators.working import Working

PATHS = {
    "none": "left out",
    "links": "the links of the GPU (NVLink and its like)",
    "pcie": "PCIe",
    "own": "a bandwidth of your own",
}
ALGORITHMS = {
    "best": "whichever is faster, as serving engines choose",
    "ring": "ring",
    "direct": "direct (each GPU sends all to all others at once)",
}
_ACTIVATION_BYTES = 2  # activations are BF16 or FP16, whatever the weights are stored in
_PER_LAYER = 2  # attention and feed-forward


@formula("tokens * hidden * element_bytes")
def hidden_vectors(tokens: Number, hidden: Number, element_bytes: Bytes) -> Bytes:
    """Bytes of the hidden vectors of `tokens` tokens: what is summed over the GPUs, or passed on to the next one."""
    return Bytes(tokens * hidden * element_bytes)


@formula("gpus - 1")
def direct_factor(gpus: Number) -> Number:
    """Bytes that each of `gpus` sends over bytes reduced, when each sends its whole message to all others."""
    return Number(gpus - 1)


@formula("messages * time")
def all_messages(messages: Number, time: Seconds) -> Seconds:
    """Time of `messages` messages one after the other, in seconds."""
    return Seconds(messages * time)


class Shared(Protocol):
    """The inputs of a calculator that lets GPUs exchange something."""

    gpu: Record
    gpus: float
    exchange: str
    algorithm: str
    link: float | None
    hop: float


def path() -> Any:
    """Over what the GPUs exchange activations, if that is counted."""
    return choice("none", PATHS, "Exchange between GPUs", "Over what they exchange activations; left out, the result is a floor.")


def algorithm() -> Any:
    """How the GPUs sum their activations."""
    return choice("best", ALGORITHMS, "All-reduce by", "Small messages go directly, large ones around a ring.")


def link() -> Any:
    """What one GPU can send to the others, one way."""
    help = "One way, from its facts; or your own. Counts where the exchange does."
    return overridable(_link, "GB/s", "0.001 GB/s", "1000000 GB/s", "Bandwidth of a GPU's link", help, True)


def hop() -> Any:
    """Latency of one message."""
    help = "As in NCCL's own model; a fused all-reduce kernel waits less."
    return overridable(_hop, "us", "0 us", "100000 us", "Latency of a hop", help)


def _link(known: Mapping[str, Any]) -> Fact | Derived:
    if known["exchange"] == "links":
        return interconnect.over_own_links(known["gpu"], known["gpus"].base)
    if known["exchange"] == "pcie":
        return interconnect.over_pcie(known["gpu"])
    raise MissingFact("the exchange is left out, or its bandwidth is to be typed in")


def _hop(known: Mapping[str, Any]) -> Quantity:
    return Quantity(HOP.get(known["exchange"], HOP["own"]), "us")


def require_link(i: Shared) -> None:
    """Refuse an exchange over a link that is not there. Raises InputProblems."""
    if i.exchange == "none" or i.gpus == 1 or i.link is not None:
        return
    if i.exchange == "own":
        raise InputProblems([InputProblem("link", "", "is needed for a bandwidth of your own", "a bandwidth, typed in")])
    message = f"is not possible: {i.gpu.short} has no such link whose rate is known"
    raise InputProblems([InputProblem("exchange", i.exchange, message, "none, another path, or own and a bandwidth")])


def tensor_parallel_time(i: Shared, tokens: float, hidden: float, layers: float, working: Working) -> float:
    """Time of the all-reduces of one forward pass over `tokens` tokens, in seconds; nothing where it is left out."""
    if i.exchange == "none" or i.gpus == 1:
        return 0.0
    size = working.step("Activations", hidden_vectors, tokens=tokens, hidden=hidden, element_bytes=_ACTIVATION_BYTES)
    ways = ("ring", "direct") if i.algorithm == "best" else (i.algorithm,)
    chosen = min(ways, key=lambda way: _all_reduce(i, size, way, Working()))
    time = _all_reduce(i, size, chosen, working)
    return working.step("Exchange", all_messages, "ms", messages=_PER_LAYER * layers, time=time)


def _all_reduce(i: Shared, size: float, way: str, working: Working) -> float:
    factor = working.step("Sent over reduced", all_reduce_factor if way == "ring" else direct_factor, gpus=i.gpus)
    hops = 2 * (i.gpus - 1) if way == "ring" else 1.0
    return _message(i, working.step("Sent by each GPU", bytes_sent, size=size, factor=factor), hops, working)


def _message(i: Shared, sent: float, hops: float, working: Working) -> float:
    waiting = working.step("Waiting", waiting_time, hops=hops, latency=i.hop, network_hops=0, network_latency=0)
    sending = working.step("Sending", sending_time, sent=sent, bandwidth=i.link)
    return working.step("One message", collective_time, waiting=waiting, sending=sending)


def layer_split_time(i: Shared, tokens: float, hidden: float, working: Working) -> float:
    """Time to pass hidden vectors from GPU to GPU in one forward pass, in seconds; nothing where it is left out."""
    if i.exchange == "none" or i.gpus == 1:
        return 0.0
    size = working.step("Activations", hidden_vectors, tokens=tokens, hidden=hidden, element_bytes=_ACTIVATION_BYTES)
    return working.step("Exchange", all_messages, "ms", messages=i.gpus - 1, time=_message(i, size, 1.0, working))

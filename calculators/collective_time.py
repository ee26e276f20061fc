"""Formulas of a collective operation: bytes sent, hops that follow one another, time, algorithm and bus bandwidth.

Factors and bandwidths: NVIDIA nccl-tests, doc/PERFORMANCE.md. Depth of a tree: NCCL, src/graph/tuning.cc.
"""

import math

from calculators.formula import formula
from calculators.units import Bytes, BytesPerSecond, Number, Seconds


@formula("2 * (gpus - 1) / gpus")
def all_reduce_factor(gpus: Number) -> Number:
    """Bytes that each of `gpus` sends in an all-reduce over bytes reduced; also bus over algorithm bandwidth (nccl-tests)."""
    return Number(2 * (gpus - 1) / gpus)


@formula("(gpus - 1) / gpus")
def gather_factor(gpus: Number) -> Number:
    """The same for all-gather, reduce-scatter and all-to-all: everything but the own part is sent once (nccl-tests)."""
    return Number((gpus - 1) / gpus)


@formula("size * factor")
def bytes_sent(size: Bytes, factor: Number) -> Bytes:
    """Bytes that the busiest accelerator sends, for a message of `size` bytes."""
    return Bytes(size * factor)


@formula("ceil(log2(gpus))")
def tree_depth(gpus: Number) -> Number:
    """Levels of a binary tree over `gpus` accelerators, or steps of recursive doubling."""
    return Number(math.ceil(math.log2(gpus)))


@formula("min(inside, gpus_per_node * outside)")
def ring_bandwidth(inside: BytesPerSecond, gpus_per_node: Number, outside: BytesPerSecond) -> BytesPerSecond:
    """What a ring or tree over several nodes runs at, in bytes/s: it leaves a node once, over the network of all GPUs in it.

    4 nodes of 8 GPUs with 50 GB/s of network each: min(900, 8 * 50) = 400 GB/s.
    """
    return BytesPerSecond(min(inside, gpus_per_node * outside))


@formula("bandwidth * reached")
def reached_bandwidth(bandwidth: BytesPerSecond, reached: Number) -> BytesPerSecond:
    """What a library gets of a link's rate, in bytes/s."""
    return BytesPerSecond(bandwidth * reached)


@formula("sent / bandwidth")
def sending_time(sent: Bytes, bandwidth: BytesPerSecond) -> Seconds:
    """Time to send `sent` bytes one way, in seconds. All-reduce of 128 MiB over 2 H100: 134.2 MB / 450 GB/s = 0.298 ms."""
    return Seconds(sent / bandwidth)


@formula("max(inside, outside)")
def overlapped(inside: Seconds, outside: Seconds) -> Seconds:
    """Time of two phases that overlap completely, in seconds: chunks of the message are in both at once."""
    return Seconds(max(inside, outside))


@formula("hops * latency + network_hops * network_latency")
def waiting_time(hops: Number, latency: Seconds, network_hops: Number, network_latency: Seconds) -> Seconds:
    """Time that messages wait, in seconds: the alpha part of the model, one latency for each hop that follows another."""
    return Seconds(hops * latency + network_hops * network_latency)


@formula("waiting + sending")
def collective_time(waiting: Seconds, sending: Seconds) -> Seconds:
    """Time of the operation in the alpha-beta model, in seconds."""
    return Seconds(waiting + sending)


@formula("size / time")
def algorithm_bandwidth(size: Bytes, time: Seconds) -> BytesPerSecond:
    """Algorithm bandwidth as nccl-tests print it, in bytes/s: message size over time."""
    return BytesPerSecond(size / time)


@formula("algorithm_bandwidth * factor")
def bus_bandwidth(algorithm_bandwidth: BytesPerSecond, factor: Number) -> BytesPerSecond:
    """Bus bandwidth as nccl-tests print it, in bytes/s: what each link would carry if the operation were done by sends alone."""
    return BytesPerSecond(algorithm_bandwidth * factor)


@formula("size * waiting / sending")
def crossing_size(size: Bytes, waiting: Seconds, sending: Seconds) -> Bytes:
    """Message for which waiting takes as long as sending, in bytes: below it latency decides, above it bandwidth."""
    return Bytes(size * waiting / sending)

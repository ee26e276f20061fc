"""What training keeps for each parameter: weights, gradients, optimizer, their sharding, and the adapters of LoRA.

Rajbhandari et al., "ZeRO" (arXiv:1910.02054), sections 3 and 5; LoRA: Hu et al. (arXiv:2106.09685), section 4.
"""

import math

from calculators.formula import formula
from calculators.units import Bytes, Number


@formula("weights + gradients + optimizer")
def states(weights: Bytes, gradients: Bytes, optimizer: Bytes) -> Bytes:
    """Model states, in bytes, per parameter or per GPU. Mixed-precision AdamW: 2 + 2 + 12 = 16 bytes per parameter."""
    return Bytes(weights + gradients + optimizer)


@formula("master + moments")
def optimizer_bytes(master: Bytes, moments: Bytes) -> Bytes:
    """What an optimizer keeps per trained parameter, in bytes: the FP32 master copy of it, if any, and its moments."""
    return Bytes(master + moments)


@formula("matrices * inside + (1 - matrices) * outside")
def mixed(matrices: Number, inside: Bytes, outside: Bytes) -> Bytes:
    """Bytes per parameter where the share in matrices of the layers is kept otherwise than the rest.

    Muon keeps one FP32 moment for a matrix and AdamW's two for the rest; QLoRA quantizes matrices and leaves the rest in 16 bits.
    """
    return Bytes(matrices * inside + (1 - matrices) * outside)


@formula("2 * element / hidden")
def factored_moment(element: Bytes, hidden: Number) -> Bytes:
    """Adafactor's bytes per parameter of a square matrix: one sum per row and one per column instead of one per element."""
    return Bytes(2 * element / hidden)


@formula("parameters * bytes_each")
def in_all(parameters: Number, bytes_each: Bytes) -> Bytes:
    """Bytes of one copy of something kept for each of `parameters` parameters. 13B at 16 bytes: 208 GB."""
    return Bytes(parameters * bytes_each)


@formula("trained + frozen")
def with_frozen(trained: Bytes, frozen: Bytes) -> Bytes:
    """Adapters and the weights under them, in bytes."""
    return Bytes(trained + frozen)


@formula("parameters * bytes_each / (tensor * pipeline * shards)")
def on_one_gpu(parameters: Number, bytes_each: Bytes, tensor: Number, pipeline: Number, shards: Number) -> Bytes:
    """Bytes on one GPU of something kept for each parameter: split by model parallelism, then among `shards` replicas.

    ZeRO's 7.5B on 64 GPUs, optimizer sharded: 7.5e9 * (2 + 2 + 12/64) = 31.4 GB (arXiv:1910.02054, table 1).
    """
    return Bytes(parameters * bytes_each / (tensor * pipeline * shards))


@formula("capacity - fixed")
def room(capacity: Bytes, fixed: Bytes) -> Bytes:
    """Bytes that a GPU has left for its part of what is sharded, beside what stays on each."""
    return Bytes(capacity - fixed)


@formula("max(1, ceil(sharded / room))")
def fewest_replicas(sharded: Bytes, room: Bytes) -> Number:
    """Fewest data-parallel GPUs among which `sharded` bytes must be split where each has `room` bytes for its part."""
    return Number(max(1, math.ceil(sharded / room)))


@formula("gathered_layers / layers * parameters * bytes_each / tensor")
def gathered(gathered_layers: Number, layers: Number, parameters: Number, bytes_each: Bytes, tensor: Number) -> Bytes:
    """Bytes of the layers that full sharding has put together for use at one time."""
    return Bytes(gathered_layers / layers * parameters * bytes_each / tensor)


@formula("layers * rank * widths")
def adapter_parameters(layers: Number, rank: Number, widths: Number) -> Number:
    """Parameters of LoRA: for each adapted matrix, rank times the sum of its two widths. GPT-3, r = 1 on Q and V: 4.7 million."""
    return Number(layers * rank * widths)


@formula("2 * hidden + query_width + key_width")
def query_and_value(hidden: Number, query_width: Number, key_width: Number) -> Number:
    """Sum of the widths of the matrices that make queries and values of one layer."""
    return Number(2 * hidden + query_width + key_width)


@formula("4 * hidden + 2 * query_width + 2 * key_width")
def all_of_attention(hidden: Number, query_width: Number, key_width: Number) -> Number:
    """Sum of the widths of the four matrices of one layer's attention."""
    return Number(4 * hidden + 2 * query_width + 2 * key_width)


@formula("attention + matrices * experts * (hidden + expert_width)")
def every_matrix(attention: Number, matrices: Number, experts: Number, hidden: Number, expert_width: Number) -> Number:
    """Sum of the widths of all matrices of one layer, those of every expert included."""
    return Number(attention + matrices * experts * (hidden + expert_width))

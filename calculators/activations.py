"""What training keeps of each layer for the backward pass: the activations, whole, sharded and recomputed.

Counted tensor by tensor after Korthikanti et al., "Reducing activation recomputation in large transformer models"
(arXiv:2205.05198), section 4 and table 2. Their model has a plain feed-forward four times as wide as the layer, a KV head for
every query head, dropout, and two bytes per element. It keeps s b h (34 + 5 a s / h) bytes of a layer: the 34 are sixteen tensors
of two bytes and two dropout masks of one; the 5 are the softmax, its dropout mask and the dropout's output.
"""

from calculators.formula import formula
from calculators.units import Bytes, Number


@formula("sequence * microbatch")
def tokens_at_once(sequence: Number, microbatch: Number) -> Number:
    """Tokens that one model replica works on at a time: the sequences of a microbatch, end to end."""
    return Number(sequence * microbatch)


@formula("tokens * hidden * (4 * element + 2 * mask) / shards")
def norms_and_inputs(tokens: Number, hidden: Number, element: Bytes, mask: Bytes, shards: Number) -> Bytes:
    """Kept of one layer outside the matrices, in bytes: inputs of two norms, of attention and of the feed-forward, two masks.

    Tensor parallelism alone leaves them whole (`shards` is 1); sequence parallelism splits them. With 2-byte elements and 1-byte
    masks: the 10 s b h of arXiv:2205.05198, equation 2.
    """
    return Bytes(tokens * hidden * (4 * element + 2 * mask) / shards)


@formula("tokens * element * (2 * query_width + 2 * key_width + matrices * feed_forward) / tensor")
def inside_matrices(
    tokens: Number, element: Bytes, query_width: Number, key_width: Number, matrices: Number, feed_forward: Number, tensor: Number
) -> Bytes:
    """Kept of one layer between its matrices, in bytes: Q, K, V, the attention's output, and the feed-forward's inner tensors.

    A plain feed-forward keeps two of its width, a gated one three: as many as it has matrices. Tensor parallelism splits all of
    them. With heads as wide as the layer and a plain feed-forward of 4 h: the 24 s b h / t of arXiv:2205.05198, equation 2.
    """
    return Bytes(tokens * element * (2 * query_width + 2 * key_width + matrices * feed_forward) / tensor)


@formula("tokens * sequence * heads * (2 * element + mask) / tensor")
def scores(tokens: Number, sequence: Number, heads: Number, element: Bytes, mask: Bytes, tensor: Number) -> Bytes:
    """Kept of one layer's attention, in bytes: the softmax, its dropout's output, and the mask, for every pair of tokens.

    The 5 a s s b / t of arXiv:2205.05198, equation 2. Selective recomputation and FlashAttention keep none of it.
    """
    return Bytes(tokens * sequence * heads * (2 * element + mask) / tensor)


@formula("tokens * hidden * element / shards")
def layer_input(tokens: Number, hidden: Number, element: Bytes, shards: Number) -> Bytes:
    """The input of one layer, in bytes: all that full recomputation keeps of it (2 s b h in arXiv:2205.05198, table 2)."""
    return Bytes(tokens * hidden * element / shards)


@formula("outside + inside + attention")
def layer(outside: Bytes, inside: Bytes, attention: Bytes) -> Bytes:
    """Kept of one layer for the backward pass of one microbatch, in bytes per GPU."""
    return Bytes(outside + inside + attention)


@formula("min(pipeline, microbatches)")
def in_flight(pipeline: Number, microbatches: Number) -> Number:
    """Microbatches that the first pipeline stage holds at once in the 1F1B schedule (arXiv:2104.04473, section 2.2)."""
    return Number(min(pipeline, microbatches))


@formula("1 + (pipeline - 1) / (pipeline * chunks)")
def interleaving(pipeline: Number, chunks: Number) -> Number:
    """How much more a stage holds in the interleaved schedule of `chunks` chunks per GPU (arXiv:2205.05198, section 4.2.3)."""
    return Number(1 + (pipeline - 1) / (pipeline * chunks))


@formula("kept * layers * held * schedule")
def stage(kept: Bytes, layers: Number, held: Number, schedule: Number) -> Bytes:
    """Activations of a pipeline stage of `layers` layers that holds `held` microbatches, in bytes per GPU."""
    return Bytes(kept * layers * held * schedule)


@formula("tokens * vocabulary * element / tensor")
def logits(tokens: Number, vocabulary: Number, element: Bytes, tensor: Number) -> Bytes:
    """Scores of the next token over the vocabulary, in bytes per GPU of the last stage.

    Llama 3.1 8B, 32,768 tokens in FP32: 32,768 * 128,256 * 4 = 16.8e9 bytes.
    """
    return Bytes(tokens * vocabulary * element / tensor)

"""What a model's weight files hold besides its parameters, so that the totals that model hubs print can be explained.

Hubs add up every stored tensor: rotary frequencies and causal masks that are not learned, a multi-token prediction (MTP) layer
with copies of the embeddings (DeepSeek-V3 repository, README_WEIGHTS), a vision tower (SigLIP, as in Gemma 3), FP8 block scales.
"""

import math

from calculators.architecture import parts
from calculators.architecture.configuration import Configuration
from calculators.records import Record

_SIGLIP_MATRICES = 4  # Q, K, V and output, with biases
_COLORS = 3


def extras(model: Record) -> dict[str, int]:
    """Stored values by what they are, besides the parameters that the model is counted with; empty where there are none."""
    found = {
        "values that are not parameters": _number(model, "buffers_per_layer") * Configuration(model).layers,
        "vision tower and projector": _vision(model),
        "MTP layer with its copies of the embeddings": _number(model, "mtp_layers") * _mtp_layer(model),
        "FP8 scales": _fp8_scales(model),
    }
    return {name: count for name, count in found.items() if count}


def _number(model: Record, key: str, section: str = "stored") -> int:
    return int(model[f"{section}.{key}"].value) if f"{section}.{key}" in model else 0


def _mtp_layer(model: Record) -> int:
    """One more layer of experts, two norms and a matrix that join it to the model, a final norm, two copies of the table."""
    c = Configuration(model)
    if not c.experts:
        return 0
    attention, sizes = parts.attention_matrices(c)
    widths = [c.expert_width] * c.experts + [c.shared_width]
    mixture = sum(parts.feed_forward(c.feed_forward_matrices, c.hidden, width) for width in widths)
    layer = attention(**sizes) + parts.attention_rest(c) + parts.norms(c) + mixture + parts.router(c)
    joint = 2 * c.hidden + 2 * c.hidden * c.hidden + c.hidden
    return layer + joint + 2 * c.number("vocab_size") * c.hidden


def _vision(model: Record) -> int:
    """A SigLIP encoder, the norm after it, and the matrix and norm that lead to the language model."""
    layers, width, inner, image, patch = (
        _number(model, key, "vision") for key in ("layers", "hidden_size", "intermediate_size", "image_size", "patch_size")
    )
    if not layers:
        return 0
    embedding = _COLORS * patch * patch * width + width + (image // patch) ** 2 * width
    layer = _SIGLIP_MATRICES * (width * width + width) + 2 * width * inner + inner + width + 4 * width
    return embedding + layers * layer + 2 * width + width * Configuration(model).hidden + width


def _fp8_scales(model: Record) -> int:
    """A scale for each square block of every matrix inside the layers, those of MTP layers included (DeepSeek-V3)."""
    block = _number(model, "fp8_block")
    if not block:
        return 0
    c = Configuration(model)

    def blocks(rows: int, columns: int) -> int:
        return math.ceil(rows / block) * math.ceil(columns / block)

    def gated(width: int) -> int:
        return 2 * blocks(width, c.hidden) + blocks(c.hidden, width)

    heads, q_rank, kv_rank = (c.number(key) for key in ("num_attention_heads", "q_lora_rank", "kv_lora_rank"))
    nope, rope, value = (c.number(key) for key in ("qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim"))
    attention = blocks(q_rank, c.hidden) + blocks(heads * (nope + rope), q_rank) + blocks(kv_rank + rope, c.hidden)
    attention += blocks(heads * (nope + value), kv_rank) + blocks(c.hidden, heads * value)
    more = _number(model, "mtp_layers")
    dense = c.layers - c.expert_layers
    mixture = c.experts * gated(c.expert_width) + gated(c.shared_width)
    return (c.layers + more) * attention + dense * gated(c.number("intermediate_size")) + (c.expert_layers + more) * mixture

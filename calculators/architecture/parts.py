"""The matrices of one layer, as formulas, and the small parameters around them.

Sources: multi-head, multi-query and grouped-query attention (arXiv:1706.03762, section 3.2; arXiv:1911.02150;
arXiv:2305.13245), multi-head latent attention (DeepSeek-V2, arXiv:2405.04434, section 2.1 and appendix C), gated feed-forward
layers (arXiv:2002.05202), mixtures of experts (arXiv:2401.04088, section 2; arXiv:2405.04434, section 2.2).
"""

from calculators.architecture.configuration import Configuration
from calculators.formula import formula
from calculators.units import Number


@formula("hidden * head_dim * (2 * query_heads + 2 * kv_heads)")
def grouped_attention(hidden: Number, head_dim: Number, query_heads: Number, kv_heads: Number) -> Number:
    """Parameters of the Q, K, V and output matrices of one layer: Q and output per query head, K and V per KV head.

    Llama 2 70B: 8192 * 128 * (2 * 64 + 2 * 8) = 150,994,944.
    """
    return Number(hidden * head_dim * (2 * query_heads + 2 * kv_heads))


@formula(
    "hidden * q_rank + q_rank * heads * (nope + rope) + hidden * (kv_rank + rope) + kv_rank * heads * (nope + value) "
    "+ heads * value * hidden"
)
def latent_attention(
    hidden: Number, heads: Number, q_rank: Number, kv_rank: Number, nope: Number, rope: Number, value: Number
) -> Number:
    """Parameters of the matrices of one MLA layer: query down and up, KV down with the rope key, KV up, output.

    `nope` and `rope` are the parts of a head's key without and with position, `value` the elements of a head's value.
    """
    queries = hidden * q_rank + q_rank * heads * (nope + rope)
    keys_values = hidden * (kv_rank + rope) + kv_rank * heads * (nope + value)
    return Number(queries + keys_values + heads * value * hidden)


@formula("matrices * hidden * width")
def feed_forward(matrices: Number, hidden: Number, width: Number) -> Number:
    """Parameters of a feed-forward block, or of one expert: three matrices when gated, two when plain."""
    return Number(matrices * hidden * width)


def attention_matrices(c: Configuration) -> tuple:
    """The formula for the attention of one layer, and the numbers to put in."""
    heads = c.number("num_attention_heads")
    if not c.latent:
        sizes = {"head_dim": c.number("head_dim"), "query_heads": heads, "kv_heads": c.number("num_key_value_heads")}
        return grouped_attention, {"hidden": c.hidden, **sizes}
    keys = {"q_rank": "q_lora_rank", "kv_rank": "kv_lora_rank"}
    keys |= {"nope": "qk_nope_head_dim", "rope": "qk_rope_head_dim", "value": "v_head_dim"}
    return latent_attention, {"hidden": c.hidden, "heads": heads, **{name: c.number(key) for name, key in keys.items()}}


def value_matrix(c: Configuration) -> int:
    """Parameters of the matrix of one layer that makes the values (in MLA, keys and values from the latent)."""
    if c.latent:
        per_head = c.number("qk_nope_head_dim") + c.number("v_head_dim")
        return c.number("kv_lora_rank") * c.number("num_attention_heads") * per_head
    return c.hidden * c.number("num_key_value_heads") * c.number("head_dim")


def attention_rows(c: Configuration) -> int:
    """Output channels of the attention matrices of one layer."""
    heads = c.number("num_attention_heads")
    if not c.latent:
        return (heads + 2 * c.number("num_key_value_heads")) * c.number("head_dim") + c.hidden
    nope, rope, value = (c.number(key) for key in ("qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim"))
    down = c.number("q_lora_rank") + c.number("kv_lora_rank") + rope
    return down + heads * (nope + rope) + heads * (nope + value) + c.hidden


def attention_rest(c: Configuration) -> int:
    """Biases, norms of queries and keys, and sinks in the attention of one layer."""
    if c.latent:
        return c.number("q_lora_rank") + c.number("kv_lora_rank")  # a norm on either latent
    head_dim, heads, kv_heads = c.number("head_dim"), c.number("num_attention_heads"), c.number("num_key_value_heads")
    biases = (heads + 2 * kv_heads) * head_dim * c.flag("qkv_bias") + c.hidden * c.flag("o_bias")
    norms = {"": 0, "per head": 2 * head_dim, "full width": (heads + kv_heads) * head_dim}[c.word("qk_norm")]
    return biases + norms + heads * c.flag("attention_sinks")


def feed_forward_biases(c: Configuration, width: int) -> int:
    """Biases of a feed-forward block of a width, where the configuration has them."""
    return ((c.feed_forward_matrices - 1) * width + c.hidden) * c.flag("mlp_bias")


def router(c: Configuration) -> int:
    """The router of one layer: a column per expert, and the biases that some have."""
    return c.experts * (c.hidden + c.flag("router_bias") + c.flag("router_correction_bias"))


def norms(c: Configuration) -> int:
    """The norms of hidden width in one layer."""
    return c.number("norms_per_layer") * c.norm_size


def feed_forward_rows(c: Configuration, width: int) -> int:
    """Output channels of a feed-forward block of a width."""
    return (c.feed_forward_matrices - 1) * width + c.hidden

"""Parameter counts of a transformer from its configuration, part by part.

Source: the layer definitions of Llama 2 (arXiv:2307.09288, section 2), grouped-query attention (arXiv:2305.13245) and
Mixtral (arXiv:2401.04088, section 2). The sum reproduces each model's published count exactly; a test holds it to that.
"""

from dataclasses import dataclass

from calculators.records import Fact, Record

_KEYS = (
    "hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads head_dim vocab_size "
    "tie_word_embeddings mlp norm norms_per_layer qkv_bias o_bias mlp_bias num_experts num_experts_per_tok"
).split()


@dataclass(frozen=True, slots=True)
class ParameterCounts:
    """Parameters by what reads them: `linear` matrices (quantizable), the input embedding, the output head, the rest."""

    attention: int
    experts: int
    per_expert: int
    embedding: int
    head: int
    other: int
    num_experts: int
    experts_per_token: int

    @property
    def linear(self) -> int:
        """The matrices inside the layers, which quantization acts on."""
        return self.attention + self.experts

    @property
    def total(self) -> int:
        """Every parameter of the model."""
        return self.linear + self.embedding + self.head + self.other

    @property
    def active(self) -> int:
        """Parameters that multiply one token: all of them in a dense model, the routed experts only in a mixture."""
        idle = (self.num_experts - self.experts_per_token) * self.per_expert if self.num_experts else 0
        return self.total - idle


def facts_of(model: Record) -> list[Fact]:
    """The configuration facts that the parameter count rests on."""
    return [model[f"architecture.{key}"] for key in _KEYS if f"architecture.{key}" in model]


def parameter_counts(model: Record) -> ParameterCounts:
    """Count the parameters of a model record, in parameters.

    Per layer: attention h*(q + 2*kv) + q*h with q = heads * head_dim and kv = KV heads * head_dim; feed-forward 3*h*f when gated
    and 2*h*f when plain, once per expert, plus the h*experts router; two norms of width h. Outside the layers: the input
    embedding vocabulary*h, the output head (absent when shared), the final norm. Biases are counted where the configuration
    has them. Raises MissingFact when the configuration lacks a size.
    """
    c = {key: model[f"architecture.{key}"].value for key in _KEYS if f"architecture.{key}" in model}
    layers, h, f = int(c["num_hidden_layers"]), int(c["hidden_size"]), int(c["intermediate_size"])
    q, kv = (int(c[key]) * int(c["head_dim"]) for key in ("num_attention_heads", "num_key_value_heads"))
    experts = int(c.get("num_experts", 0))
    matrices = 3 if c["mlp"] == "gated" else 2
    per_expert = layers * matrices * h * f
    norm = h * (2 if c["norm"] == "layernorm" else 1)
    biases = (q + 2 * kv if c.get("qkv_bias") else 0) + (h if c.get("o_bias") else 0)
    biases += (f * (matrices - 1) + h if c.get("mlp_bias") else 0) * max(1, experts)
    return ParameterCounts(
        attention=layers * (h * (q + 2 * kv) + q * h),
        experts=per_expert * max(1, experts),
        per_expert=per_expert,
        embedding=int(c["vocab_size"]) * h,
        head=0 if c["tie_word_embeddings"] else int(c["vocab_size"]) * h,
        other=layers * (int(c["norms_per_layer"]) * norm + biases + h * experts) + norm,
        num_experts=experts,
        experts_per_token=int(c.get("num_experts_per_tok", 0)),
    )

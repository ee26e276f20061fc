"""Which facts the record of a language model may have."""

from calculators.schema.key import Key, Vocabulary

MODEL: Vocabulary = {
    "identity": {"family": Key("Family", "text"), "released": Key("Released", "text")},
    "architecture": {
        "hidden_size": Key("Hidden size"),
        "intermediate_size": Key("Feed-forward size"),
        "num_hidden_layers": Key("Layers", "number", "layer"),
        "num_attention_heads": Key("Attention heads", "number", "head"),
        "num_key_value_heads": Key("KV heads", "number", "head"),
        "head_dim": Key("Head dimension"),
        "vocab_size": Key("Vocabulary", "number", "token"),
        "max_position_embeddings": Key("Context length", "number", "token"),
        "tie_word_embeddings": Key("Input and output embeddings shared", "flag"),
        "attention": Key("Attention", "text"),
        "mlp": Key("Feed-forward kind", "text"),
        "norm": Key("Normalization", "text"),
        "norms_per_layer": Key("Norms per layer"),
        "qkv_bias": Key("Bias on Q, K, V", "flag"),
        "o_bias": Key("Bias on the attention output", "flag"),
        "mlp_bias": Key("Bias in the feed-forward", "flag"),
        "num_experts": Key("Experts", "number", "expert"),
        "num_experts_per_tok": Key("Experts per token", "number", "expert"),
    },
    "published": {"parameters": Key("Parameters as published", "number", "parameter")},
}

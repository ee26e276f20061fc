"""Models of the fact base as the config.json of Hugging Face that says the same."""

import json

from calculators.records import Record

TYPES = {
    "Llama 2": "llama", "Llama 3": "llama", "Llama 3.1": "llama", "Llama 3.2": "llama", "Code Llama": "llama",
    "TinyLlama": "llama", "Mistral": "mistral", "Mixtral": "mixtral", "Qwen2.5": "qwen2", "Qwen3": "qwen3", "Gemma 2": "gemma2",
    "Gemma 3": "gemma3_text", "gpt-oss": "gpt_oss", "Kimi": "kimi_k2", "GLM": "glm4_moe", "Falcon": "falcon", "GPT-2": "gpt2",
    "GPT-3": "gpt2", "OPT": "opt", "BLOOM": "bloom", "Phi-3": "phi3", "Phi-4": "phi3", "Command R": "cohere", "OLMo 2": "olmo2",
}  # fmt: skip
RENAMED = {
    "gpt2": {"hidden_size": "n_embd", "num_hidden_layers": "n_layer", "num_attention_heads": "n_head",
             "intermediate_size": "n_inner", "max_position_embeddings": "n_positions"},
    "bloom": {"num_hidden_layers": "n_layer", "num_attention_heads": "n_head"},
    "falcon": {"num_key_value_heads": "num_kv_heads"},
    "opt": {"intermediate_size": "ffn_dim"},
    "gpt_oss": {"num_experts": "num_local_experts"},
    "mixtral": {"num_experts": "num_local_experts"},
}  # fmt: skip
DEEPSEEK = {
    "num_experts": "n_routed_experts",
    "shared_experts": "n_shared_experts",
    "first_dense_layers": "first_k_dense_replace",
}
LEFT_TO_THE_CODE = {
    "attention", "mlp", "norm", "norms_per_layer", "o_bias", "position", "position_offset", "embedding_norm", "qk_norm",
    "attention_sinks", "sliding_window_layers", "router_bias", "router_correction_bias",
}  # fmt: skip


def type_of(model: Record) -> str:
    """The `model_type` of a model of the fact base."""
    family = str(model["identity.family"].value)
    if family == "DeepSeek":
        return "deepseek_v2" if model.slug == "deepseek-v2" else "deepseek_v3"
    return "qwen3_moe" if family == "Qwen3" and "architecture.num_experts" in model else TYPES[family]


def written(model: Record) -> str:
    """The configuration file that says what the record says, in the words of its family."""
    kind = type_of(model)
    names = RENAMED.get(kind, {}) | (DEEPSEEK if kind in ("deepseek_v2", "deepseek_v3", "kimi_k2", "glm4_moe") else {})
    given = {"model_type": kind}
    for key, fact in model.section("architecture").items():
        if key in LEFT_TO_THE_CODE or (kind.startswith(("deepseek", "kimi")) and key == "head_dim"):
            continue
        name = {"qkv_bias": "attention_bias"}.get(key, names.get(key, key))
        given[name] = fact.value if isinstance(fact.value, bool) else int(fact.value)
    if kind in ("mistral", "gemma2", "gemma3_text", "gpt_oss"):
        given.setdefault("sliding_window", None)
    if kind == "falcon":
        given |= {"new_decoder_architecture": model.slug != "falcon-7b", "multi_query": True}
        if model.slug == "falcon-7b":
            del given["num_kv_heads"]
    if kind == "glm4_moe":
        given["use_qk_norm"] = True
    for absent in {"qwen2": ["attention_bias"], "gpt2": ["attention_bias", "mlp_bias"], "gpt_oss": ["mlp_bias"]}.get(kind, []):
        given.pop(absent, None)
    return json.dumps(given)

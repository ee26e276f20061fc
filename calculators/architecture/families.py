"""What a configuration file of Hugging Face leaves to the code of its family: fixed parts, defaults, fields that must not differ.

From transformers, models/<family>/configuration_*.py and modeling_*.py; the records of the fact base quote the same files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REQUIRED = object()  # no default that could be taken without guessing
Layers = str  # how layers with a sliding window are counted: "all", "every second", "five of six", "after max_window_layers"


@dataclass(frozen=True, slots=True)
class Family:
    """A `model_type`: facts that its code fixes, defaults of its fields, values that are not modeled otherwise."""

    name: str
    fixed: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    must_be: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    window: Layers = ""
    window_stated: bool = False  # the code has a default for a window that is not stated, and it would be a guess
    experts: bool = False


_GATED = {"mlp": "gated", "norm": "rmsnorm", "norms_per_layer": 2, "mlp_bias": False, "position": "rope"}
_NO_BIAS = {"qkv_bias": False, "o_bias": False}
_PLAIN = {"mlp": "plain", "norm": "layernorm", "norms_per_layer": 2}
_ALL_BIASES = {"qkv_bias": True, "o_bias": True, "mlp_bias": True}
_UNTIED = {"tie_word_embeddings": False}
_TIED = {"tie_word_embeddings": True}
_LATENT = _GATED | _NO_BIAS | {"attention": "mla"}
_OWN_HEADS = {"num_key_value_heads": "heads", "head_dim": "even"}
_STATED_HEADS = {"num_key_value_heads": REQUIRED, "head_dim": "even"}
_BOTH_STATED = {"num_key_value_heads": REQUIRED, "head_dim": REQUIRED}
_FEED_FORWARD = {"intermediate_size": "four times"}
_DEEPSEEK = {"moe_layer_freq": (1,), "attention_bias": (False,)}

FAMILIES = {
    "llama": Family("Llama", _GATED, _UNTIED | _OWN_HEADS | {"attention_bias": False, "mlp_bias": False}),
    "mistral": Family("Mistral", _GATED | _NO_BIAS, _UNTIED | _STATED_HEADS, window="all", window_stated=True),
    "mixtral": Family("Mixtral", _GATED | _NO_BIAS, _UNTIED | _STATED_HEADS, window="all", experts=True),
    "qwen2": Family(
        "Qwen2", _GATED | {"qkv_bias": True, "o_bias": False}, _UNTIED | _STATED_HEADS, window="after max_window_layers"
    ),
    "qwen3": Family(
        "Qwen3",
        _GATED | {"qk_norm": "per head"},
        _UNTIED | _BOTH_STATED | {"attention_bias": False},
        window="after max_window_layers",
    ),
    "qwen3_moe": Family(
        "Qwen3 MoE",
        _GATED | {"qk_norm": "per head"},
        _UNTIED | _BOTH_STATED | {"attention_bias": False, "moe_intermediate_size": REQUIRED},
        {"decoder_sparse_step": (1,), "mlp_only_layers": ([], None), "use_sliding_window": (False,)},
        experts=True,
    ),
    "gemma2": Family(
        "Gemma 2",
        _GATED | _NO_BIAS | {"norms_per_layer": 4},
        _TIED | _BOTH_STATED,
        {"attention_bias": (False,)},
        window="every second",
        window_stated=True,
    ),
    "gemma3_text": Family(
        "Gemma 3",
        _GATED | _NO_BIAS | {"norms_per_layer": 4, "qk_norm": "per head"},
        _TIED | _BOTH_STATED,
        {"attention_bias": (False,)},
        window="five of six",
        window_stated=True,
    ),
    "gpt_oss": Family(
        "gpt-oss",
        _GATED | {"mlp_bias": True, "attention_sinks": True, "router_bias": True},
        _UNTIED | _BOTH_STATED | {"attention_bias": True},
        window="every second",
        window_stated=True,
        experts=True,
    ),
    "deepseek_v2": Family("DeepSeek-V2", _LATENT, _UNTIED | {"moe_intermediate_size": REQUIRED}, _DEEPSEEK, experts=True),
    "deepseek_v3": Family(
        "DeepSeek-V3",
        _LATENT | {"router_correction_bias": True},
        _UNTIED | {"moe_intermediate_size": REQUIRED},
        _DEEPSEEK,
        experts=True,
    ),
    "kimi_k2": Family(
        "Kimi K2",
        _LATENT | {"router_correction_bias": True},
        _UNTIED | {"moe_intermediate_size": REQUIRED},
        _DEEPSEEK,
        experts=True,
    ),
    "glm4_moe": Family(
        "GLM-4.5",
        _GATED | {"o_bias": False, "router_correction_bias": True},
        _UNTIED | _BOTH_STATED | {"attention_bias": REQUIRED, "moe_intermediate_size": REQUIRED},
        experts=True,
    ),
    "falcon": Family(
        "Falcon",
        _PLAIN | {"position": "rope"},
        _TIED | {"head_dim": "even"} | _FEED_FORWARD,
        {"alibi": (False,), "parallel_attn": (True,), "bias": (False,)},
    ),
    "gpt2": Family("GPT-2", _PLAIN | _ALL_BIASES | {"position": "learned"}, _TIED | _OWN_HEADS | _FEED_FORWARD),
    "opt": Family(
        "OPT",
        _PLAIN | _ALL_BIASES | {"position": "learned", "position_offset": 2},
        _TIED | _OWN_HEADS,
        {"enable_bias": (True,), "do_layer_norm_before": (True,), "layer_norm_elementwise_affine": (True,)},
    ),
    "bloom": Family(
        "BLOOM",
        _PLAIN | _ALL_BIASES | {"position": "alibi", "embedding_norm": True},
        _TIED | _OWN_HEADS | {"intermediate_size": "always four times"},
    ),
    "phi3": Family("Phi-3", _GATED | _NO_BIAS, _UNTIED | _OWN_HEADS, window="all"),
    "cohere": Family(
        "Command R",
        _GATED | {"norm": "layernorm-nobias", "norms_per_layer": 1},
        _TIED | _OWN_HEADS | {"attention_bias": False},
        {"use_qk_norm": (False,)},
    ),
    "olmo2": Family("OLMo 2", _GATED | {"qk_norm": "full width"}, _UNTIED | _OWN_HEADS | {"attention_bias": False}),
}

# What each size is called: the first of these fields that is there.
NAMES = {
    "hidden_size": ("hidden_size", "n_embd"),
    "intermediate_size": ("intermediate_size", "ffn_dim", "n_inner", "ffn_hidden_size"),
    "num_hidden_layers": ("num_hidden_layers", "n_layer"),
    "num_attention_heads": ("num_attention_heads", "n_head"),
    "num_key_value_heads": ("num_key_value_heads", "num_kv_heads", "n_head_kv"),
    "head_dim": ("head_dim",),
    "vocab_size": ("vocab_size",),
    "max_position_embeddings": ("max_position_embeddings", "n_positions"),
    "kv_lora_rank": ("kv_lora_rank",),
    "q_lora_rank": ("q_lora_rank",),
    "qk_nope_head_dim": ("qk_nope_head_dim",),
    "qk_rope_head_dim": ("qk_rope_head_dim",),
    "v_head_dim": ("v_head_dim",),
    "num_experts": ("num_experts", "num_local_experts", "n_routed_experts"),
    "num_experts_per_tok": ("num_experts_per_tok", "experts_per_token"),
    "moe_intermediate_size": ("moe_intermediate_size",),
    "shared_experts": ("n_shared_experts",),
    "first_dense_layers": ("first_k_dense_replace",),
}
FLAGS = ("tie_word_embeddings", "attention_bias", "mlp_bias", "use_qk_norm", "new_decoder_architecture", "multi_query")
WINDOWS = ("sliding_window", "use_sliding_window", "max_window_layers", "layer_types", "sliding_window_pattern")

# Fields that change neither a size nor a count.
WITHOUT_SIZE = frozenset(
    """architectures model_type auto_map _name_or_path name_or_path transformers_version torch_dtype dtype use_cache return_dict
    bos_token_id eos_token_id pad_token_id unk_token_id sep_token_id decoder_start_token_id initializer_range init_std prefix
    rms_norm_eps layer_norm_eps layer_norm_epsilon rope_theta rope_scaling rope_parameters rope_local_base_freq rope_interleave
    partial_rotary_factor rotary_dim original_max_position_embeddings initial_context_length attention_dropout hidden_dropout
    dropout activation_dropout layerdrop resid_pdrop embd_pdrop attn_pdrop resid_dropout embd_dropout hidden_act
    hidden_activation activation_function activation pretraining_tp ep_size router_aux_loss_coef aux_loss_alpha seq_aux
    output_router_logits router_jitter_noise norm_topk_prob routed_scaling_factor n_group topk_group topk_method scoring_func
    num_experts_shared attn_logit_softcapping final_logit_softcapping query_pre_attn_scalar cache_implementation logit_scale
    swiglu_limit swiglu_alpha n_ctx task_specific_params summary_activation summary_first_dropout summary_proj_to_labels
    summary_type summary_use_proj reorder_and_upcast_attn scale_attn_by_inverse_layer_idx scale_attn_weights
    attention_softmax_in_fp32 apply_residual_connection_post_layernorm bias_dropout_fusion masked_softmax_fusion offset_alibi
    skip_bias_add skip_bias_add_qkv slow_but_exact seq_length hidden_dropout_prob is_decoder _remove_final_layer_norm
    _attn_implementation _attn_implementation_autoset id2label label2id chunk_size_feed_forward output_attentions
    output_hidden_states use_bfloat16 clip_qkv word_embed_proj_dim""".split()
)

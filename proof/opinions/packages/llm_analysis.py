"""llm-analysis: parameters and KV cache from its own configuration record, filled from ours."""

from collections.abc import Iterator

from llm_analysis.analysis import LLMAnalysis
from llm_analysis.config import GPUConfig, ModelConfig

from calculators import facts
from calculators.architecture import Configuration
from proof.opinions.opinion import BYTES, Opinion, Question, caches, models

NAME = "llm-analysis"
_ANY_GPU = GPUConfig("any", 80, 2039, 300, 0, 312)  # counts of a model do not depend on it


def opinions() -> Iterator[Opinion]:
    """Parameters and KV cache of the models that it can describe: no latent attention, no shared experts, one kind of layer."""
    for slug in models():
        known = Configuration(facts.load().models[slug])
        if known.latent or known.shared_width or known.expert_layers not in (0, known.layers):
            continue
        told = _told(known)
        analysis = LLMAnalysis(told, _ANY_GPU)
        yield Opinion(NAME, Question("parameters", slug), round(analysis.get_num_params_total()))
        for question in caches(slug):
            layer = analysis.get_memory_kv_cache_per_layer(1, question.context, BYTES)
            yield Opinion(NAME, question, round(layer * told.num_layers))


def _told(known: Configuration) -> ModelConfig:
    """What its record has a place for."""
    return ModelConfig(
        name=known.model.slug,
        num_layers=known.layers,
        n_head=known.number("num_attention_heads"),
        hidden_dim=known.hidden,
        vocab_size=known.number("vocab_size"),
        num_key_value_heads=known.number("num_key_value_heads"),
        ffn_embed_dim=known.expert_width if known.experts else known.number("intermediate_size"),
        expansion_ratio=1,  # not read once the width is given; it demands a whole number otherwise
        moe_num_experts=known.experts or 1,
        moe_top_k=known.number("num_experts_per_tok", 1),
    )

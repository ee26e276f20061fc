"""What the code of each family fixes, and what it takes where a configuration is silent: against published totals and by hand."""

import json

import pytest
from configurations import OPT

from calculators import facts
from calculators.architecture import config, parameter_counts
from calculators.architecture.families import FAMILIES, FLAGS
from proof.opinions.configurations import written

MODELS = facts.load().models
# A model of each family, and the flags that its own configuration states because the family's code would take another.
MODEL_OF = {
    "llama": ("llama-3.1-8b", {}),
    "mistral": ("mistral-7b-v0.1", {}),
    "mixtral": ("mixtral-8x7b", {}),
    "qwen2": ("qwen2.5-7b", {}),
    "qwen3": ("qwen3-8b", {}),
    "qwen3_moe": ("qwen3-30b-a3b", {}),
    "gemma2": ("gemma-2-9b", {}),
    "gemma3_text": ("gemma-3-27b", {}),
    "gpt_oss": ("gpt-oss-20b", {}),
    "deepseek_v2": ("deepseek-v2", {}),
    "deepseek_v3": ("deepseek-v3", {}),
    "kimi_k2": ("kimi-k2", {}),
    "glm4_moe": ("glm-4.5", {"attention_bias": True, "use_qk_norm": True}),
    "falcon": ("falcon-7b", {"tie_word_embeddings": False}),
    "gpt2": ("gpt-2-xl", {}),
    "bloom": ("bloom-176b", {}),
    "phi3": ("phi-3-mini-4k", {}),
    "cohere": ("command-r-v01", {}),
    "olmo2": ("olmo-2-7b", {}),
}


def configuration(family):
    """The configuration of the family's model, without the flags that its code sets as the model has them."""
    if family == "opt":
        return OPT
    slug, stated = MODEL_OF[family]
    sizes = {name: value for name, value in json.loads(written(MODELS[slug])).items() if name not in FLAGS}
    return sizes | stated


def total(given):
    return parameter_counts(config.read(json.dumps(given)).record).total


@pytest.mark.parametrize("family", MODEL_OF)
def test_what_a_configuration_leaves_to_the_code_adds_up_to_the_published_total(family):
    slug, _ = MODEL_OF[family]
    assert configuration(family)["model_type"] == family
    assert total(configuration(family)) == MODELS[slug]["published.parameters"].value


def test_opt_has_biases_everywhere_two_more_positions_and_tied_embeddings():
    # OPT-125M: per layer four square matrices and two of the feed-forward, a bias each, two norms; and the final norm
    layer = 4 * (768 * 768 + 768) + (768 * 3072 + 3072) + (3072 * 768 + 768) + 2 * 2 * 768
    assert total(OPT) == 12 * layer + 50272 * 768 + (2048 + 2) * 768 + 2 * 768 == 125_239_296


def test_every_family_is_counted_here():
    assert {*MODEL_OF, "opt"} == set(FAMILIES)


@pytest.mark.parametrize(
    ("family", "field", "counted", "other"),
    [
        *((family, "moe_layer_freq", 1, 2) for family in ("deepseek_v2", "deepseek_v3", "kimi_k2")),
        *((family, "attention_bias", False, True) for family in ("deepseek_v3", "gemma2", "gemma3_text")),
        ("qwen3_moe", "decoder_sparse_step", 1, 2),
        ("qwen3_moe", "mlp_only_layers", [], [0]),
        ("qwen3_moe", "use_sliding_window", False, True),
        ("falcon", "alibi", False, True),
        ("falcon", "parallel_attn", True, False),
        ("falcon", "bias", False, True),
        ("opt", "enable_bias", True, False),
        ("opt", "do_layer_norm_before", True, False),
        ("opt", "layer_norm_elementwise_affine", True, False),
        ("cohere", "use_qk_norm", False, True),
    ],
)
def test_a_variant_that_is_not_counted_is_refused(family, field, counted, other):
    given = configuration(family)
    assert total(given | {field: counted}) == total(given)
    with pytest.raises(config.ConfigProblems, match=f"^{field}: .* is not counted here"):
        total(given | {field: other})


@pytest.mark.parametrize("family", [name for name in FAMILIES if FAMILIES[name].window])
def test_a_window_is_stated_where_the_code_would_take_one(family):
    silent = {name: value for name, value in configuration(family).items() if name != "sliding_window"}
    if family in ("mistral", "gemma2", "gemma3_text", "gpt_oss"):
        with pytest.raises(
            config.ConfigProblems, match=r"^sliding_window \(null where there is none\): missing, and not guessed"
        ):
            config.read(json.dumps(silent))
    else:
        assert "architecture.sliding_window" not in config.read(json.dumps(silent)).record

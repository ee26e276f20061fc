"""Parameter counts, worked by hand from published configurations, and what weight files hold besides."""

import pytest

from calculators import facts, run
from calculators.architecture import Configuration, extras, parameter_counts
from calculators.identities import identities
from calculators.identities.models import conventions

MODELS = facts.load().models
MIXTURES = sorted(slug for slug, model in MODELS.items() if "architecture.num_experts" in model)


def counts(slug):
    return parameter_counts(MODELS[slug])


def test_forty_six_models_are_known():
    assert len(MODELS) >= 46


@pytest.mark.parametrize("slug", sorted(MODELS))
def test_every_published_total_follows_from_the_configuration(slug):
    found = {identity.target.key: identity for identity in identities(MODELS[slug])}
    assert found["published.parameters"].holds
    assert found["published.stored"].holds if "published.stored" in MODELS[slug] else not extras(MODELS[slug])


@pytest.mark.parametrize("slug", sorted(set(MODELS) - {"gpt-3-175b", "opt-175b"}))
def test_counts_are_exact_where_an_exact_one_is_published(slug):
    assert MODELS[slug]["published.parameters"].value == counts(slug).total


def test_learned_positions_and_biases_of_gpt_3():
    # GPT-3 (arXiv:2005.14165, Table 2.1): 96 layers, d = 12288, feed-forward 4d, 50257 tokens, 2048 positions
    d, f = 12288, 49152
    layer = 4 * d * d + 4 * d + 2 * d * f + f + d + 2 * 2 * d
    assert counts("gpt-3-175b").total == 96 * layer + (50257 + 2048) * d + 2 * d
    assert counts("gpt-3-175b").total == pytest.approx(175e9, abs=0.5e9)


def test_latent_attention_of_deepseek_v2():
    # arXiv:2405.04434, section 3.1.2: 128 heads of 128 + 64, latents of 512 and 1536, d = 5120, 60 layers
    queries = 5120 * 1536 + 1536 * 128 * (128 + 64)
    keys_values = 5120 * (512 + 64) + 512 * 128 * (128 + 128)
    assert counts("deepseek-v2").attention == 60 * (queries + keys_values + 128 * 128 * 5120)


def test_experts_of_deepseek_v3():
    # arXiv:2412.19437, section 4.2: 61 layers, the first 3 dense; 256 routed and 1 shared expert of width 2048, d = 7168
    got = counts("deepseek-v3")
    assert got.experts == 58 * 256 * 3 * 7168 * 2048
    assert got.shared_experts == 58 * 3 * 7168 * 2048
    assert got.feed_forward == 3 * 3 * 7168 * 18432


def test_sinks_and_biases_of_gpt_oss():
    # 24 layers; per layer 64 sinks, 64 + 2*8 heads of 64 with bias, output bias, two norms of 2880; and the final norm
    assert counts("gpt-oss-20b").rest == 24 * (64 + (64 + 16) * 64 + 2880 + 2 * 2880) + 2880
    assert counts("gpt-oss-20b").expert_biases == 24 * 32 * (2 * 2880 + 2880)


def test_norms_of_queries_and_keys_per_head_and_across_heads():
    assert counts("qwen3-8b").rest == 36 * (2 * 4096 + 2 * 128) + 4096
    assert counts("olmo-2-7b").rest == 32 * (2 * 4096 + 2 * 32 * 128) + 4096


def test_multi_query_attention_of_falcon_7b():
    # 71 heads of 64 and one KV head: 4544 * (71 + 2) * 64 + 4544 * 4544 in each of 32 layers
    assert counts("falcon-7b").attention == 32 * (4544 * 73 * 64 + 4544 * 4544)


def test_what_the_hub_counts_besides():
    assert extras(MODELS["llama-2-70b"]) == {"values that are not parameters": 80 * 64}
    assert extras(MODELS["gpt-2-xl"]) == {"values that are not parameters": 48 * 1024 * 1024}
    assert sum(extras(MODELS["deepseek-v3"]).values()) == 684_531_386_000 - 671_026_419_200
    assert extras(MODELS["llama-3-8b"]) == {}


@pytest.mark.parametrize("slug", MIXTURES)
def test_published_active_figures_hold_under_a_named_convention(slug):
    found = [identity for identity in identities(MODELS[slug]) if identity.target.key == "published.active"]
    assert [identity.holds or bool(identity.target.disagreement) for identity in found] == [True]


def test_conventions_of_active_parameters_differ_by_the_tables_of_tokens():
    everything, without_input, neither = (count for _, count in conventions(counts("glm-4.5")))
    assert everything - without_input == without_input - neither == 151552 * 5120


@pytest.mark.parametrize("slug", sorted(MODELS))
def test_parts_add_up_and_no_part_is_negative(slug):
    got = counts(slug)
    tables = got.embedding + got.position + got.head
    assert got.linear + got.expert_biases + got.router + tables + got.rest == got.total
    assert min(got.attention, got.feed_forward, got.experts, got.rest, got.raised, got.rows) >= 0
    assert 0 < got.multiplied <= got.active <= got.total
    assert got.active == got.total or slug in MIXTURES


@pytest.mark.parametrize("slug", sorted(MODELS))
def test_the_working_shows_the_count(slug):
    steps = {step.label: step.result.base for step in run("weights", {"model": slug}).working.steps}
    assert steps["Parameters"] == counts(slug).total
    assert steps.get("Active parameters", counts(slug).total) == counts(slug).active


def test_a_window_needs_layers_and_layers_a_window():
    for model in MODELS.values():
        assert ("architecture.sliding_window" in model) == ("architecture.sliding_window_layers" in model)
        assert Configuration(model).window_layers <= Configuration(model).layers

"""The shape of a model as inputs: its experts, and the feed-forward that one token passes through."""

import pytest

from calculators import facts, model_shape

MODELS = facts.load().models


def feed_forward(slug):
    return model_shape._feed_forward({"model": MODELS[slug]})


@pytest.mark.parametrize(
    ("slug", "experts"),
    [
        ("llama-3.1-8b", (1, 1, 14336)),
        ("mixtral-8x7b", (8, 2, 14336)),
        ("qwen3-30b-a3b", (128, 8, 768)),
        ("deepseek-v3", (256 + 1, 8 + 1, 2048)),
    ],
)
def test_shared_experts_are_among_all_and_among_those_of_each_token(slug, experts):
    assert model_shape.experts(MODELS[slug]) == experts


@pytest.mark.parametrize(
    ("slug", "width", "how"),
    [
        ("mixtral-8x7b", 2 * 14336, "2 experts of width 14336 for each token."),
        ("glm-4.5", (8 + 1) * 1536, "9 experts of width 1536 for each token."),
    ],
)
def test_a_token_passes_through_its_chosen_experts_together(slug, width, how):
    found = feed_forward(slug)
    assert (found.quantity.base, found.how) == (width, how)


@pytest.mark.parametrize(("slug", "width"), [("llama-3.1-8b", 14336), ("deepseek-v3", 9 * 2048), ("qwen3-30b-a3b", 8 * 768)])
def test_a_width_that_the_configuration_states_is_that_fact(slug, width):
    fact = MODELS[slug]["architecture.intermediate_size"]
    assert feed_forward(slug) is fact and fact.base == width


@pytest.mark.parametrize(("slug", "matrices"), [("llama-3.1-8b", 3), ("gpt-2-xl", 2)])
def test_a_gated_feed_forward_has_three_matrices_and_a_plain_one_two(slug, matrices):
    assert model_shape._matrices({"model": MODELS[slug]}).quantity.base == matrices

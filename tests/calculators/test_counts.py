"""Parameters and output channels part by part, as formats need them, and the steps that show the count."""

import pytest
from altered import altered

from calculators import facts, run
from calculators.architecture import parameter_counts

MODELS = facts.load().models


def counts(slug):
    return parameter_counts(MODELS[slug])


def labels(slug):
    return [step.label for step in run("weights", {"model": slug}).working.steps]


def test_a_mixed_type_raises_the_ends_and_a_third_of_the_middle():
    # llama.cpp, use_more_bits, Gemma 2 9B: of 42 layers the first 5, the last 6 and 7, 10, ..., 34 between: 21
    # value matrices of 3584 x 8 x 256, down matrices of 14,336 x 3584
    assert counts("gemma-2-9b").raised == 21 * (3584 * 8 * 256 + 14_336 * 3584)


@pytest.mark.parametrize(
    ("slug", "layers", "each"),
    [
        # 46 layers: 5 and 6 at the ends, every third of 35; 62: 7, 8 and a third of 47; 96: 12, 12 and a third of 72
        ("gemma-2-27b", 5 + 6 + 11, 4608 * 16 * 128 + 36_864 * 4608),
        ("gemma-3-27b", 7 + 8 + 15, 5376 * 16 * 128 + 21_504 * 5376),
        ("gpt-3-175b", 12 + 12 + 24, 12_288**2 + 49_152 * 12_288),
    ],
)
def test_how_many_layers_a_mixed_type_raises(slug, layers, each):
    assert counts(slug).raised == layers * each


def test_a_mixed_type_raises_the_experts_of_these_layers():
    # DeepSeek-V3: of 61 layers the first 7, the last 8 and 9, 12, ..., 51 between: 30, the first 3 of them without experts
    got, d = counts("deepseek-v3"), 7168
    assert got.raised_experts == 27 * 256 * 2048 * d
    assert got.raised == 30 * 512 * 128 * 256 + 3 * 18_432 * d + 27 * 257 * 2048 * d


def test_output_channels():
    # Llama 2 7B: Q, K, V and output of 4096, gate and up of 11,008, down of 4096
    assert counts("llama-2-7b").rows == 32 * (4 * 4096 + 2 * 11_008 + 4096)
    # Mixtral 8x7B: eight experts in each of 32 layers, and keys and values of 1024
    assert counts("mixtral-8x7b").rows == 32 * (2 * 4096 + 2 * 1024 + 8 * (2 * 14_336 + 4096))
    # GPT-2 XL has no gate
    assert counts("gpt-2-xl").rows == 48 * (4 * 1600 + 6400 + 1600)
    # DeepSeek-V3: latents of 1536 and 512 + 64, keys and queries of 192, keys and values of 256 for 128 heads
    latent = 1536 + 576 + 128 * 192 + 128 * 256 + 7168
    expert = 2 * 2048 + 7168
    got = counts("deepseek-v3")
    assert got.rows_of_experts == 58 * 256 * expert
    assert got.rows == 61 * latent + 3 * (2 * 18_432 + 7168) + 58 * 257 * expert


def test_positions_may_begin_after_some_rows_that_are_not_used():
    # OPT: 2,048 positions, and two rows before them
    assert counts("opt-175b").position == 2050 * 12_288


def test_a_router_with_biases():
    # gpt-oss-20b: 24 layers, 32 experts, a column of 2880 and a bias for each
    assert counts("gpt-oss-20b").router == 24 * 32 * 2881


def test_biases_of_shared_experts():
    # DeepSeek-V3, had its feed-forward blocks biases: 3 dense layers of 18,432, 58 with one shared expert of 2048
    plain = counts("deepseek-v3")
    biased = parameter_counts(altered(MODELS["deepseek-v3"], architecture__mlp_bias=True))
    assert biased.rest - plain.rest == 3 * (2 * 18_432 + 7168) + 58 * (2 * 2048 + 7168)
    assert biased.expert_biases == 58 * 256 * (2 * 2048 + 7168)


def test_a_token_looks_up_tables_and_multiplies_the_rest():
    # Llama 2 7B has a head of its own, GPT-2 XL shares its embedding and looks up 1,024 positions
    assert counts("llama-2-7b").looked_up == 32_000 * 4096
    assert counts("gpt-2-xl").looked_up == 1024 * 1600
    assert counts("gpt-2-xl").multiplied == 1_557_611_200 - 1024 * 1600


def test_a_mixture_with_biases_leaves_idle_experts_out():
    # gpt-oss-20b: 4 of 32 experts of 24 layers, each 3 x 2880 x 2880 and 3 x 2880 biases
    got = counts("gpt-oss-20b")
    assert got.total - got.active == 24 * 28 * (3 * 2880 * 2880 + 3 * 2880)


@pytest.mark.parametrize(
    ("slug", "dense", "mixture"), [("llama-2-7b", True, False), ("mixtral-8x7b", False, True), ("deepseek-v3", True, True)]
)
def test_only_the_kinds_of_layers_there_are_are_shown(slug, dense, mixture):
    shown = labels(slug)
    assert ("Feed-forward, one layer" in shown) == dense
    assert ("One expert" in shown) == ("Active parameters" in shown) == mixture

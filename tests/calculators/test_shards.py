"""What each GPU of a group holds, counted by hand."""

import pytest
from altered import altered

from calculators import facts, run
from calculators.shards import tensor_parallel
from calculators.working import Working

H200 = {"gpu": "h200-sxm-141gb", "overhead": "0 GB"}

# DeepSeek-V2: 235,741,434,880 parameters; 59 of 60 layers have 160 experts of three matrices of 5120 x 1536
DEEPSEEK_V2, EXPERTS = 235_741_434_880, 59 * 160 * 3 * 5120 * 1536


def outputs(**inputs):
    return run("memory_fit", H200 | inputs).outputs


@pytest.mark.parametrize(("gpus", "most"), [(8, 20), (7, 23)])
def test_experts_are_dealt_out_whole_and_all_else_is_on_every_gpu(gpus, most):
    got = outputs(model="deepseek-v2", gpus=gpus, sharding="expert", batch=gpus, context=1)
    cache = 60 * 576 * 2
    assert got["per_gpu"].base == pytest.approx(2 * (EXPERTS * most / 160 + DEEPSEEK_V2 - EXPERTS) + cache, rel=1e-12)
    assert got["weights"].base == pytest.approx(2 * (EXPERTS + (DEEPSEEK_V2 - EXPERTS) * gpus), rel=1e-12)


def test_experts_of_a_stage_are_dealt_out_among_its_gpus():
    # two stages of four GPUs: half of the layers each, 40 of 160 experts, and one of the two tables of 102,400 x 5120
    tables = 2 * 102_400 * 5120
    got = outputs(model="deepseek-v2", gpus=8, stages=2, sharding="expert", context=1)
    layers = DEEPSEEK_V2 - tables - EXPERTS
    share = 2 * (EXPERTS / 4 + layers) / 2 + tables
    assert got["per_gpu"].base == pytest.approx(share + 60 * 576 * 2 / 2, rel=1e-12)
    assert got["weights"].base == pytest.approx(2 * (EXPERTS + (layers + tables) * 4), rel=1e-12)


def test_a_size_for_dense_layers_counts_only_where_there_are_some():
    # Qwen3 30B A3B: eight experts of 768 in every layer, and 6144 for dense layers, of which it has none
    model = facts.load().models["qwen3-30b-a3b"]
    spread = [
        tensor_parallel(one, "bf16", "linear", Working())
        for one in (model, altered(model, architecture__intermediate_size=10_000))
    ]
    assert [one.activations(1, 2, Working()) for one in spread] == [2 * (2 * 2048 + 3 * 6144)] * 2


@pytest.mark.parametrize(("sharding", "width"), [("tensor", 13_824 / 8), ("expert", 13_824)])
def test_the_widest_layer_of_a_mixture_has_the_experts_of_a_token(sharding, width):
    # GLM-4.5: eight experts and a shared one of 1536 make 13,824, more than the 12,288 of its dense layers
    got = outputs(model="glm-4.5", gpus=8, sharding=sharding, prefill=1000)
    assert got["activations"].base == pytest.approx(8 * 1000 * 2 * (2 * 5120 + 3 * width), rel=1e-12)


def test_positions_are_on_the_first_stage_and_a_shared_embedding_on_both():
    # GPT-2 XL: 1,557,611,200 parameters, of them 50,257 tokens and 1,024 positions of 1600, and no head of its own
    tokens, positions = 50_257 * 1600, 1024 * 1600
    got = outputs(model="gpt-2-xl", gpus=2, stages=2, context=1)
    cache = 48 * 2 * 1600 * 2  # one token
    layers = 1_557_611_200 - tokens - positions
    assert got["per_gpu"].base == pytest.approx(2 * (layers / 2 + tokens + positions) + cache / 2, rel=1e-12)
    assert got["weights"].base == 2 * (1_557_611_200 + tokens)
    # on one stage, and kept by each of two GPUs: once more
    kept = outputs(model="gpt-2-xl", gpus=5, embeddings="replicated", context=1)
    assert kept["weights"].base == pytest.approx(2 * (layers + 5 * (tokens + positions)), rel=1e-12)


@pytest.mark.parametrize(("gpus", "copied"), [(8, False), (16, True)])
def test_copies_are_told_where_there_are_any(gpus, copied):
    steps = run("memory_fit", {"gpus": gpus}).working.steps
    assert ("Copies of matrices" in [step.label for step in steps]) == copied


def test_three_gpus_keep_nine_heads_of_eight():
    # Llama 2 70B: an eighth of the K and V matrices of 80 layers, 8192 x 128 each, once more
    assert outputs(gpus=3)["copies"].base == pytest.approx(80 * 2 * 8192 * 128 * 2)


def test_activations_are_split_among_the_gpus_of_a_stage():
    # Llama 2 70B on two stages of two GPUs: half of three times 28,672 on each
    got = outputs(gpus=4, stages=2, prefill=1000)
    assert got["activations"].base == pytest.approx(4 * 1000 * 2 * (2 * 8192 + 3 * 14_336), rel=1e-12)

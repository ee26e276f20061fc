"""What fits to the byte, and what does not for want of one."""

import pytest

from calculators import run

# Llama 2 70B in FP16 and 4,096 tokens of cache, half on each of two GPUs
EACH = (2 * 68_976_648_192 + 4096 * 327_680) // 2


def outputs(**inputs):
    return run("memory_fit", {"overhead": "0 GB"} | inputs).outputs


def test_activations_take_room_from_sequences_and_ask_for_gpus():
    # on each of two GPUs, for each of 8192 tokens: (2 * 8192 + 3 * 28672 / 2) elements of two bytes
    each = EACH + 8192 * 2 * (2 * 8192 + 3 * 14336)
    just, short = (outputs(prefill=8192, capacity=f"{size} byte") for size in (each, each - 1))
    assert (just["fits"], just["min_gpus"].base, just["max_batch"].base) == (True, 2, 1)
    assert (short["fits"], short["min_gpus"].base, short["max_batch"].base) == (False, 3, 0)


@pytest.mark.parametrize(("band", "overhead"), [("max_batch_least", 650_000_000), ("max_batch_most", 5 * 2**30)])
def test_the_band_of_overheads_is_what_was_published(band, overhead):
    # 650 MB for CUDA alone (gpu_poor), about 5 GiB with Megatron-DeepSpeed (EleutherAI's cookbook)
    assert [outputs(capacity=f"{EACH + overhead - less} byte")[band].base for less in (0, 1)] == [1, 0]


def test_the_fewest_gpus_in_stages_keep_the_heads_of_a_stage():
    # eight GPUs in each of two stages have a KV head each; seven would keep fourteen where there are eight
    spread = {"stages": 2, "context": 100_000, "batch": 8}
    each = outputs(gpus=16, **spread)["per_gpu"].base
    assert outputs(gpus=2, capacity=f"{each + 1:.0f} byte", **spread)["min_gpus"].base == 16


def test_what_only_more_than_1024_gpus_would_hold_is_held_by_none():
    # one sequence for each of 1,024 GPUs; the 1,025th is a second one for some GPU
    inputs = {"model": "mixtral-8x7b", "sharding": "expert", "gpus": 1024}
    each = outputs(batch=1024, **inputs)["per_gpu"].base
    assert outputs(batch=1025, capacity=f"{each:.0f} byte", **inputs)["min_gpus"] == "none"


def test_blocks_of_two_are_blocks_and_blocks_of_one_are_not():
    assert outputs(context=1001, block=2)["kv_cache"].base == 1002 * 327_680
    for block, told in ((1, False), (2, True)):
        working = run("memory_fit", {"context": 1001, "block": block}).working
        assert ("Tokens reserved" in [step.label for step in working.steps]) == told


def test_where_the_cache_alone_is_too_large_no_bit_of_a_weight_fits():
    # 1.34 GB of cache on two GPUs of half a GB
    got = outputs(capacity="0.5 GB", weights="fp8", scope="everything")
    assert (got["bits_that_fit"].base, got["format_that_fits"]) == (0, "none")


def test_the_bits_that_fit_leave_room_for_all_else():
    # two cards of 80 GB less 4,096 tokens of cache, a GB of overhead each, and on each the activations of 8,192 tokens
    room = 160_000_000_000 - 4096 * 327_680 - 2 * 10**9 - 2 * 8192 * 2 * (2 * 8192 + 3 * 14336)
    got = outputs(capacity="80 GB", overhead="1 GB", prefill=8192)
    assert got["bits_that_fit"] == run("weights", {"model": "llama-2-70b", "room": f"{room} byte"}).outputs["bits_that_fit"]

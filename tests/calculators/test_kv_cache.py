"""KV cache, worked by hand: 2 x layers x KV heads x head dimension x bytes x tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, evaluate, facts, kv_cache, run
from calculators.working import Unrecorded, Working


def total(**inputs):
    return run("kv_cache", inputs).outputs["total"].base


def test_grouped_query_attention_keeps_the_kv_heads():
    # Llama 2 70B: 2 * 80 * 8 * 128 * 2 bytes = 327,680 per token; 4096 tokens: 1.342 GB
    assert evaluate("kv_cache.per_token?model=llama-2-70b").value.base == 327_680
    assert total(model="llama-2-70b", context=4096) == 327_680 * 4096


def test_multi_head_attention_keeps_every_head():
    # Llama 2 7B: 2 * 32 * 32 * 128 * 2 = 524,288 bytes; 32 sequences of 4096 tokens: 68.7 GB
    assert total(model="llama-2-7b", context=4096, sequences=32) == 524_288 * 4096 * 32


def test_multi_query_attention_keeps_one_head():
    assert total(model="llama-2-7b", kv_heads=1) * 32 == total(model="llama-2-7b")


def test_counting_query_heads_is_eight_times_too_much_for_llama_2_70b():
    outputs = run("kv_cache", {"model": "llama-2-70b"}).outputs
    assert outputs["with_query_heads"].base == 8 * outputs["total"].base


def test_block_formats_carry_their_scales():
    # Q8_0: 32 elements of 8 bits and one FP16 scale: 34 bytes for 32 elements
    assert total(kv="q8_0") / total(kv="fp16") == pytest.approx(34 / 64, rel=1e-12)


@given(st.integers(1, 200_000), st.integers(1, 200_000), st.integers(1, 512))
def test_adds_over_tokens_and_sequences(first, second, sequences):
    together = total(context=first + second, sequences=sequences)
    assert total(context=first, sequences=sequences) + total(context=second, sequences=sequences) == pytest.approx(
        together, rel=1e-12
    )


@given(st.floats(0, 5000), st.integers(1, 100_000))
def test_what_is_said_to_fit_fits_and_one_more_does_not(room, context):
    outputs = run("kv_cache", {"room": f"{room:.6f} GB", "context": context}).outputs
    room_bytes = float(f"{room:.6f}") * 1e9
    assert outputs["fit"].base * outputs["per_sequence"].base <= room_bytes * (1 + 1e-12)
    assert (outputs["fit"].base + 1) * outputs["per_sequence"].base > room_bytes * (1 - 1e-12)


def outputs(**inputs):
    return run("kv_cache", inputs).outputs


def test_a_latent_is_kept_once_for_all_heads():
    # DeepSeek-V2 (arXiv:2405.04434, section 2.1.4): 512 + 64 = 576 elements per layer and token, 60 layers, 2 bytes
    assert outputs(model="deepseek-v2")["per_token"].base == 576 * 60 * 2
    # DeepSeek-V3: as many elements in 61 layers
    assert outputs(model="deepseek-v3")["per_token"].base == 576 * 61 * 2


def test_counting_heads_of_a_latent():
    # 128 heads with keys of 192 and values of 128 elements, against 576
    got = outputs(model="deepseek-v2")
    assert got["with_query_heads"].base == pytest.approx(got["total"].base * 128 * 320 / 576)


def test_mistral_keeps_a_window_in_all_layers():
    # Mistral 7B (arXiv:2310.06825): window 4096, 32 layers, 8 KV heads of 128: 131,072 bytes per token
    got = outputs(model="mistral-7b-v0.1", context=32768)
    assert got["per_sequence"].base == got["per_sequence_window"].base == 131_072 * 4096
    assert got["per_sequence_full"].base == 131_072 * 32768
    assert got["per_token_late"].base == 0


def test_gpt_oss_alternates():
    # gpt-oss-120b: 18 of 36 layers with a window of 128, 8 KV heads of 64: 2 * 8 * 64 * 2 = 2,048 bytes per layer and token
    got = outputs(model="gpt-oss-120b", context=1000)
    assert got["per_token"].base == 36 * 2048
    assert got["per_sequence"].base == 18 * 2048 * 1000 + 18 * 2048 * 128
    assert outputs(model="gpt-oss-120b", context=1000, policy="full")["per_sequence"].base == 36 * 2048 * 1000


def test_gemma_3_keeps_five_windows_for_each_full_layer():
    # Gemma 3 27B: 10 full layers and 52 with a window of 1024; 16 KV heads of 128: 8,192 bytes per layer and token
    assert outputs(model="gemma-3-27b", context=131_072)["per_sequence"].base == 8192 * (10 * 131_072 + 52 * 1024)


@pytest.mark.parametrize("slug", sorted(facts.load().models))
def test_a_window_never_holds_more_and_grows_no_faster(slug):
    short, long = (outputs(model=slug, context=context) for context in (100, 100_000))
    assert short["per_sequence_window"].base == short["per_sequence_full"].base
    assert long["per_sequence_window"].base <= long["per_sequence_full"].base
    assert long["per_token_late"].base <= long["per_token"].base


def test_your_own_window():
    assert total(model="llama-2-70b", window_layers=40, window=1024, context=4096) == 327_680 * (4096 + 1024) / 2


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"window_layers": 81}, "more than all layers"),
        ({"window_layers": 8}, "keeps nothing"),
        ({"model": "deepseek-v3", "kv_heads": 8}, "one latent for all heads"),
        ({"model": "deepseek-v3", "window_layers": 8, "window": 8}, "no sliding window"),
    ],
)
def test_shapes_that_cannot_be_are_refused(inputs, said):
    with pytest.raises(InputProblems, match=said):
        outputs(**inputs)


def test_the_last_block_is_partly_empty():
    # 1000 tokens in blocks of 16: 63 blocks, 1008 tokens, 8 of them wasted
    got = outputs(model="llama-2-70b", context=1000, block=16)
    assert got["reserved"].base == 1008 * 327_680
    assert got["waste"].base == 8 * 327_680
    assert got["waste_share"].base == pytest.approx(8 / 1008)
    assert got["total"].base == got["reserved"].base


def test_a_window_in_blocks_keeps_the_blocks_it_touches():
    # gpt-oss-20b: 12 full layers of 1,008 tokens; a window of 128 touches at most 9 blocks of 16
    got = outputs(model="gpt-oss-20b", context=1000, block=16)
    assert got["reserved"].base == 12 * 2048 * 1008 + 12 * 2048 * 144


@given(st.integers(1, 100_000), st.integers(1, 512), st.sampled_from(["llama-2-70b", "gemma-3-27b", "deepseek-v3"]))
def test_blocks_hold_the_sequence_and_waste_less_than_one_each(context, block, model):
    got, one = outputs(model=model, context=context, block=block), outputs(model=model, context=1)
    assert got["reserved"].base >= got["per_sequence"].base
    assert got["waste"].base < 2 * block * one["per_token"].base


def test_four_bits_carry_a_scale_and_a_zero_point():
    # (4 + 32 / 128) / 16
    assert total(kv="int4") / total(kv="fp16") == pytest.approx(4.25 / 16)
    assert total(kv="nvfp4") / total(kv="fp16") == pytest.approx(4.5 / 16)


def test_tokens_that_fit_are_whole_and_pay_for_their_blocks():
    # Llama 2 70B keeps 327,680 bytes per token: 40e9 / 327,680 = 122,070.3
    assert run("kv_cache", {"model": "llama-2-70b", "room": "40 GB"}).outputs["tokens_fit"].base == 122_070
    # in blocks of 16, each three tokens pay for sixteen: 1e15 * 3 / (16 * 327,680) = 572,204,589.8
    inputs = {"model": "llama-2-70b", "context": 3, "block": 16, "room": "1000000 GB"}
    assert run("kv_cache", inputs).outputs["tokens_fit"].base == 572_204_589


def test_only_a_cache_in_blocks_reserves_more_than_it_holds():
    plain = run("kv_cache", {"model": "llama-2-70b", "context": 4097})
    assert "Tokens reserved" not in [step.label for step in plain.working.steps]
    pairs = run("kv_cache", {"model": "llama-2-70b", "context": 4097, "block": 2})
    assert pairs.outputs["reserved"].base == 327_680 * 4098


@pytest.mark.parametrize(
    ("block", "kept"),
    [
        (63, 252),  # a window of 128 tokens can touch four blocks of 63: 1 + 63 + 63 + 1
        (127, 254),  # but only two of 127: a whole one and a token
    ],
)
def test_a_window_touches_a_block_more_than_it_fills(block, kept):
    # gpt-oss 20B, half of 24 layers with a window of 128; a layer adds 2 * 8 heads * 64 * 2 bytes = 2,048 per token
    reserved = run("kv_cache", {"model": "gpt-oss-20b", "context": 63 * 127, "block": block}).outputs["reserved"].base
    assert reserved == 12 * 2_048 * (63 * 127 + kept)


def test_an_engine_that_keeps_every_token_reserves_blocks_for_all_layers():
    # gpt-oss 20B: 24 layers * 2,048 bytes; 1000 tokens are 63 blocks of 16
    outputs = run("kv_cache", {"model": "gpt-oss-20b", "context": 1000, "block": 16, "policy": "full"}).outputs
    assert outputs["reserved"].base == 24 * 2_048 * 1008


def test_query_heads_are_counted_by_their_share_of_kv_heads():
    outputs = run("kv_cache", {"model": "llama-2-70b", "kv_heads": 3}).outputs
    assert outputs["with_query_heads"].base == pytest.approx(outputs["total"].base * 64 / 3, rel=1e-12)


@pytest.mark.parametrize(
    ("model", "gpus", "times"),
    [
        ("llama-2-70b", 8, 1),  # a KV head for each GPU
        ("llama-2-70b", 16, 2),  # each head on two GPUs
        ("llama-2-70b", 3, 9 / 8),  # three heads on each of three, where there are eight
        ("deepseek-v3", 8, 8),  # one latent, which every GPU needs
    ],
)
def test_heads_that_cannot_be_split_are_repeated(model, gpus, times):
    assert kv_cache.replicas(facts.load().models[model], gpus) == times


@pytest.mark.parametrize(
    ("model", "gpus", "stored"),
    [("llama-2-70b", 1, False), ("llama-2-70b", 2, True), ("deepseek-v3", 2, False)],
)
def test_what_gpus_hold_together_is_worked_out_step_by_step(model, gpus, stored):
    # heads are dealt out where there are several GPUs and heads; the size of a latent is named where there is one
    working = Working()
    cache = kv_cache.held(facts.load().models[model], "fp16", gpus, working)
    assert ("KV heads stored" in [step.label for step in working.steps]) == stored
    assert (f"{model}/architecture.kv_lora_rank" in working.facts) == (model == "deepseek-v3")
    assert kv_cache.held(facts.load().models[model], "fp16", gpus, Unrecorded()) == cache

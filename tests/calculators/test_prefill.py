"""Prefilling, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, facts, run
from calculators.architecture import Configuration, parameter_counts
from calculators.prefill import causal_positions, window_positions

MODELS = facts.load().models
ANYWAY = {"capacity_rule": "ignore", "gpus": 8}


def outputs(**inputs):
    return run("prefill", inputs).outputs


def test_two_flop_per_parameter_and_token():
    # Llama 2 70B without the input embedding: 68,976,648,192 - 32000 * 8192 = 68,714,504,192; 2048 tokens: 2.815e14 FLOP
    got = outputs(model="llama-2-70b", prompt=2048, logits="all")
    assert got["weight_flop"].base == 2 * 68_714_504_192 * 2048
    assert got["arithmetic_time"].base == pytest.approx(got["flop"].base / (2 * 989.4e12))


def test_only_the_last_token_needs_the_output_head():
    few, all_ = (outputs(model="llama-2-70b", prompt=2048, logits=which)["weight_flop"].base for which in ("last", "all"))
    assert all_ - few == 2 * 32000 * 8192 * 2047


def test_a_shared_embedding_is_the_output_head():
    few, all_ = (outputs(model="llama-3.2-1b", prompt=100, logits=which)["weight_flop"].base for which in ("last", "all"))
    assert all_ - few == 2 * 128_256 * 2048 * 99


def test_attention_is_half_of_a_square():
    # each of n tokens attends to itself and all before: n (n + 1) / 2 keys, 4 * heads * head_dim FLOP each, in 80 layers
    got = outputs(model="llama-2-70b", prompt=1000)
    assert got["attention_flop"].base == 80 * 500_500 * 4 * 64 * 128
    assert causal_positions(1, 4, 0) == 1 + 2 + 3 + 4


def test_one_token_attends_to_itself():
    assert outputs(model="llama-2-7b", gpus=1, prompt=1)["attention_flop"].base == 32 * 4 * 32 * 128


def test_windows_stop_growing():
    # a window of 3: 1 + 2 + 3 + 3 + 3
    assert window_positions(5, 3) == 12
    # gpt-oss-20b: 12 layers with a window of 128, 12 without; 64 heads of 64
    got = outputs(model="gpt-oss-20b", gpus=1, prompt=1000)
    seen = 12 * 1000 * 1001 / 2 + 12 * (128 * 129 / 2 + (1000 - 128) * 128)
    assert got["attention_flop"].base == pytest.approx(seen * 4 * 64 * 64)


def test_latent_attention_makes_keys_and_values_from_the_latent():
    # DeepSeek-V3: 128 heads, keys of 128 + 64, values of 128 elements, 61 layers
    got = outputs(model="deepseek-v3", prompt=100, **ANYWAY)
    assert got["attention_flop"].base == 61 * 5050 * 2 * 128 * (192 + 128)


def test_a_cached_prefix_is_attended_to_but_not_computed():
    # half of 1000 tokens cached: the others attend to 501, ..., 1000 keys
    whole, half = (outputs(model="llama-2-70b", prompt=1000, cached=share) for share in ("0%", "50%"))
    assert half["computed"].base == 500
    assert half["attention_flop"].base == 80 * sum(range(501, 1001)) * 4 * 64 * 128
    assert half["time_to_first_token"].base < whole["time_to_first_token"].base
    assert half["traffic"].base == pytest.approx(whole["traffic"].base)  # what is not written is read


def test_every_chunk_reads_the_weights_and_the_cache_before_it():
    # Llama 2 70B, 4 chunks of 1000: 4 * weights, caches of 1000 + 2000 + 3000 tokens read, 4000 written
    got = outputs(model="llama-2-70b", prompt=4000, chunk=1000)
    weights = 2 * (68_976_648_192 - 32000 * 8192)
    assert got["chunks"].base == 4
    assert got["traffic"].base == pytest.approx(4 * weights + (6000 + 4000) * 327_680)


def test_small_chunks_are_limited_by_memory():
    assert outputs(prompt=4096, chunk=64)["bound"] == "memory bandwidth"
    assert outputs(prompt=4096, chunk=4096)["bound"] == "arithmetic"


def test_what_does_not_fit_has_no_time_unless_asked_for():
    with pytest.raises(InputProblems, match=r"gpus.*too few"):
        outputs(gpus=1)
    assert any("does not fit" in said for said in run("prefill", {"gpus": 1, "capacity_rule": "ignore"}).working.remarks)


def test_a_measured_time_has_a_utilization_and_none_above_one():
    floor = outputs()["arithmetic_time"].to("ms")
    assert outputs(measured=f"{2 * floor} ms")["reached"].base == pytest.approx(0.5)
    assert outputs(measured=f"{2 * floor} ms", compute_efficiency="40%")["reached"].base == pytest.approx(0.5)
    with pytest.raises(InputProblems, match=r"measured.*faster than the peak"):
        outputs(measured=f"{floor / 2} ms")


def test_an_exchange_adds_its_time():
    # 2 all-reduces in each of 80 layers of 2048 * 8192 * 2 bytes: 33.55 MB / 450 GB/s and 2 hops of 3.4 us, between two GPUs
    got = outputs(gpus=2, exchange="links", algorithm="ring")
    assert got["exchange_time"].base == pytest.approx(160 * (2048 * 8192 * 2 / 450e9 + 2 * 3.4e-6))
    floor = outputs(gpus=2)["time_to_first_token"].base
    assert got["time_to_first_token"].base == pytest.approx(floor + got["exchange_time"].base)


def test_a_card_without_links_is_refused_by_field():
    with pytest.raises(InputProblems, match=r"exchange.*RTX 4090"):
        outputs(gpu="rtx-4090", gpus=8, exchange="links")
    with pytest.raises(InputProblems, match=r"link.*needed"):
        outputs(exchange="own")


def test_without_a_peak_a_rate_is_asked_for():
    with pytest.raises(InputProblems, match=r"peak"):
        outputs(gpu="apple-m4-max", gpus=1, model="llama-3.1-8b")
    assert outputs(gpu="apple-m4-max", gpus=1, model="llama-3.1-8b", peak="30 TFLOPS")["bound"] == "arithmetic"


def test_a_prompt_beyond_the_model_is_remarked():
    said = run("prefill", {"model": "llama-2-70b", "prompt": 5000}).working.remarks
    assert any("4,096 tokens at most" in remark for remark in said)


@given(st.integers(1, 100_000), st.integers(1, 64), st.integers(1, 20_000), st.integers(0, 99))
def test_more_tokens_never_take_less_time(prompt, prompts, chunk, cached):
    inputs = {"prompts": prompts, "chunk": chunk, "cached": f"{cached}%", "capacity_rule": "ignore"}
    one, more = (outputs(prompt=length, **inputs) for length in (prompt, prompt + 100))
    assert more["time_to_first_token"].base > one["time_to_first_token"].base
    assert 0 < one["attention_share"].base < 1


@given(st.integers(1, 30_000), st.integers(1, 20))
def test_prompts_together_do_the_arithmetic_of_each(prompt, prompts):
    one, many = (outputs(prompt=prompt, prompts=n, capacity_rule="ignore")["flop"].base for n in (1, prompts))
    assert many == pytest.approx(prompts * one)


@pytest.mark.parametrize("slug", sorted(MODELS))
def test_every_model_prefills(slug):
    got, counts = outputs(model=slug, prompt=512, logits="all", **ANYWAY), parameter_counts(MODELS[slug])
    assert got["weight_flop"].base == pytest.approx(2 * counts.multiplied * 512)
    assert got["attention_flop"].base >= Configuration(MODELS[slug]).layers


@pytest.mark.parametrize(
    ("prompt", "cached", "chunk", "full", "in_window"),
    [
        (1000, "0%", 50, 50 * 190, 0 + 50 + 100 + 17 * 128),  # twenty steps begin after 0, 50, ..., 950 tokens
        (640, "0%", 64, 64 * 45, 0 + 64 + 8 * 128),  # the third begins where the window is just full
        (120, "0%", 40, 0 + 40 + 80, 0 + 40 + 80),  # shorter than the window
        (1000, "10%", 50, 18 * 525, 100 + 17 * 128),  # eighteen, after 100, 150, ..., 950
        (1000, "50%", 100, 500 + 600 + 700 + 800 + 900, 5 * 128),  # the cached prefix alone is longer than the window
    ],
)
def test_each_step_reads_what_was_there_before_and_of_window_layers_the_window(prompt, cached, chunk, full, in_window):
    # gpt-oss 20B: 12 full layers and 12 with a window of 128; keys and values of 8 heads of 64, in FP16 a byte more than in FP8
    given = {"model": "gpt-oss-20b", "gpus": 1, "prompt": prompt, "cached": cached, "chunk": chunk, "prompts": 3}
    wide, narrow = (outputs(**given, kv=kv)["traffic"].base for kv in ("fp16", "fp8"))
    written = 24 * prompt * (100 - int(cached.rstrip("%"))) / 100
    assert wide - narrow == pytest.approx(3 * 2 * 8 * 64 * (12 * full + 12 * in_window + written), rel=1e-6)


def test_a_prompt_as_long_as_the_model_allows_is_not_remarked():
    assert not any("at most" in remark for remark in run("prefill", {"model": "llama-2-70b", "prompt": 4096}).working.remarks)


def test_a_time_measured_may_be_the_least_possible():
    # at a peak of half as many FLOP/s as there are FLOP, two GPUs take one second
    flop = outputs()["flop"].base
    assert outputs(peak=f"{flop / 2:.0f} FLOPS", measured="1000 ms")["reached"].base == 1


def test_the_summary_says_whether_it_is_a_floor():
    # 80 layers * 2048 * 2049 / 2 keys * 4 * 64 * 128 = 5.5e12 FLOP of attention, 280.4e12 with the weights: 1.92%
    said = run("prefill").summary
    assert said.startswith("At least ") and ", at most " in said and said.endswith(" 1.92% of the arithmetic is attention.")
    for reached in ("bandwidth_efficiency", "compute_efficiency"):
        said = run("prefill", {reached: "90%"}).summary
        assert said.startswith("About ") and ", about " in said

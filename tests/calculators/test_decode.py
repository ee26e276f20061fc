"""Decoding, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, facts, run
from calculators.architecture import parameter_counts

WEIGHTS_READ = (68_976_648_192 - 32000 * 8192) * 2  # FP16, all but the input embedding


def outputs(**inputs):
    return run("decode", inputs).outputs


def test_two_h100_read_the_weights_and_the_cache():
    # (137.4e9 + 1024 * 327,680) bytes over 2 * 3.352e12 bytes/s = 20.55 ms
    got = outputs(gpu="h100-sxm5-80gb", gpus=2, model="llama-2-70b", context=1024)
    assert got["time_per_output_token"].base == pytest.approx((WEIGHTS_READ + 1024 * 327_680) / (2 * 3.352e12), rel=1e-12)
    assert got["token_rate"].base == pytest.approx(1 / got["time_per_output_token"].base)
    assert got["bound"] == "memory bandwidth"


def test_arithmetic_of_one_token():
    # two FLOP per parameter but the input embedding, and 4 * 80 * 64 * 128 FLOP per token of context
    got = outputs(model="llama-2-70b", context=1000)
    assert got["flop"].base == 2 * (68_976_648_192 - 32000 * 8192) + 4 * 80 * 64 * 128 * 1000


def test_what_does_not_fit_has_no_time_unless_asked_for():
    with pytest.raises(InputProblems, match=r"gpus.*too few"):
        outputs(gpus=1)
    run_anyway = run("decode", {"gpus": 1, "capacity_rule": "ignore"})
    assert run_anyway.outputs["time_per_output_token"].base == pytest.approx(2 * outputs(gpus=2)["time_per_output_token"].base)
    assert any("does not fit" in remark for remark in run_anyway.working.remarks)


def test_one_sequence_of_a_mixture_reads_two_experts_of_eight():
    got = outputs(model="mixtral-8x7b", gpus=2, context=1, batch=1)
    attention_and_head = 46_702_792_704 - 32000 * 4096 - 32 * 8 * 3 * 4096 * 14336
    read = 2 * (attention_and_head + 32 * 2 * 3 * 4096 * 14336)
    assert got["bytes_read"].base == pytest.approx(read + 2 * 32 * 8 * 128 * 2, rel=1e-9)


def test_more_gpus_than_kv_heads_replicate_the_cache():
    few, many = (outputs(gpus=gpus, context=100_000)["bytes_read"].base for gpus in (8, 16))
    assert many - few == pytest.approx(100_000 * 327_680, rel=1e-9)


def test_a_large_batch_is_limited_by_arithmetic():
    got = outputs(gpu="h100-sxm5-80gb", model="llama-2-7b", gpus=8, batch=4096, context=16)
    assert got["bound"] == "arithmetic"


@given(st.integers(1, 64), st.integers(1, 4096), st.sampled_from(["fp16", "fp8", "int4-g128"]))
def test_more_work_never_takes_less_time(batch, context, weights):
    one = outputs(gpus=8, batch=batch, context=context, weights=weights)
    more = outputs(gpus=8, batch=batch + 1, context=context + 1, weights=weights)
    assert more["time_per_output_token"].base > one["time_per_output_token"].base


@given(st.integers(1, 100), st.integers(1, 100))
def test_lower_efficiency_never_helps(mbu, mfu):
    real = outputs(bandwidth_efficiency=f"{mbu}%", compute_efficiency=f"{mfu}%")
    assert real["time_per_output_token"].base >= outputs()["time_per_output_token"].base


MIXTURES = sorted(slug for slug, model in facts.load().models.items() if "architecture.num_experts" in model)
ANYWAY = {"capacity_rule": "ignore", "gpus": 8}


@pytest.mark.parametrize("slug", MIXTURES)
def test_one_sequence_reads_exactly_its_experts(slug):
    counts = parameter_counts(facts.load().models[slug])
    got = outputs(model=slug, batch=1, context=1, **ANYWAY)
    assert got["experts"].base == pytest.approx(counts.experts_per_token)
    cache = run("memory_fit", {"model": slug, "gpus": 8, "context": 1}).outputs["kv_cache"].base
    assert got["bytes_read"].base == pytest.approx(2 * counts.multiplied + cache, rel=1e-9)


def test_a_batch_reads_the_experts_that_some_sequence_needs():
    # 8 experts, 2 per token, 4 sequences: 8 * (1 - (6/8)**4) = 5.46875
    assert outputs(model="mixtral-8x7b", batch=4, **ANYWAY)["experts"].base == pytest.approx(5.46875)


@given(st.sampled_from(MIXTURES), st.integers(1, 5000))
def test_experts_read_grow_with_the_batch_up_to_all(slug, batch):
    counts = parameter_counts(facts.load().models[slug])
    one, more = (outputs(model=slug, batch=size, **ANYWAY)["experts"].base for size in (batch, batch + 1))
    assert one <= more <= counts.num_experts


def test_a_dense_model_has_no_experts_to_read():
    assert outputs(model="llama-2-7b", gpus=1)["experts"] == "none"


def test_windowed_layers_read_and_attend_to_their_window():
    # gpt-oss-20b: 12 full layers and 12 with a window of 128; 64 query heads of 64; 2,048 bytes per layer and token
    short, long = (outputs(model="gpt-oss-20b", gpus=1, context=context) for context in (1000, 2000))
    assert long["bytes_read"].base - short["bytes_read"].base == pytest.approx(12 * 2048 * 1000)
    assert long["flop"].base - short["flop"].base == pytest.approx(12 * 1000 * 4 * 64 * 64)


def test_latent_attention_works_on_the_latent():
    # DeepSeek-V3: 128 heads, keys of 512 + 64 and values of 512 elements, 61 layers
    short, long = (outputs(model="deepseek-v3", context=context, **ANYWAY) for context in (1000, 2000))
    assert long["flop"].base - short["flop"].base == pytest.approx(61 * 1000 * 2 * 128 * (576 + 512))


@pytest.mark.parametrize("slug", sorted(facts.load().models))
def test_every_model_decodes(slug):
    got = outputs(model=slug, batch=2, **ANYWAY)
    counts = parameter_counts(facts.load().models[slug])
    assert got["bytes_read"].base > 2 * counts.multiplied
    assert got["flop"].base > 2 * 2 * counts.multiplied

"""Decoding, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, run

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

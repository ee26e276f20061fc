"""The balance of a GPU, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, run


def outputs(**inputs):
    return run("balance", inputs).outputs


def test_a_gpu_by_hand():
    # H100 SXM: 81,559 MiB are 85.52e9 bytes; / 3.352e12 = 25.51 ms, 39.20 times a second;
    # 989.4 / 700 = 1.413 TFLOPS/W; 3352 / 700 = 4.789 GB/s/W
    got = outputs(gpu="h100-sxm5-80gb", format="bf16")
    assert got["sweep_time"].to("ms") == pytest.approx(25.513, rel=1e-4)
    assert got["bandwidth_per_capacity"].to("GB/s/GB") == pytest.approx(39.195, rel=1e-4)
    assert got["rate_per_watt"].to("TFLOPS/W") == pytest.approx(1.4134, rel=1e-4)
    assert got["bandwidth_per_watt"].to("GB/s/W") == pytest.approx(4.7886, rel=1e-4)


def test_what_a_dollar_of_rent_buys_by_hand():
    # 989.4e12 x 3600 / 2.50 = 1.4247e18 FLOP; 3352e9 x 3600 / 2.50 = 4.827e15 bytes
    got = outputs(gpu="h100-sxm5-80gb", format="bf16", hourly="2.50 USD/h")
    assert got["rate_per_dollar"].to("EFLOP/USD") == pytest.approx(1.4247, rel=1e-4)
    assert got["traffic_per_dollar"].to("PB/USD") == pytest.approx(4.8269, rel=1e-4)
    assert outputs(gpu="h100-sxm5-80gb")["rate_per_dollar"] == "none"


def test_a_tenth_of_the_bandwidth_takes_ten_times_as_long():
    fast, slow = outputs(bandwidth="1000 GB/s", capacity="24 GB"), outputs(bandwidth="100 GB/s", capacity="24 GB")
    assert fast["sweep_time"].to("ms") == pytest.approx(24)
    assert slow["sweep_time"].to("ms") == pytest.approx(240)


@pytest.mark.parametrize("gpu", ["h100-sxm5-80gb", "rtx-4090", "l4"])
def test_the_ridge_point_is_that_of_the_roofline(gpu):
    assert outputs(gpu=gpu)["ridge_point"] == run("roofline", {"gpu": gpu, "format": "fp16"}).outputs["ridge_point"]


def test_the_sparse_peak_is_never_used_unasked():
    assert outputs(sparsity="sparse")["rate_per_watt"].base == pytest.approx(2 * outputs()["rate_per_watt"].base, rel=1e-3)


def test_a_format_the_gpu_lacks_has_no_ridge_point_but_the_memory_is_known():
    got = outputs(gpu="v100-sxm2-32gb", format="bf16")
    assert (got["ridge_point"], got["rate_per_watt"]) == ("none", "none")
    assert got["sweep_time"].base > 0


def test_what_rests_on_an_unknown_power_limit_is_not_known():
    got = outputs(gpu="tpu-v5p", format="bf16")
    assert (got["rate_per_watt"], got["bandwidth_per_watt"]) == ("none", "none")
    assert outputs(gpu="tpu-v5p", format="bf16", power="500 W")["bandwidth_per_watt"].base > 0


def test_a_format_nothing_has_is_refused():
    with pytest.raises(InputProblems, match="format"):
        outputs(format="fp12")


@given(st.floats(1, 1e4), st.floats(1, 1e5))
def test_reading_all_memory_and_how_often_a_second_are_reciprocal(capacity, bandwidth):
    got = outputs(capacity=f"{capacity} GB", bandwidth=f"{bandwidth} GB/s")
    assert got["sweep_time"].base * got["bandwidth_per_capacity"].base == pytest.approx(1)


def test_the_summary_gives_three_digits_of_what_is_known():
    given = {"gpu": "h100-sxm5-80gb", "capacity": "80 GB", "bandwidth": "3.35 TB/s", "peak": "40 TFLOPS"}
    # 80 GB at 3.35 TB/s: 23.88 ms; 40 TFLOPS over 3.35 TB/s: 11.94 FLOP/byte
    said = run("balance", given).summary
    assert said == "H100 SXM reads its whole memory in 23.9 ms and needs 11.9 FLOP/byte to be limited by arithmetic."
    assert "its FP8 peak is not known" in run("balance", {"gpu": "a100-sxm4-80gb", "format": "fp8"}).summary

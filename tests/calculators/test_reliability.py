"""Reliability, worked by hand from the interruptions of the Llama 3 run (arXiv:2407.21783, table 5)."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, run


def outputs(**inputs):
    return run("reliability", inputs).outputs


def test_the_llama_run():
    # 54 days * 24 h / 419 = 3.09 h; 72 / (16384 * 54 / 365) * 100 = 2.97 memory faults per 100 GPU-years; 72 / 419 = 17.2%
    got = outputs(gpus=16384, time="54 day")
    assert got["mean_time"].to("h") == pytest.approx(3.093, abs=0.0005)
    assert got["interruptions"].base == pytest.approx(419)
    assert got["faults_per_century"].base == pytest.approx(2.97, abs=0.005)
    assert got["fault_share"].to("%") == pytest.approx(17.2, abs=0.05)


def test_single_bit_errors_by_hand():
    # 1000 GPUs * 80 GB * 1 a year * 1/4 year = 20,000; 1000 * 24 GB * 1 a month * 3 months = 72,000
    got = outputs(gpu="h100-sxm5-80gb", gpus=1000, time="3 month", flips="1 error/GB/year")
    assert got["corrected"].base == pytest.approx(20_000) and got["silent"].base == 0
    got = outputs(gpu="rtx-4090", gpus=1000, time="3 month", flips="1 error/GB/month", ecc="off")
    assert got["silent"].base == pytest.approx(72_000) and got["corrected"].base == 0


def test_probability_of_at_least_one():
    # one GPU for the mean time: one expected, 1 - 1/e = 63.2%
    mean = outputs(gpus=1)["fault_mean_time"].base
    got = outputs(gpus=1, time=f"{mean} s", faults="72")
    assert got["fault_probability"].base == pytest.approx(1 - math.exp(-1), rel=1e-9)


def test_rare_events_keep_their_digits():
    got = outputs(gpus=1, time="60 s", failures="1", faults="0.001", observed=1_000_000, observed_time="100 year")
    assert got["fault_probability"].base == pytest.approx(got["faults"].base, rel=1e-9)


def test_inline_ecc_takes_a_sixteenth():
    # 16 GB * (1 - 1/16) = 15 GB
    got = outputs(capacity="16 GB", capacity_cost="6.25%", bandwidth_cost="10%", bandwidth="1000 GB/s")
    assert got["usable"].to("GB") == 15
    assert got["usable_bandwidth"].to("GB/s") == 900


def test_what_ecc_costs_is_not_guessed():
    got = outputs(gpu="rtx-4090")
    assert got["usable_bandwidth"] == "none"


@given(st.integers(1, 100_000), st.integers(1, 100))
def test_more_gpus_are_interrupted_more_often_in_proportion(gpus, factor):
    assert outputs(gpus=gpus)["mean_time"].base == pytest.approx(outputs(gpus=gpus * factor)["mean_time"].base * factor)


@given(st.floats(0.01, 1000))
def test_either_none_or_at_least_one(days):
    got = outputs(gpus=100, time=f"{days} day", faults="419")
    assert got["undisturbed"].base + got["fault_probability"].base == pytest.approx(1)


def test_refusals():
    with pytest.raises(InputProblems, match="more than all interruptions") as wrong:
        outputs(faults="500")
    assert [problem.field for problem in wrong.value.problems] == ["faults"]
    with pytest.raises(InputProblems, match="wrong unit"):
        outputs(flips="1 error/year")


def test_silent_flips_come_as_often_as_they_are_expected():
    # 1000 GPUs * 80 GB * 1 a year: 80,000 in 8,760 h
    got = outputs(gpus=1000, flips="1 error/GB/year", ecc="off")
    assert got["silent_interval"].to("h") == pytest.approx(8760 / 80_000)
    assert outputs()["silent_interval"] == "none"
    assert (got["usable"].to("GB"), got["usable_bandwidth"].to("GB/s")) == (80, pytest.approx(3352, abs=1))


def test_memory_faults_may_be_all_that_was_observed():
    assert outputs(failures="72", faults="72")["fault_share"].base == 1


def test_the_summary_by_hand():
    # 54 days / 419 * 16,384 = 50,679 h for one GPU, 2,112 days
    said = run("reliability", {"gpus": 16384}).summary
    assert said == "16,384 GPUs: an interruption every 3.09 h; single-bit errors are corrected."
    one = run("reliability", {"gpus": 1, "ecc": "off", "time": "1 year", "flips": "0.015432 error/GB/year"}).summary
    assert one.startswith("1 GPU: ") and one.endswith("; 1.23 errors go unnoticed.")


def test_only_with_ecc_something_is_said_about_it():
    for ecc, told in (("on", True), ("off", False)):
        assert any("ECC corrects" in remark for remark in run("reliability", {"ecc": ecc}).working.remarks) == told

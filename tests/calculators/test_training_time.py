"""Training time and cost, worked by hand from published runs."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, run

PLAIN = {"attention": "leave", "failures": "ignore"}


def outputs(**inputs):
    return run("training_time", inputs).outputs


@pytest.mark.parametrize(
    ("gpu", "share", "tflops"),
    # 0.34 x 312, 0.51 x 989.4 and 0.35 x 312 TFLOPS, dense BF16
    [("a100-sxm4-80gb", "34%", 106), ("h100-sxm5-80gb", "51%", 505), ("a100-sxm4-80gb", "35%", 109)],
)
def test_what_a_utilization_gives(gpu, share, tflops):
    assert round(outputs(gpu=gpu, utilization=share)["achieved"].to("TFLOPS")) == tflops


def test_six_flop_per_parameter_and_token():
    # GPT-3: 6 x 175e9 x 300e9 = 3.15e23
    got = outputs(parameters="175e9", tokens="300e9", **PLAIN)
    assert got["flop"].to("FLOP") == pytest.approx(3.15e23)


def test_attention_adds_eight_percent_to_a_70b_model_at_4k():
    # 12 x 80 x 8192 x 4096 / (6 x 70e9) = 7.67%; quadratic in the sequence in all, linear per token
    assert outputs(parameters="70e9", sequence=4096)["attention_share"].to("%") == pytest.approx(7.67, abs=0.005)
    assert outputs(parameters="70e9", sequence=8192)["attention_share"].to("%") == pytest.approx(2 * 7.67, abs=0.01)


def test_a_mixture_counts_its_active_parameters():
    # Mixtral 8x7B: 12.88e9 of 46.70e9 parameters
    got = outputs(model="mixtral-8x7b", tokens="1e9", **PLAIN)
    assert got["flop"].to("FLOP") == pytest.approx(6 * 12.879925248e9 * 1e9)


def test_sixty_five_hours_on_a100_are_fourteen_on_as_many_h100():
    # 34% of 312 against 51% of 989.4 TFLOPS: 65 h x 106.08 / 504.594 = 13.66 h on equally many GPUs.
    # 8 A100 do 8 x 106.08e12 x 65 x 3600 = 1.98582e20 FLOP in that time.
    fleets = {"gpu": "a100-sxm4-80gb", "gpus": 8, "utilization": "34%", "other": "h100-sxm5-80gb", "other_utilization": "51%"}
    same = outputs(**fleets, other_gpus=8, parameters="1e9", tokens="33096960000", **PLAIN)
    assert same["compute_time"].to("h") == pytest.approx(65, abs=0.001)
    assert same["other_time"].to("h") == pytest.approx(13.66, abs=0.005)
    # half as many H100 take twice that, still less than half the time
    half = outputs(**fleets, other_gpus=4, parameters="1e9", tokens="33096960000", **PLAIN)
    assert half["other_time"].to("h") == pytest.approx(27.33, abs=0.005)
    # at 2.00 and 3.50 USD an hour, useful FLOP cost 2.718 times as much on the A100
    priced = outputs(**fleets, other_gpus=4, price="2 USD/h", other_price="3.5 USD/h", **PLAIN)
    assert 1 / priced["cost_ratio"].base == pytest.approx(2.718, abs=0.001)
    # 3.5 H100 cost 12.25 USD an hour, 8 A100 16 USD: for the same money, 4.57 H100
    assert priced["same_spending"].base == pytest.approx(8 * 2 / 3.5)


def test_recomputation_adds_a_forward_pass_to_the_hardware_alone():
    # MosaicML counts 4 passes for HFU where MFU counts 3
    full = outputs(utilization="42%", recompute="full")
    assert full["mfu"].to("%") == pytest.approx(42)
    assert full["hfu"].to("%") == pytest.approx(56)
    assert full["time"].base == outputs(utilization="42%")["time"].base
    assert outputs(utilization="56%", counted="hfu", recompute="full")["mfu"].to("%") == pytest.approx(42)


def test_selective_recomputation_repeats_attention_only():
    got = outputs(utilization="40%", recompute="selective")
    share = got["attention_share"].base
    assert got["hfu"].base / got["mfu"].base == pytest.approx(1 + share / (1 + share) / 3)


def test_the_best_interval_is_youngs():
    # 1,000 GPUs of 50,000 h each fail every 50 h; a checkpoint of 36 s: sqrt(2 x 36 x 180000) = 3600 s
    got = outputs(gpus=1000, mtbf="50000 h", checkpoint="0.6 min")
    assert got["job_mtbf"].to("h") == pytest.approx(50)
    assert got["interval"].to("min") == pytest.approx(60)
    # each failure costs 10 min and half an hour, each hour a write of 36 s: (1 - 40/3000) / 1.01
    assert got["goodput"].base == pytest.approx((1 - 40 / 3000) / 1.01)


@given(st.floats(0.1, 10))
def test_no_other_interval_loses_much_less(factor):
    best = outputs(gpus=1000)
    own = outputs(gpus=1000, interval=f"{best['interval'].to('min') * factor:.6f} min")
    assert own["goodput"].base <= best["goodput"].base + 1e-4  # Young's formula is a first-order one


def test_llama_3_kept_more_than_nine_tenths_of_its_time():
    # 419 unexpected interruptions in 54 days on 16,384 GPUs: one in 3.09 h; the paper reports more than 90% effective time
    got = outputs(gpus=16384, mtbf=f"{54 * 24 * 16384 / 419:.1f} h", checkpoint="0.1 min", restart="8 min")
    assert got["job_mtbf"].to("h") == pytest.approx(3.093, abs=0.001)
    assert got["goodput"].base > 0.9


def test_gpu_hours_and_cost_follow_the_clock():
    got = outputs(gpus=16, price="2.5 USD/h")
    assert got["gpu_time"].base == pytest.approx(16 * got["time"].base)
    assert got["cost"].base == pytest.approx(2.5 * got["gpu_time"].to("h"))
    assert got["time"].base * got["goodput"].base == pytest.approx(got["compute_time"].base)


@given(st.integers(1, 4096), st.floats(1, 99))
def test_more_gpus_take_less_time_and_the_same_gpu_hours_without_failures(gpus, share):
    one, many = (outputs(gpus=count, utilization=f"{share:.3f}%", failures="ignore") for count in (1, gpus))
    assert many["time"].base * gpus == pytest.approx(one["time"].base)
    assert many["gpu_time"].base == pytest.approx(one["gpu_time"].base)


def test_what_was_measured_gives_the_utilization_and_back():
    stated = outputs(utilization="37%", failures="ignore")
    measured = outputs(measured=f"{stated['throughput'].base!r} token/s", failures="ignore")
    assert measured["mfu"].base == pytest.approx(0.37)
    assert measured["time"].base == pytest.approx(stated["time"].base)


def test_the_chinchilla_point_is_twenty_tokens_per_parameter():
    got = outputs(parameters="70e9", tokens="1.4e12")
    assert got["tokens_per_parameter"].base == pytest.approx(20)
    assert got["chinchilla"].base == pytest.approx(1.4e12)


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"utilization": "120%"}, "utilization"),
        ({"other_utilization": "101%"}, "other_utilization"),
        ({"utilization": "80%", "recompute": "full"}, "utilization"),  # 107% of the hardware
        ({"measured": "5000000 token/s"}, "measured"),
        ({"gpus": 1_000_000, "restart": "60 min"}, "gpus"),
        ({"other_gpus": 1_000_000, "restart": "60 min"}, "other_gpus"),
        ({"other": "a100-sxm4-80gb", "other_format": "fp8"}, "other_peak"),
    ],
)
def test_nonsense_is_refused_with_the_field(inputs, field):
    with pytest.raises(InputProblems) as refused:
        outputs(**inputs)
    assert {problem.field for problem in refused.value.problems} == {field}


def test_a_share_above_the_peak_is_explained():
    with pytest.raises(InputProblems, match=r"dense peak.*sparse peak, another format"):
        outputs(utilization="150%")


def test_failures_never_help():
    assert not math.isclose(outputs()["time"].base, outputs(failures="ignore")["time"].base)
    assert outputs()["time"].base > outputs(failures="ignore")["time"].base


def test_a_rent_that_nobody_recorded_leaves_the_cost_open_and_is_asked_for():
    finished = run("training_time", {"gpu": "gaudi-2", "peak": "432 TFLOPS"})
    assert finished.outputs["cost"] == "none"
    assert "No on-demand rent of Gaudi 2 is recorded: give your own." in finished.working.remarks


def test_a_job_that_fails_as_soon_as_it_is_restarted_never_ends():
    # 1,000 GPUs of 1,000 h fail every hour: half an hour of restart, and half of an hour between checkpoints
    given = {"gpus": 1000, "other_gpus": 1, "mtbf": "1000 h", "interval": "60 min"}
    with pytest.raises(InputProblems, match="sooner than a restart"):
        outputs(**given, restart="30 min")
    assert outputs(**given, restart="29 min")["goodput"].base > 0


def test_all_of_the_peak_is_possible_and_no_more():
    # a billionth above it is left to rounding
    assert outputs(utilization="100%")["mfu"].base == 1
    assert outputs(utilization="100.0000001%")["mfu"].base == pytest.approx(1)
    with pytest.raises(InputProblems, match="dense peak"):
        outputs(utilization="100.001%")


def test_what_was_measured_is_recomputed_too():
    # four passes instead of three
    got = outputs(measured="100000 token/s", recompute="full", attention="leave")
    assert got["hfu"].base == pytest.approx(got["mfu"].base * 4 / 3)


def test_the_summary_compares_both_fleets():
    # 65 h on 8 A100 at 106.08 TFLOPS; 3 H100 at 504.594: 8 * 106.08 / (3 * 504.594) = 0.5606 times as long
    fleets = {"gpu": "a100-sxm4-80gb", "gpus": 8, "utilization": "34%", "other": "h100-sxm5-80gb", "other_utilization": "51%"}
    fleets |= {"other_gpus": 3, "parameters": "1e9", "tokens": "33096960000", "price": "2 USD/h"} | PLAIN
    finished = run("training_time", fleets)
    assert " on 8 × A100 SXM for $1,040; 3 × H100 SXM take 0.561× as long" in finished.summary
    assert not any("on-demand rent" in remark for remark in finished.working.remarks)

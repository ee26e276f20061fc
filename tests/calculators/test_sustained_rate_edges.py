"""Sustained rate at its edges: what is just enough power, and what a measured rate is held against."""

import pytest

from calculators import InputProblems, run
from calculators.sustained_rate import _key, reaching


def outputs(**inputs):
    return run("sustained_rate", inputs).outputs


def test_power_just_above_what_does_not_follow_the_clock_is_enough():
    assert outputs(box="unlimited", limit="135.136 W")["clock_share"].base > 0


def test_a_third_of_what_there_is_feeds_three_cards():
    # 1324.8 W less 300 W are three times 341.6 W, which floats miss by a hair
    assert outputs(demand="341.6 W", cards=4)["full_cards"].base == 3


def test_nothing_is_left_of_a_supply_that_is_shared_out():
    # (1000 W - 100 W) / 7 for each: seven times that is a hair more than 900 W
    assert outputs(supply="1000 W", host="100 W", current="30 A", cards=7, static="0%")["supply_left"].base == 0


def test_the_rated_clock_is_that_of_the_printed_peak():
    # H100 SXM: 1830 MHz, and not the boost clock of 1980 MHz
    assert run("sustained_rate", {"gpu": "h100-sxm5-80gb"}).inputs.rated_clock == 1.83e9
    asked = {"format": "fp16", "accumulate": "fp16"}
    assert (_key(asked), _key(asked | {"accumulate": "fp32"})) == ("fp16_tensor_fp16_accumulate", "fp16_tensor")


@pytest.mark.parametrize(("share", "counts"), [(1.005, True), (1.004, True), (1.006, False)])
def test_a_published_rate_may_be_half_a_percent_above_a_rounded_peak(share, counts):
    # 794.5 TFLOPS were measured on an H100 SXM
    own = {"gpu": "h100-sxm5-80gb", "box": "unlimited", "peak": f"{794.5e12 / share!r} FLOPS"}
    assert (run("sustained_rate", own).inputs.measured == 794.5e12) == counts
    if counts:
        assert outputs(**own)["achieved"].base == pytest.approx(share)
    else:
        with pytest.raises(InputProblems, match="this clock allows"):
            outputs(**own, measured="794.5 TFLOPS")


def test_a_published_dense_rate_is_not_held_against_a_sparse_peak():
    assert outputs(gpu="h100-sxm5-80gb", box="unlimited", sparsity="sparse")["achieved"] == "none"


def test_a_clock_while_measured_says_nothing_where_the_rated_one_is_not_known():
    known = {
        "gpu": "tpu-v5e",
        "box": "unlimited",
        "measured": "98.5 TFLOPS",
        "limit": "200 W",
        "demand": "200 W",
        "cooling": "200 W",
    }
    assert outputs(**known, clock="1000 MHz")["achieved"].base == pytest.approx(98.5 / 197)
    same = run("sustained_rate", {"clock": "2520 MHz", "measured": "100 TFLOPS"})
    assert "Peak at that clock" not in [step.label for step in same.working.steps]


def test_a_card_that_reaches_a_share_has_that_share_of_its_peak():
    inputs = run("sustained_rate", {"gpu": "a100-sxm4-80gb"}).inputs
    assert reaching(inputs, 0.25, 0.0) == {"peak": 78e12, "measured": None}


def test_the_clock_that_would_explain_a_measured_rate():
    # 2520 * 168.38 / 165.2
    with pytest.raises(InputProblems, match=r"clock of at least 2,569 MHz"):
        outputs(format="fp16", measured="168.38 TFLOPS")


def test_the_rate_under_the_limit_by_hand():
    # 0.7273 of 165.2 TFLOPS
    assert outputs(gpu="rtx-4090", cards=4)["rate"].to("TFLOPS") == pytest.approx(0.7273 * 165.2, rel=1e-3)


@pytest.mark.parametrize(
    ("inputs", "field", "given"),
    [
        ({"cards": "10"}, "cards", "10"),
        ({"box": "unlimited", "limit": "100 W"}, "limit", "100 W"),
        # 30% of 450 W and a thousandth: 135.135 W
        ({"box": "unlimited", "limit": "135.134 W"}, "limit", "135.1 W"),
        ({"box": "unlimited", "limit": f"{135 * 1.001!r} W"}, "limit", "135.1 W"),
    ],
)
def test_power_that_does_not_suffice_is_named(inputs, field, given):
    with pytest.raises(InputProblems, match="do not follow the clock") as wrong:
        outputs(**inputs)
    assert [(problem.field, problem.given) for problem in wrong.value.problems] == [(field, given)]

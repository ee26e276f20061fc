"""Sustained rate, worked by hand from circuits, published draws and published measurements."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, run


def outputs(**inputs):
    return run("sustained_rate", inputs).outputs


def test_four_cards_on_one_outlet():
    # 15 A * 120 V * 0.8 = 1440 W; * 0.92 = 1324.8 W inside; (1324.8 - 300) / 4 = 256.2 W of 450 W per card
    # dynamic part: (256.2/450 - 0.3) / 0.7 = 0.3848; cube root 0.7273
    got = outputs(gpu="rtx-4090", cards=4)
    assert got["circuit"].to("W") == pytest.approx(1440)
    assert got["cap"].to("W") == pytest.approx(256.2)
    assert got["clock_share"].base == pytest.approx(0.7273, abs=0.0001)
    assert got["bound"] == "the circuit" and got["full_cards"].base == 2
    assert got["wall"].to("W") == pytest.approx(1440)


def test_one_card_has_all_it_wants():
    got = outputs(cards=1)
    assert got["clock_share"].base == 1 and got["lost"].base == 0


def test_a_supply_that_is_smaller_than_the_circuit_limits():
    # (1000 - 300) / 2 = 350 W
    got = outputs(cards=2, supply="1000 W", current="30 A")
    assert got["bound"] == "the power supply" and got["cap"].to("W") == pytest.approx(350)
    assert got["supply_left"].to("W") == pytest.approx(0, abs=1e-9)


def test_cooling_limits_too():
    got = outputs(box="unlimited", cooling="300 W")
    assert got["bound"] == "cooling" and got["cap"].to("W") == 300


def test_measured_over_rated():
    # A100: 258 / 312 = 82.7%; H100 SXM: 794.5 / 989.4 = 80.3%
    assert outputs(gpu="a100-sxm4-80gb", box="unlimited", measured="258 TFLOPS")["achieved"].to("%") == pytest.approx(
        82.69, abs=0.01
    )
    assert outputs(gpu="h100-sxm5-80gb", box="unlimited")["achieved"].to("%") == pytest.approx(80.3, abs=0.05)


def test_above_the_rated_rate_only_with_the_clock_that_explains_it():
    # 165.2 * 2600 / 2520 = 170.4 TFLOPS
    with pytest.raises(InputProblems, match=r"clock of at least 2,5\d\d MHz") as wrong:
        outputs(format="fp16", measured="168.38 TFLOPS")
    assert [problem.field for problem in wrong.value.problems] == ["measured"]
    assert outputs(format="fp16", measured="168.38 TFLOPS", clock="2600 MHz")["achieved"].base > 1
    with pytest.raises(InputProblems):
        outputs(format="fp16", measured="330 TFLOPS", clock="2600 MHz")


def test_without_a_measurement_there_is_no_percentage():
    assert outputs(gpu="l4", box="unlimited")["achieved"] == "none"


@given(st.integers(1, 20))
def test_more_cards_never_do_less_in_sum_at_the_same_power_by_the_cube(cards):
    # with no static power, n cards at P/n do n * (P/n)^(1/3): growing with n
    def fleet(n):
        return outputs(cards=n, static="0%", host="0 W")["all_cards"].base

    assert fleet(cards + 1) >= fleet(cards) * (1 - 1e-12)


@given(st.floats(200, 450), st.floats(1, 4))
def test_a_cap_never_raises_the_clock(limit, exponent):
    got = outputs(box="unlimited", limit=f"{limit:.3f} W", exponent=f"{exponent:.3f}")
    assert 0 < got["clock_share"].base <= 1


@pytest.mark.parametrize(
    ("inputs", "field", "said"),
    [
        ({"host": "2000 W"}, "host", "takes all of"),
        ({"cards": "10"}, "cards", "do not follow the clock"),
        ({"box": "unlimited", "limit": "100 W"}, "limit", "do not follow the clock"),
        ({"box": "unlimited", "cooling": "100 W"}, "cooling", "do not follow the clock"),
    ],
)
def test_refusals(inputs, field, said):
    with pytest.raises(InputProblems, match=said) as wrong:
        outputs(**inputs)
    assert [problem.field for problem in wrong.value.problems] == [field]


def test_the_clock_and_the_rate_of_all_cards_by_hand():
    # 0.7273 of 2520 MHz and of four times 165.2 TFLOPS; 1600 W - 4 * 256.2 W - 300 W of the supply are left
    got = outputs(gpu="rtx-4090", cards=4)
    assert got["clock"].to("MHz") == pytest.approx(0.7273 * 2520, rel=1e-4)
    assert got["all_cards"].base == pytest.approx(4 * got["rate"].base)
    assert got["lost"].base == pytest.approx(1 - 0.7273, abs=1e-4)
    assert got["supply_left"].to("W") == pytest.approx(1600 - 4 * 256.2 - 300)


def test_a_box_without_limits_feeds_all_cards():
    got = outputs(box="unlimited", cards=7)
    assert (got["full_cards"].base, got["supply_left"], got["circuit"]) == (7, "none", "none")
    assert got["bound"] == "the work itself"  # not the equal limit of the card


def test_as_many_cards_at_full_power_as_the_box_feeds():
    # 1500 W at 100% less 300 W: two of 600 W exactly, and none of 1201 W
    box = {"current": "15 A", "voltage": "100 V", "continuous": "100%", "efficiency": "100%", "host": "300 W"}
    for demand, cards in (("600 W", 2), ("601 W", 1), ("1200 W", 1), ("1201 W", 0)):
        assert outputs(**box, cards=2, demand=demand, limit="10000 W", cooling="10000 W", static="0%")["full_cards"].base == cards
    assert outputs(**box, cards=1, demand="600 W")["full_cards"].base == 1


def test_the_circuit_is_named_where_it_gives_less_than_the_supply():
    box = {"voltage": "100 V", "continuous": "100%", "efficiency": "100%", "supply": "1000 W", "cards": 2}
    assert outputs(**box, current="10 A")["bound"] == "the power supply"
    assert outputs(**box, current="9.99 A")["bound"] == "the circuit"


def test_a_host_that_takes_exactly_what_there_is_is_refused():
    box = {"voltage": "100 V", "continuous": "100%", "efficiency": "100%", "current": "10 A", "cards": 1, "static": "0%"}
    with pytest.raises(InputProblems, match="takes all of"):
        outputs(**box, host="1000 W")
    assert outputs(**box, host="999 W")["cap"].to("W") == pytest.approx(1)


def test_measured_over_the_peak_under_the_limit():
    got = outputs(gpu="a100-sxm4-80gb", box="unlimited", measured="156 TFLOPS")
    assert (got["achieved"].base, got["of_limit"].base) == (pytest.approx(0.5), pytest.approx(0.5))


def test_the_summary_by_hand():
    # 256.2 W; 0.72733; a measured half of the A100's 312 TFLOPS
    assert "256.2 W per card, set by the circuit: 72.7% of the rated clock" in run("sustained_rate", {"cards": 4}).summary
    measured = {"gpu": "a100-sxm4-80gb", "box": "unlimited", "measured": "100 TFLOPS"}
    assert run("sustained_rate", measured).summary.endswith(" Measured: 32.1% of the rated peak.")
    assert "Measured" not in run("sustained_rate", {"gpu": "l4", "box": "unlimited"}).summary

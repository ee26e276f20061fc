"""Cost, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, run


def outputs(**inputs):
    return run("cost", inputs).outputs


def test_renting_by_the_hour():
    # $2.50 / (30 * 3600) * 1e6 = $23.15; $4.50 / (50 * 3600) * 1e6 = $25.00 per million tokens
    assert outputs(gpus=1, hourly="$2.50/h", rate=30, busy="100%")["rent_per_token"].value == pytest.approx(23.148148, rel=1e-6)
    assert outputs(gpus=1, hourly="$4.50/h", rate=50, busy="100%")["rent_per_token"].value == pytest.approx(25.0)


def test_energy_of_a_year():
    # 700 W * 8760 h * $0.08/kWh = $490.56
    got = outputs(gpus=1, power="700 W", electricity="0.08 USD/kWh", pue=1)
    assert got["energy_yearly"].value == pytest.approx(490.56)


def test_owning_spreads_the_purchase_and_adds_energy():
    # $30,000 + 3 years * $490.56 = $31,471.68 over 3 years of 8760 h
    got = outputs(gpus=1, price="30000 USD", host_share="0%", lifetime="3 year", power="700 W", electricity="0.08 USD/kWh", pue=1)
    assert got["own_hourly"].value * 3 * 8760 == pytest.approx(31_471.68)


def test_break_even_is_where_both_cost_the_same():
    got = outputs()
    assert got["break_even"].base * got["rent_hourly"].base == pytest.approx(got["own_hourly"].base)


def test_without_a_purchase_price_only_renting_is_known():
    finished = run("cost", {"gpu": "gh200-96gb"})
    unknown = {key for key, value in finished.outputs.items() if value == "none"}
    assert unknown == {"own_per_token", "break_even", "own_hourly", "capital_hourly"}
    assert "No purchase price of a single GH200 96GB, nor an estimate, is recorded: give your own." in finished.working.remarks
    assert [line.label for line in finished.calculator.chart(finished).series] == ["renting"]
    assert finished.calculator.summary(finished.inputs, finished.result).startswith("Renting: $")


def test_without_a_rent_only_owning_is_known():
    got = outputs(gpu="gaudi-2", price="10000 USD")
    assert got["rent_per_token"] == got["break_even"] == "none" and got["own_per_token"].value > 0


def test_without_any_price_both_are_asked_for():
    with pytest.raises(InputProblems, match="hourly: no on-demand rent of Gaudi 2 is recorded") as raised:
        run("cost", {"gpu": "gaudi-2"})
    assert {problem.field for problem in raised.value.problems} == {"hourly", "price"}


def test_an_estimate_is_called_one():
    said = " ".join(run("cost", {"gpu": "h100-sxm5-80gb"}).working.remarks)
    assert "an estimate by" in said and "not an offer" in said


@given(st.floats(1, 100), st.floats(1, 100))
def test_idle_hours_divide_the_tokens_not_the_bill(busy, more):
    low, high = sorted((busy, more))
    idle, used = (outputs(busy=f"{share:.4f}%")["rent_per_token"].base for share in (low, high))
    assert idle >= used * (1 - 1e-9)

"""Cost, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import run


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


@given(st.floats(1, 100), st.floats(1, 100))
def test_idle_hours_divide_the_tokens_not_the_bill(busy, more):
    low, high = sorted((busy, more))
    idle, used = (outputs(busy=f"{share:.4f}%")["rent_per_token"].base for share in (low, high))
    assert idle >= used * (1 - 1e-9)

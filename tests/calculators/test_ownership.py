"""Owning a GPU against renting it, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, run

# Nothing but the price and the power of the GPU itself.
PLAIN = {"host_share": "0%", "host_power": "0 W", "resale": "0%", "interest": "0%", "pue": "1", "idle_share": "0%"}
H100 = PLAIN | {"price": "30000", "power": "700 W", "electricity": "0.08", "lifetime": "3 year", "busy": "100%", "hourly": "3"}
ADA = {"against": "rtx-4090", "against_price": "1800", "against_power": "350 W"}


def outputs(**inputs):
    return run("ownership", inputs).outputs


def test_energy_of_a_year():
    # 700 W * 8760 h * $0.08/kWh = $490.56; 350 W: $245.28
    assert outputs(**H100)["energy_yearly"].value == pytest.approx(490.56)
    assert outputs(**H100 | {"power": "350 W"})["energy_yearly"].value == pytest.approx(245.28)


def test_cost_of_owning_over_three_years():
    # $30,000 + 3 * $490.56 = $31,471.68; $1,800 + 3 * $245.28 = $2,535.84
    assert outputs(**H100)["total"].value == pytest.approx(31_471.68)
    assert outputs(**H100 | {"price": "1800", "power": "350 W"})["total"].value == pytest.approx(2_535.84)


@pytest.mark.parametrize(("rate", "price", "power", "cost"), [
    (95, 30000, 700, 3.50), (42, 1800, 350, 0.638), (2800, 30000, 700, 0.119), (320, 1800, 350, 0.084),
])  # fmt: skip
def test_cost_of_a_million_tokens_over_three_years(rate, price, power, cost):
    # $31,471.68 / (95 * 94.608 million seconds) = $3.50 per million tokens
    got = outputs(**H100 | {"rate": str(rate), "price": str(price), "power": f"{power} W"})
    assert got["own_per_token"].to("USD/Mtoken") == pytest.approx(cost, abs=0.0005 if cost < 1 else 0.005)


def test_the_other_gpu_is_owned_under_the_same_conditions():
    # 31,471.68 / 2,535.84 = 12.41 times the cost: so much faster must it be
    got = outputs(**H100 | ADA | {"rate": "95", "against_rate": "42"})
    assert got["against_per_token"].to("USD/Mtoken") == pytest.approx(0.638, abs=0.0005)
    assert got["times_as_fast"].base == pytest.approx(31_471.68 / 2_535.84)
    assert got["break_even_against"] == "none"  # 95 / 42 is only 2.3 times as fast


def test_a_faster_gpu_need_not_be_always_busy():
    # twenty times as fast at 12.41 times the cost: 62% of the time, nearly all of its cost being capital
    got = outputs(**H100 | ADA | {"rate": "840", "against_rate": "42"})
    per_token = 2_535.84 / (42 * 94.608e6)
    always, by_use = 30_000 / 94.608e6, 0.7 * 0.08 / 3600
    assert got["break_even_against"].base == pytest.approx(always / (per_token * 840 - by_use))
    assert 0.6 < got["break_even_against"].base < 0.64


def test_break_even_is_where_both_cost_the_same():
    at = outputs()["break_even"].base
    got = outputs(busy=f"{at * 100:.12f}%")
    assert got["own_per_used_hour"].base == pytest.approx(got["rent_hourly"].base, rel=1e-9)
    assert got["saved_yearly"].base == pytest.approx(0, abs=1e-6)
    assert got["break_even_hours"].to("h") == pytest.approx(24 * at)


def test_a_loan_is_repaid_monthly():
    # $200,000 over 15 years at 7.5%: $1,854.02 a month (numpy-financial, pmt)
    loan = PLAIN | {"price": "200000", "interest": "7.5%", "lifetime": "15 year", "electricity": "0", "hourly": "1"}
    assert outputs(**loan)["capital_hourly"].to("USD/month") == pytest.approx(1854.0247200054619)


def test_without_interest_the_loss_of_value_is_spread_evenly():
    # $10,000 less half of it over 5 years: $1,000 a year; a tiny interest costs hardly more
    plain = PLAIN | {"price": "10000", "resale": "50%", "lifetime": "5 year", "electricity": "0", "hourly": "1"}
    assert outputs(**plain)["capital_hourly"].to("USD/year") == pytest.approx(1000)
    assert outputs(**plain | {"interest": "0.0001%"})["capital_hourly"].to("USD/year") == pytest.approx(1000, rel=1e-5)


def test_what_is_sold_for_its_price_costs_its_interest():
    # $10,000 bound for any time at 12% a year: $100 a month
    whole = PLAIN | {"price": "10000", "resale": "100%", "interest": "12%", "electricity": "0", "hourly": "1"}
    assert outputs(**whole)["capital_hourly"].to("USD/month") == pytest.approx(100)


def test_staff_and_host_are_paid_always():
    got = outputs(**H100 | {"staff": "8760", "busy": "50%"})
    assert got["own_hourly"].to("USD/h") - outputs(**H100 | {"busy": "50%"})["own_hourly"].to("USD/h") == pytest.approx(1)


def test_owning_that_never_pays_has_no_break_even():
    got = run("ownership", H100 | {"hourly": "0.5"})
    assert got.outputs["break_even"] == got.outputs["break_even_hours"] == "none"
    assert any("never pays" in remark for remark in got.working.remarks)
    cheaper_than_power = run("ownership", H100 | {"hourly": "0.01"})
    assert cheaper_than_power.outputs["break_even"] == cheaper_than_power.outputs["payback"] == "none"


@given(st.floats(0.01, 1), st.floats(0.01, 1))
def test_more_use_makes_an_hour_used_cheaper(one, other):
    low, high = sorted((one, other))
    idle, used = (outputs(busy=f"{share * 100:.6f}%")["own_per_used_hour"].base for share in (low, high))
    assert idle >= used * (1 - 1e-9)


@given(st.floats(0, 0.3), st.floats(0, 0.3))
def test_interest_never_makes_owning_cheaper(one, other):
    low, high = (outputs(interest=f"{rate * 100:.9f}%")["own_hourly"].base for rate in sorted((one, other)))
    assert low <= high * (1 + 1e-9)


def test_a_price_that_nobody_recorded_is_asked_for():
    with pytest.raises(InputProblems, match=r"hourly: no on-demand rent of .* is recorded") as raised:
        run("ownership", {"gpu": "gaudi-2"})
    assert {problem.field for problem in raised.value.problems} == {"hourly", "price"}


def test_a_recorded_price_says_where_and_when():
    said = " ".join(run("ownership").working.remarks)
    assert "asked on 20" in said and "the middle one of" in said


@pytest.mark.parametrize(("field", "given"), [
    ("busy", "0%"), ("lifetime", "0 year"), ("pue", "0.9"), ("resale", "101%"), ("interest", "-1%"), ("price", "5 USD/h"),
])  # fmt: skip
def test_nonsense_is_refused_with_the_field(field, given):
    with pytest.raises(InputProblems, match=field):
        run("ownership", {field: given})


def test_what_a_gpu_draws_while_idle_and_in_use():
    # half of 700 W always, the other half for half of the time: 525 W * 8760 h * $0.08 = $367.92
    got = outputs(**H100 | {"idle_share": "50%", "busy": "50%"})
    assert got["energy_yearly"].value == pytest.approx(367.92)


def test_what_is_saved_and_when_it_is_paid_back():
    # rent of $26,280 a year, against $10,490.56; $30,000 / ($3 - $0.056) = 10,190 h, 730 of them a month
    got = outputs(**H100)
    assert got["saved_yearly"].value == pytest.approx(26_280 - 10_490.56)
    assert got["payback"].value == pytest.approx(30_000 / 2.944 / 730)
    assert got["cheaper"] == "owning" and outputs(**H100 | {"hourly": "1.19"})["cheaper"] == "renting"


def test_the_summary_says_from_when_owning_pays():
    # $30,000 / 26,280 h = $1.1416, over $3 - $0.056: 38.8% of 24 h = 9.306 h
    assert run("ownership", H100).summary.endswith("owning pays from 9.31 h of use a day.")
    assert run("ownership", H100 | {"hourly": "0.5"}).summary.endswith("owning never pays.")


def test_how_much_dearer_owning_stays():
    # ($1.1416 + $0.056) / $0.70 = 1.711
    assert any("costs 1.71× as much" in remark for remark in run("ownership", H100 | {"hourly": "0.7"}).working.remarks)


def test_only_what_is_dearer_even_when_busy_is_said_to_be():
    for rate, told in (("95", True), ("840", False)):
        remarks = run("ownership", H100 | ADA | {"rate": rate, "against_rate": "42"}).working.remarks
        assert any("makes dearer tokens" in remark for remark in remarks) == told
    # tokens that cost less than the power to make them here: not even that is compared
    cheap = run("ownership", H100 | ADA | {"rate": "1", "against_rate": "42"})
    assert cheap.outputs["break_even_against"] == "none"

"""Owning against renting at the edges: where both cost the same, worked by hand."""

import pytest

from calculators import run

# Nothing but the price and the power of the GPU itself.
PLAIN = {"host_share": "0%", "host_power": "0 W", "resale": "0%", "interest": "0%", "pue": "1", "idle_share": "0%"}
H100 = PLAIN | {"price": "30000", "power": "700 W", "electricity": "0.08", "lifetime": "3 year", "busy": "100%", "hourly": "3"}


def outputs(**inputs):
    return run("ownership", inputs).outputs


def test_rented_tokens_by_hand():
    # $3 for 3.6 million tokens
    assert outputs(**H100 | {"rate": "1000"})["rent_per_token"].to("USD/Mtoken") == pytest.approx(3 / 3.6)


def test_the_rate_of_the_other_is_in_the_ratio_of_bandwidths_unless_given():
    # A100 SXM 2,039 GB/s, A10 600 GB/s: 294.3 of 1,000 tokens/s
    inputs = run(
        "ownership", {"gpu": "a100-sxm4-80gb", "against": "a10", "rate": "1000", "price": "15000", "against_price": "3000"}
    ).inputs
    assert inputs.against_rate == pytest.approx(1000 * 600 / 2039)


# 2 ** -10 USD a second: what $30,796.875 are over a year, and 1024 W at 2 ** -20 USD a joule. Floats hold all of it exactly.
EXACTLY = PLAIN | {
    "price": "30796.875", "lifetime": "1 year", "power": "1024 W", "electricity": f"{2**-20:.20f} USD/J",
    "hourly": f"{2**-10} USD/s", "busy": "100%", "rate": "1", "against_rate": "1",
}  # fmt: skip


def test_a_rent_of_just_the_electricity_never_pays_owning():
    finished = run("ownership", EXACTLY)
    assert finished.outputs["own_hourly"].base == 2**-9
    assert finished.outputs["break_even"] == finished.outputs["payback"] == "none"
    assert any("less than the electricity" in remark for remark in finished.working.remarks)


def test_a_rent_of_just_what_owning_costs_is_the_break_even():
    got = outputs(**EXACTLY | {"hourly": f"{2**-9} USD/s"})
    assert (got["break_even"].base, got["saved_yearly"].base, got["cheaper"]) == (1, 0, "renting")


def test_just_what_the_other_costs_is_the_break_even_with_it():
    # both cost 2 ** -10 USD a second kept and as much by use; then the other half of that, so that use alone costs as much here
    alike = run("ownership", EXACTLY | {"against_price": "30796.875", "against_power": "1024 W"})
    assert alike.outputs["break_even_against"].base == 1
    assert not any("makes dearer tokens" in remark for remark in alike.working.remarks)
    # three quarters as much always, and as much by use: 4/3 of all hours
    dearer = run("ownership", EXACTLY | {"against_price": "23097.65625", "against_power": "1024 W"})
    assert dearer.outputs["break_even_against"] == "none"
    assert any("makes dearer tokens" in remark for remark in dearer.working.remarks)
    half = {"against_price": "15398.4375", "against_power": "512 W"}
    assert outputs(**EXACTLY | half)["break_even_against"] == "none"


def test_a_loan_over_half_a_year_by_hand():
    # six months at 1%: the annuity factor of tables is 5.795476, so $1,725.48 a month
    loan = PLAIN | {"price": "10000", "interest": "12%", "lifetime": "0.5 year", "electricity": "0", "hourly": "1"}
    assert outputs(**loan)["capital_hourly"].to("USD/month") == pytest.approx(10_000 / 5.795476, rel=1e-6)


def test_the_smallest_interest_is_counted():
    # a billionth a year, over 60 months: half a month more than half of the time for each payment, (60 + 1) / 2 / 12 years
    loan = PLAIN | {"price": "10000", "interest": "0.0000001%", "lifetime": "5 year", "electricity": "0", "hourly": "1"}
    assert outputs(**loan)["capital_hourly"].to("USD/year") == pytest.approx(2000 * (1 + 61 / 24 * 1e-9), rel=2e-11)


def test_another_of_the_same_kind_is_called_the_other():
    for against, name in (("h100-pcie-80gb", "other H100 PCIe"), ("l40s", "L40S")):
        steps = run("ownership", {"against": against}).working.steps
        assert f"{name}: invested" in [step.label for step in steps]


def test_what_is_cheaper_depends_on_the_busy_hours():
    # half of the time: $1.14 + $0.03 for an hour kept, against $0.75
    assert outputs(**H100 | {"hourly": "1.50", "busy": "50%"})["cheaper"] == "renting"

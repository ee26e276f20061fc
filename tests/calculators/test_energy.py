"""Energy, worked by hand and from published estimates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, run

ALONE = {"gpus": "1", "load": "100%", "pue": "1"}


def outputs(**inputs):
    return run("energy", inputs).outputs


def test_a_year_of_electricity():
    # 700 W * 8760 h * $0.08 = $490.56; 350 W: $245.28
    assert outputs(**ALONE, power="700 W", electricity="0.08 USD/kWh")["time_cost"].value == pytest.approx(490.56)
    assert outputs(**ALONE, power="350 W", electricity="0.08 USD/kWh")["time_cost"].value == pytest.approx(245.28)


def test_joules_and_watt_hours():
    # 1500 W / 41.8 tokens/s = 35.9 J; 500 of them / 3600 = 4.98 Wh; 35.9 J * 1e6 / 3.6e6 = 9.97 kWh per million
    got = outputs(**ALONE, power="1500 W", rate="41.8", tokens="500")
    assert got["per_token"].base == pytest.approx(35.885, abs=0.001)
    assert got["per_query"].value == pytest.approx(4.984, abs=0.001)
    assert got["per_million"].value == pytest.approx(9.968, abs=0.001)


def test_host_and_facility_come_on_top():
    # (700 * 0.7 + 110) * 8 * 1.2 = 5760 W
    assert outputs(power="700 W", load="70%", host="110 W", gpus="8", pue="1.2")["power"].to("W") == pytest.approx(5760)


def test_carbon():
    # 1,082,990 GPU-hours * 0.4 kW * 57 g/kWh = 24.69 t
    got = outputs(**ALONE, power="400 W", time="1082990 h", intensity="57 g/kWh")
    assert got["time_carbon"].value == pytest.approx(24.69, abs=0.005)


def test_two_measured_points_give_the_exponent():
    # rate * 2^-1/2 at half the power: exponent one half, energy per token 0.5 / 0.7071 = 0.7071
    got = outputs(**ALONE, power="400 W", rate="100", cap="200 W", cap_rate="70.71067811865476")
    assert got["implied_exponent"].base == pytest.approx(0.5)
    assert got["saved"].base == pytest.approx(1 - 0.5**0.5)


@given(st.floats(0, 1), st.floats(0.3, 0.99))
def test_a_cap_never_saves_more_than_the_power_it_takes(exponent, share):
    got = outputs(**ALONE, power="400 W", exponent=f"{exponent:.6f}", cap=f"{400 * share:.6f} W")
    assert -1e-9 <= got["saved"].base <= 1 - share + 1e-6
    assert got["slower"].base >= 0


def test_an_idle_host_makes_deep_caps_cost_energy():
    assert outputs(**ALONE, power="400 W", host="400 W", exponent="1", cap="100 W")["saved"].base < 0


def test_without_a_cap_nothing_changes():
    got = outputs()
    assert got["capped_per_token"].base == got["per_token"].base and got["saved"].base == 0
    finished = run("energy", {"cap": "5000 W"})
    assert any("changes nothing" in remark for remark in finished.working.remarks)


def test_a_cap_does_not_make_it_faster():
    with pytest.raises(InputProblems, match="faster than without a cap") as wrong:
        outputs(**ALONE, power="400 W", rate="100", cap="300 W", cap_rate="120")
    assert [problem.field for problem in wrong.value.problems] == ["cap_rate"]


def test_what_a_cap_costs_by_hand():
    # 70.71 of 100 tokens/s at 200 W: 2.828 J for each; 29.3% slower
    got = outputs(**ALONE, power="400 W", rate="100", cap="200 W", cap_rate="70.71067811865476")
    assert got["capped_per_token"].base == pytest.approx(2 * 2**0.5)
    assert got["slower"].base == pytest.approx(1 - 0.5**0.5)


def test_a_rate_slightly_above_is_noise():
    given = ALONE | {"power": "400 W", "rate": "100", "cap": "300 W"}
    assert outputs(**given, cap_rate="105")["slower"].base == pytest.approx(-0.05)
    with pytest.raises(InputProblems, match="faster than without a cap"):
        outputs(**given, cap_rate="105.001")


@pytest.mark.parametrize(
    ("cap", "limits", "told"),
    [
        (400.0, False, False),
        (400 * (1 - 1e-9), False, False),
        (400 * (1 + 1e-9), False, False),
        (399.9, True, False),
        (401.0, False, True),
    ],
)
def test_a_cap_within_a_billionth_of_the_power_is_none(cap, limits, told):
    finished = run("energy", ALONE | {"power": "400 W", "cap": f"{cap!r} W"})
    assert (finished.outputs["implied_exponent"] != "none") == limits
    assert any("changes nothing" in remark for remark in finished.working.remarks) == told


def test_a_host_that_is_left_out_is_remarked_on():
    for host, told in (("0 W", True), ("1 W", False)):
        assert any("Only the GPUs" in remark for remark in run("energy", {"host": host}).working.remarks) == told


def test_the_summary_by_hand():
    # 35.885 J; 4.984 Wh; 1.5 kW * 0.01234 * 8760 h = 162.15 kWh
    given = ALONE | {"power": "1500 W", "rate": "41.8", "tokens": "500", "time": "0.01234 year"}
    said = run("energy", given).summary
    assert said.startswith("35.9 J/token, 4.98 Wh per query; 162.1 kWh in 0.0123 years cost $")

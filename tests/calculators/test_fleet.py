"""Two fleets, worked by hand: sums, cost, and where each is ahead."""

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators import InputProblems, facts, prices, run
from calculators.fleet import PARTS, table
from calculators.measured import lessons, reached
from calculators.units import Quantity, show

GPUS = sorted(facts.load().accelerators)
EIGHT_FOUR = {"a": "a100-sxm4-80gb", "a_gpus": "8", "b": "h100-sxm5-80gb", "b_gpus": "4"}


def outputs(**inputs):
    return run("fleet", inputs).outputs


def test_eight_of_one_against_four_of_the_other():
    # 8 x 312 = 2496 and 4 x 989.4 = 3958 TFLOPS, dense BF16; 8 x 80 = 640 and 4 x 80 = 320 GB
    got = outputs(**EIGHT_FOUR)
    assert got["a_peak"].to("TFLOPS") == pytest.approx(2496)
    assert got["b_peak"].to("TFLOPS") == pytest.approx(3957.6)
    assert (got["a_memory"].to("GB"), got["b_memory"].to("GB")) == (640, 320)
    # the same rent: $1.50 x 8 = $3 x 4
    rented = outputs(**EIGHT_FOUR, paid="rent", a_hourly="1.50 USD/h", b_hourly="3 USD/h")
    assert rented["ratio_cost"].base == pytest.approx(1)
    assert rented["same_cost"].base == pytest.approx(4)
    assert rented["a_cost_year"].base == pytest.approx(8 * 1.5 * 8760)


def test_a_result_stays_as_it_was_computed():
    with pytest.raises(FrozenInstanceError):
        run("fleet").result.peak_a = 1.0


def test_bandwidth_for_a_dollar():
    # 1008 / 1600 = 0.63 against 3352 / 30,000 = 0.112 GB/s per dollar
    got = outputs(a_price="30000 USD", b_price="1600 USD")
    assert got["b_bandwidth_per_dollar"].value == pytest.approx(0.63)
    assert got["a_bandwidth_per_dollar"].value == pytest.approx(0.112, abs=0.0005)


def test_n_cards_for_the_price_of_one():
    # $30,000 / $1,800 = 16.7 by price; power makes it fewer
    asked = {"a_price": "30000 USD", "b_price": "1800 USD"}
    got = outputs(**asked)
    assert got["price_ratio"].base == pytest.approx(16.67, abs=0.005)
    assert got["same_cost"].base < got["price_ratio"].base
    free = outputs(**asked, electricity="0 USD/kWh")
    assert free["same_cost"].base == pytest.approx(free["price_ratio"].base)


def test_what_owning_costs_a_year_by_hand():
    # $30,000 x 1.5 / 4 + 0.7 kW x 8760 h x 1.3 x $0.10 = 11,250 + 797.16
    assert outputs(a_price="30000 USD")["a_cost_year"].base == pytest.approx(11_250 + 797.16)


def test_prices_are_the_newest_recorded_of_each_card():
    finished = run("fleet")
    for side in "ab":
        gpu = getattr(finished.inputs, side)
        assert getattr(finished.inputs, f"{side}_price") == prices.newest(gpu, prices.PURCHASE).quantity.base
    rented = run("fleet", {"paid": "rent"}).inputs
    assert rented.b_hourly == prices.newest(rented.b, prices.HOURLY).quantity.base


def test_failures_grow_with_the_number_of_cards():
    # 419 in 54 days on 16,384 GPUs are 0.173 for each in a year
    got = outputs(b_gpus="1000")
    assert got["b_failures"].base == pytest.approx(173)
    observed = 419 / 16_384 / 54 * 365
    assert observed == pytest.approx(0.173, abs=0.0005)


def test_half_the_efficiency_halves_what_a_job_gets():
    full, half = outputs(b_efficiency="40%"), outputs(b_efficiency="20%")
    for key in ("b_usable", "b_per_dollar", "b_per_watt"):
        assert half[key].base == pytest.approx(full[key].base / 2)
    assert half["b_peak"] == full["b_peak"]


def trained(family, arithmetic="arithmetic in 16 bits"):
    return reached.lesson("training").groups[arithmetic, lessons.DENSE, family].median.share


def test_each_fleet_reaches_what_training_runs_reached_on_its_family():
    # 8 x 312 TFLOPS at the median of Ampere, 4 x 989.4 at that of Hopper
    finished = run("fleet", EIGHT_FOUR)
    ampere, hopper = trained("Ampere"), trained("Hopper")
    assert ampere > hopper
    assert finished.outputs["a_usable"].to("TFLOPS") == pytest.approx(2496 * ampere)
    assert finished.outputs["b_usable"].to("TFLOPS") == pytest.approx(3957.6 * hopper)
    (note,) = (remark for remark in finished.working.remarks if remark.startswith("Efficiency (first)"))
    assert "Eight tenths of them lie between" in note


@pytest.mark.parametrize("sides", ["ab", "ba"])
def test_a_family_that_nobody_measured_gets_no_lead(sides):
    known, unknown = sides
    finished = run("fleet", {known: "h100-sxm5-80gb", unknown: "rtx-4090"})
    assert (
        getattr(finished.inputs, f"{unknown}_efficiency") == getattr(finished.inputs, f"{known}_efficiency") == trained("Hopper")
    )
    assert any(
        "too few are recorded on the family of RTX 4090, so H100 SXM stands in" in said for said in finished.working.remarks
    )
    neither = run("fleet", {known: "mi300x", unknown: "rtx-4090"})
    wide = reached.lesson("training").groups["arithmetic in 16 bits", lessons.DENSE].median.share
    assert neither.inputs.a_efficiency == neither.inputs.b_efficiency == wide
    assert not any("stands in" in remark for remark in neither.working.remarks)


def test_a_format_that_nobody_trained_in_takes_what_bf16_reached():
    eighths = run("fleet", EIGHT_FOUR | {"format": "fp8", "a": "h200-sxm-141gb"}).inputs
    assert eighths.b_efficiency == trained("Hopper", "arithmetic in 8 bits") < trained("Hopper")
    finished = run("fleet", EIGHT_FOUR | {"format": "fp64"})
    assert finished.inputs.b_efficiency == trained("Hopper")
    assert any("no training in FP64 is recorded, so BF16 stands in" in remark for remark in finished.working.remarks)


def test_the_table_gives_the_range_that_training_runs_lie_in():
    finished = run("fleet", EIGHT_FOUR | {"a_efficiency": "10%"})  # the reader's own share changes no measurement
    ranges = []
    for peak, family in ((2496, "Ampere"), (3957.6, "Hopper")):
        runs = reached.lesson("training").groups["arithmetic in 16 bits", lessons.DENSE, family]
        ends = [show(Quantity.of(peak * reach.share, "TFLOPS"), 3) for reach in (runs.low, runs.high)]
        ranges.append(f"<td>{ends[0]} to {ends[1]}</td>")
    assert f"Usable rate of eight tenths of training runs</th>{''.join(ranges)}<td>–</td><td>–</td>" in table(finished)
    assert "<td>not known</td>" in table(run("fleet", {"b": "a100-sxm4-80gb", "format": "fp8"}))


def test_at_the_efficiency_that_matches_both_do_the_same():
    match = outputs()["efficiency_to_match"].base
    assert outputs(b_efficiency=f"{match * 100:.9f}%")["ratio_usable"].base == pytest.approx(1, rel=1e-6)


def test_each_row_has_a_winner_who_has_more_or_needs_less():
    got = outputs()
    assert "link of one GPU" in got["first_wins"] and "summed power" in got["first_wins"]
    assert "summed memory" in got["second_wins"] and "bandwidth per dollar" in got["second_wins"]


def test_links_count_one_direction():
    got = outputs()
    assert got["a_link"].to("GB/s") == pytest.approx(450)
    assert got["b_link"].to("GB/s") == pytest.approx(31.5, abs=0.02)


def test_what_is_not_known_is_asked_for():
    finished = run("fleet", {"a": "tpu-v5e"})
    assert finished.outputs["a_power"] == finished.outputs["a_cost_year"] == finished.outputs["same_cost"] == "none"
    assert "TPU v5e has no power limit: give your own." in finished.working.remarks
    assert "No purchase price of a single TPU v5e, nor an estimate, is recorded: give your own." in finished.working.remarks
    known = {"a": "tpu-v5e", "a_power": "200 W", "a_price": "5000 USD"}
    assert isinstance(run("fleet", known).outputs["same_cost"], Quantity)


def test_a_rent_that_nobody_recorded_leaves_the_cost_open():
    finished = run("fleet", {"a": "gaudi-2", "paid": "rent"})
    assert finished.outputs["a_cost_year"] == "none" and isinstance(finished.outputs["b_cost_year"], Quantity)
    assert "No on-demand rent of Gaudi 2 is recorded: give your own." in finished.working.remarks


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"b_efficiency": "101%"}, "b_efficiency"),
        ({"a_gpus": "0"}, "a_gpus"),
        ({"b_price": "0"}, "b_price"),
        ({"a_price": "3 USD/h"}, "a_price"),
        ({"b": "rtx-409"}, "b"),
    ],
)
def test_bad_input_is_refused_by_field(inputs, field):
    with pytest.raises(InputProblems) as wrong:
        outputs(**inputs)
    assert {problem.field for problem in wrong.value.problems} == {field}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(GPUS), st.integers(1, 5000))
def test_a_fleet_against_itself_wins_nothing(gpu, gpus):
    got = outputs(a=gpu, b=gpu, a_gpus=str(gpus), b_gpus=str(gpus), a_price="5000", b_price="5000")
    assert got["first_wins"] == got["second_wins"] == "nothing"
    assert got["ratio_usable"] == "none" or got["ratio_usable"].base == 1


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 1000), st.integers(2, 50))
def test_sums_are_proportional_and_shares_are_not(gpus, factor):
    small, large = outputs(b_gpus=str(gpus)), outputs(b_gpus=str(gpus * factor))
    for key in ("peak", "usable", "memory", "bandwidth", "power", "failures", "cost_year"):
        assert large[f"b_{key}"].base == pytest.approx(factor * small[f"b_{key}"].base)
    for key in ("link", "per_dollar", "per_watt", "bandwidth_per_dollar"):
        assert large[f"b_{key}"].base == pytest.approx(small[f"b_{key}"].base)
    assert large["same_cost"].base == pytest.approx(small["same_cost"].base)


def test_the_table_has_a_row_for_every_part():
    finished = run("fleet")
    shown = finished.calculator.table(finished)
    assert all(label in shown for label, *_ in PARTS.values())


EQUALLY = {"a_efficiency": "40%", "b_efficiency": "40%"}
SEVEN_FOUR = EIGHT_FOUR | EQUALLY | {"a_gpus": "7", "paid": "rent", "a_hourly": "1.50 USD/h", "b_hourly": "3 USD/h"}


def test_what_compares_two_fleets_by_hand():
    # 40% of 2496 and of 3957.6 TFLOPS; $12 an hour; eight A100 of 400 W: 998.4 TFLOPS over 3200 W = 312 GFLOP/J
    got = outputs(**EIGHT_FOUR, **EQUALLY, paid="rent", a_hourly="1.50 USD/h", b_hourly="3 USD/h")
    assert got["efficiency_to_match"].base == pytest.approx(0.4 * 2496 / 3957.6)
    assert got["a_per_watt"].to("GFLOP/J") == pytest.approx(312)
    assert got["a_per_dollar"].to("EFLOP/USD") == pytest.approx(998.4e12 * 3600 / 12 / 1e18)
    assert got["a_power"].to("W") == 3200


def test_the_summary_has_three_digits_of_each_ratio():
    # 4 * 989.4 / (7 * 312) = 1.812; 320 / 560 = 0.5714; 12 / 10.5 = 1.1429
    said = run("fleet", SEVEN_FOUR).summary
    assert said.endswith("against 7 × A100 SXM: 1.81× the usable rate, 0.571× the memory, 1.14× the cost.")
    assert "the cost" not in run("fleet", {"a": "gaudi-2", "paid": "rent"}).summary


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"a_gpus": "1", "b_gpus": "2"}, True),
        ({"a_gpus": "2", "b_gpus": "1"}, True),
        ({"a_gpus": "1", "b_gpus": "1"}, False),
        ({"a_efficiency": "41%"}, False),
    ],
)
def test_an_efficiency_that_is_alike_is_remarked_on_where_cards_exchange(inputs, told):
    assert any("same share of their peak" in remark for remark in run("fleet", inputs).working.remarks) == told


def test_a_rent_is_asked_for_only_where_it_is_paid():
    bought = " ".join(run("fleet", {"a": "gaudi-2"}).working.remarks)
    assert "on-demand rent" not in bought and "purchase price of a single Gaudi 2" in bought
    assert "give your own" not in " ".join(run("fleet").working.remarks)

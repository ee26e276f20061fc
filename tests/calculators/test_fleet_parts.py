"""The parts of a fleet one by one: which side each part counts for, and where links come from."""

import dataclasses
from types import SimpleNamespace

import pytest

from calculators import facts, fleet, fleet_share, run
from calculators.declare import Derived

GPUS = facts.load().accelerators
MORE_IS_BETTER = ("peak", "usable", "memory", "bandwidth", "link", "per_dollar", "per_watt", "bandwidth_per_dollar")
LESS_IS_BETTER = ("power", "failures", "cost_year")


def test_all_cards_read_their_own_memory():
    # eight A100 of 2,039 GB/s
    got = run("fleet", {"a": "a100-sxm4-80gb", "a_gpus": 8}).outputs
    assert got["a_bandwidth"].to("GB/s") == pytest.approx(8 * 2039)


def test_who_has_more_of_a_good_thing_or_less_of_a_bad_one_wins():
    assert sorted(MORE_IS_BETTER + LESS_IS_BETTER) == sorted(fleet.PARTS)
    for key in fleet.PARTS:
        more, less, unknown = (SimpleNamespace(**{key: value}) for value in (2.0, 1.0, None))
        assert fleet.winner_of(key, more, less) == ("a" if key in MORE_IS_BETTER else "b")
        assert fleet.winner_of(key, less, more) == ("b" if key in MORE_IS_BETTER else "a")
        assert (
            fleet.winner_of(key, more, more) == fleet.winner_of(key, more, unknown) == fleet.winner_of(key, unknown, more) == ""
        )


def test_a_link_is_a_fact_where_the_source_counts_one_direction_and_else_says_how_it_is_had():
    one_way = fleet._link("a")({"a": GPUS["h100-sxm5-80gb"]})
    assert one_way == GPUS["h100-sxm5-80gb"]["interconnect.nvlink_per_direction"]
    halved = fleet._link("b")({"b": GPUS["h100-pcie-80gb"]})
    assert isinstance(halved, Derived) and len(halved.facts) == 1
    assert (halved.quantity.base * 2, halved.how) == (halved.facts[0].base, "One direction; the source adds both.")
    slot = fleet._link("a")({"a": GPUS["rtx-4090"]})
    assert isinstance(slot, Derived) and len(slot.facts) == 4
    assert slot.how == "RTX 4090 has no link of its own; its link is the PCIe slot."


def test_fleets_are_compared_by_what_they_cost_an_hour():
    # seven at $1.50: $10.50, for which there are three and a half at $3
    asked = {"a": "a100-sxm4-80gb", "a_gpus": 7, "b": "h100-sxm5-80gb", "b_gpus": 4, "paid": "rent"}
    finished = run("fleet", asked | {"a_hourly": "1.50 USD/h", "b_hourly": "3 USD/h"})
    [step] = (step for step in finished.working.steps if step.label == "GPUs of the second for the cost of the first")
    assert str(step).endswith("= $10.50/h / $3.00/h = 3.5 GPUs")


def test_the_range_of_training_runs_has_three_digits():
    finished = run("fleet", {"a_gpus": 1, "a_peak": "43.21 TFLOPS"})
    runs = fleet_share.group({"a": finished.inputs.a, "b": finished.inputs.b, "format": "bf16"}, "a")
    low, high = (43.21 * reach.share for reach in (runs.low, runs.high))
    assert 10 < low < high < 100
    assert f"<td>{low:.1f} TFLOPS to {high:.1f} TFLOPS</td>" in fleet.table(finished)


def test_a_result_stays_as_it_was_computed():
    result = fleet.Outputs(**dict.fromkeys((each.name for each in dataclasses.fields(fleet.Outputs)), 1.0))
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.same_cost = 2.0

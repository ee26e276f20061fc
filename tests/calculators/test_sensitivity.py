"""Which input decides: proportional inputs move the result in proportion, crossings are where the working says they are."""

from types import SimpleNamespace

import pytest

from calculators import call
from calculators.declare import Input
from calculators.present.sensitivity import sensitivity
from calculators.sensitivity import Influence, _crossing, _search, influences, target_of
from calculators.units import Quantity


def of(run, field):
    [found] = [each for each in influences(run) if each.field == field]
    return found


def test_half_the_bandwidth_takes_twice_as_long():
    run = call.run("decode", {"model": "llama-2-7b", "gpus": "1"})
    found, center = of(run, "bandwidth"), run.outputs["time_per_output_token"].base
    assert found.low.base == pytest.approx(2 * center)
    assert found.high.base == pytest.approx(center / 2)


def test_the_crossing_is_at_the_ridge_point():
    # one matrix of 4096 x 4096 in BF16 on an H100 turns compute bound at 345 rows (295 FLOP/byte)
    run = call.run("roofline", {"m": "64"})
    crossing = of(run, "m").crossing
    assert (crossing.before, crossing.after, crossing.at.base) == ("memory bandwidth", "arithmetic", 345)
    assert call.run("roofline", {"m": "345"}).outputs["bound"] == "arithmetic"
    assert call.run("roofline", {"m": "344"}).outputs["bound"] == "memory bandwidth"


def test_what_cannot_be_computed_has_no_result():
    run = call.run("decode", {"model": "llama-2-70b", "gpus": "2"})  # one H100 is too small
    assert of(run, "gpus").low is None


def test_counts_stay_whole_and_inputs_within_their_bounds():
    run = call.run("decode", {"model": "llama-2-7b", "gpus": "1", "batch": "1", "bandwidth_efficiency": "100%"})
    assert of(run, "batch").low == run.outputs["time_per_output_token"]
    assert of(run, "bandwidth_efficiency").high == run.outputs["time_per_output_token"]


@pytest.mark.parametrize("name", call.names())
def test_every_calculator_can_be_asked(name):
    run = call.run(name)
    reach = [found.reach(run.outputs[target_of(run)].base) for found in influences(run)]
    assert reach == sorted(reach, reverse=True)
    assert "<" in sensitivity(run)


def test_a_crossing_below_is_found_from_above():
    crossing = of(call.run("roofline", {"m": "1024"}), "m").crossing
    assert (crossing.before, crossing.after, crossing.at.base) == ("arithmetic", "memory bandwidth", 344)


def test_an_input_of_nothing_has_no_half_and_no_double():
    fields = {each.field for each in influences(call.run("collectives", {"latency": "0 us"}))}
    assert "latency" not in fields and "bandwidth" in fields


@pytest.mark.parametrize(
    ("low", "high", "center", "reach"),
    [
        (16, 4, 8, 1),
        (1 / 8, 1 / 2, 1 / 4, 1),
        (1, 16, 4, 2),
        (32, 16, 4, 3),
        (0, 16, 8, 1),  # no logarithm of nothing
        (None, 2, 8, 2),
        (None, None, 8, 0),
        (16, 4, 0, 0),
    ],
)
def test_a_result_moves_by_the_larger_of_its_two_changes_in_doublings(low, high, center, reach):
    ends = [None if end is None else Quantity(end, "s") for end in (low, high)]
    assert Influence("field", Quantity(1, ""), *ends, None).reach(center) == reach


SPEC = Input("quantity", "Size", "Any size.", unit="", low=1e-9, high=1e9)


def limited(start, limit):
    """A run with one input, at `start`, and one text that says what limits."""
    at = {"at": lambda field, base: SimpleNamespace(limit=limit(base))}
    outputs = {"limit": SimpleNamespace(unit=None)}
    value = SimpleNamespace(value=Quantity(start, ""))
    calculator = SimpleNamespace(output_specs=outputs)
    return SimpleNamespace(calculator=calculator, values={"size": value}, result=SimpleNamespace(limit=limit(start)), **at)


def above(threshold):
    return lambda base: "above" if base >= threshold else "below"


def found_from(start, threshold):
    return _crossing(limited(start, above(threshold)), "size", SPEC)


@pytest.mark.parametrize("far", [1000, 1 / 1000])
def test_a_crossing_is_looked_for_within_five_strides_of_four_either_way(far):
    near, beyond = found_from(8, 8 * far), found_from(8, 8 * far * (1.03 if far > 1 else 1 / 1.03))
    assert near.at.base == pytest.approx(8 * far, rel=1e-4)
    assert beyond is None


def test_a_crossing_lies_behind_the_change_by_a_stride_halved_fourteen_times_at_most():
    # of a stride from 1 to 4, halved again and again in ratio, the first end at or above just over 2
    crossing = found_from(1, 2 * (1 + 1e-9))
    assert (crossing.before, crossing.after) == ("below", "above")
    assert crossing.at.base == pytest.approx(2 * 4 ** (1 / 2**14), rel=1e-9)


@pytest.mark.parametrize(("low", "high", "nearer"), [(1.25, 20, 20), (5, 80, 5)])
def test_the_nearer_of_two_crossings_is_the_one_of_the_smaller_ratio(low, high, nearer):
    run = limited(10, lambda base: "low" if base < low else "high" if base > high else "between")
    assert _crossing(run, "size", SPEC).at.base == pytest.approx(nearer, rel=1e-3)


def test_a_search_goes_one_way():
    run = limited(8, above(20))
    assert _search(run, "size", SPEC, "limit", 4.0).at.base == pytest.approx(20, rel=1e-3)
    assert _search(run, "size", SPEC, "limit", 1 / 4.0) is None

"""Which input decides: proportional inputs move the result in proportion, crossings are where the working says they are."""

import pytest

from calculators import call
from calculators.present.sensitivity import sensitivity
from calculators.sensitivity import influences, target_of


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

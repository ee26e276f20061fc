"""Peak rates at their edges: sparsity on one side, units that nobody counted."""

import dataclasses

import pytest

from calculators import facts, run
from calculators.peak_rate import _units
from calculators.records import MissingFact

GPUS = facts.load().accelerators


def outputs(**inputs):
    return run("peak_rate", inputs).outputs


def test_units_that_nobody_counted_are_named_by_what_they_do():
    h100 = GPUS["h100-sxm5-80gb"]
    uncounted = dataclasses.replace(h100, facts={"rate.bf16_tensor": h100["rate.bf16_tensor"]})
    with pytest.raises(MissingFact, match=r"has no count of the units that do BF16$"):
        _units(uncounted, "bf16_tensor")


def test_what_skipped_multiplications_add_to_a_ratio():
    assert outputs(other_sparsity="sparse", mixed="allow")["ratio_of_sparsity"].base == 0.5
    assert outputs(sparsity="sparse", other_sparsity="sparse")["ratio_of_sparsity"].base == 1


def test_a_unit_that_does_one_flop_in_a_clock_has_the_rate_of_the_clock():
    assert outputs(per_clock="1", clock="1000000.5 Hz")["per_unit"].base == 1_000_000.5

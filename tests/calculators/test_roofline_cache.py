"""The second roof of a roofline, that of the L2 cache: when it is said to be out of reach, and what it rests on."""

import pytest

from calculators import run

A100 = {"gpu": "a100-sxm4-80gb"}  # its L2 cache has 40 MiB
ARRAYS = {"workload": "elementwise"}  # of 4,194,304 elements of two bytes: 8 MiB each


def out_of_reach(**inputs):
    return [remark for remark in run("roofline", A100 | inputs).working.remarks if "out of reach" in remark]


@pytest.mark.parametrize(("reads", "writes", "fits"), [(1, 0, True), (3, 2, True), (4, 2, False)])
def test_the_roof_of_the_cache_is_out_of_reach_of_what_does_not_fit(reads, writes, fits):
    said = "The working set of 50.33 MB does not fit into the L2 cache of 41.94 MB: its roof is out of reach."
    assert out_of_reach(**ARRAYS, reads=reads, writes=writes) == ([] if fits else [said])


def test_what_is_compute_bound_from_memory_needs_no_roof_of_the_cache():
    assert run("roofline", A100 | {"m": 8192}).outputs["share_of_l2"].base > 1
    assert out_of_reach(m=8192) == []


def test_what_fills_the_cache_to_the_last_byte_can_come_from_it():
    full = run("roofline", A100 | ARRAYS | {"reads": 3, "writes": 2, "source": "l2"}).outputs
    assert (full["share_of_l2"].base, full["bound"]) == (1, "L2 bandwidth")


@pytest.mark.parametrize(("size", "rests"), [({}, True), ({"l2_size": "20 MB"}, False)])
def test_the_size_of_the_cache_is_a_fact_unless_it_is_your_own(size, rests):
    assert ("a100-sxm4-80gb/memory.l2_cache" in run("roofline", A100 | size).working.facts) is rests

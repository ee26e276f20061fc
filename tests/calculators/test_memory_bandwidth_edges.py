"""Memory bandwidth at its edges: ECC, stated rates, and what is not known."""

import pytest

from calculators import InputProblems, facts, run
from calculators.memory_bandwidth import _bandwidth, data_rate
from calculators.records import MissingFact
from calculators.working import Working

GPUS = facts.load().accelerators


def outputs(**inputs):
    return run("memory_bandwidth", inputs).outputs


def test_only_the_ecc_that_a_source_tells_of_is_taken_off():
    # A10: a sixteenth of 24 GB; an H100 has lines of their own for check bits
    got = outputs(gpu="a10")
    assert (got["usable_capacity"].to("GB"), got["usable"]) == (22.5, got["bandwidth"])
    plain = outputs(gpu="h100-sxm5-80gb")
    assert (plain["usable_capacity"].to("GB"), plain["usable"]) == (80, plain["bandwidth"])


def test_a_rate_that_is_stated_comes_before_one_from_the_clock():
    stated = GPUS["mi210"]
    assert "memory.memory_clock" in stated and data_rate(stated) == stated["memory.data_rate"]
    with pytest.raises(MissingFact, match=r"memory\.data_rate"):
        data_rate(GPUS["h20-96gb"])


def test_where_no_bandwidth_is_known_the_field_that_lacks_it_is_named():
    for field, of in (("printed", ""), ("against", "a10")):
        with pytest.raises(InputProblems, match="has neither bus width and data rate nor a printed bandwidth") as wrong:
            _bandwidth(GPUS["a10"], None, None, None, field, Working())
        assert [(problem.field, problem.given) for problem in wrong.value.problems] == [(field, of)]


def test_lines_that_stacks_do_not_share_evenly():
    # 384 over five
    assert outputs(gpu="rtx-4090", stacks="5")["pins_per_stack"].base == 76.8


def test_the_printed_bandwidth_of_the_other_is_a_source_too():
    assert "gaudi-3/memory.bandwidth" in run("memory_bandwidth", {"against": "gaudi-3"}).working.facts

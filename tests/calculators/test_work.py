"""How wide elements are, and the number from which arithmetic limits, where it is searched for."""

from calculators.encodings import FLOATS, INTEGERS
from calculators.operations.work import ELEMENT_BYTES, Searched
from calculators.working import Working


def test_elements_are_as_wide_as_their_encoding():
    encodings = FLOATS | INTEGERS | {"fp8": FLOATS["fp8_e4m3"], "fp6": FLOATS["fp6_e2m3"], "fp4": FLOATS["fp4_e2m1"]}
    assert {kind: (encodings[kind].stored_bits or encodings[kind].bits) / 8 for kind in ELEMENT_BYTES} == ELEMENT_BYTES


def test_a_search_finds_the_smallest_whole_number_that_is_at_least_one():
    for first in (1, 2, 345, 2**24):
        assert Searched("rows", lambda count, first=first: count / first).at_ridge(1, Working()) == first
    assert Searched("rows", lambda count: 10).at_ridge(5, Working()) == 1
    assert Searched("rows", lambda count: 4).at_ridge(5, Working()) is None

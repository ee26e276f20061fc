"""How wide elements are, and the number from which arithmetic limits, where it is searched for."""

from calculators.encodings import FLOATS, INTEGERS
from calculators.operations.work import ELEMENT_BYTES, Growth, Searched
from calculators.working import Working


def test_elements_are_as_wide_as_their_encoding():
    encodings = FLOATS | INTEGERS | {"fp8": FLOATS["fp8_e4m3"], "fp6": FLOATS["fp6_e2m3"], "fp4": FLOATS["fp4_e2m1"]}
    assert {kind: (encodings[kind].stored_bits or encodings[kind].bits) / 8 for kind in ELEMENT_BYTES} == ELEMENT_BYTES


def test_a_search_finds_the_smallest_whole_number_that_is_at_least_one():
    for first in (1, 2, 345, 2**24):
        assert Searched("rows", lambda count, first=first: count / first).at_ridge(1, Working()) == first
    assert Searched("rows", lambda count: 10).at_ridge(5, Working()) == 1
    assert Searched("rows", lambda count: 4).at_ridge(5, Working()) is None


def test_a_search_gives_up_beyond_what_anybody_batches():
    assert Searched("rows", lambda count: count / (2**24 + 1)).at_ridge(1, Working()) is None


def test_a_ridge_that_is_only_approached_is_never_reached():
    # 10 FLOP and 2 bytes each, and a byte besides: below 5 FLOP/byte for any number
    growth = Growth("rows", flop_each=10, bytes_each=2, fixed_bytes=1)
    assert growth.limit == 5 and growth.at_ridge(5, Working()) is None
    assert growth.at_ridge(4.9, Working()) == 25  # 10 n / (2 n + 1) >= 4.9 from n = 24.5 on

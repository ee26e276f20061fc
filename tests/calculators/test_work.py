"""Where arithmetic begins to limit an operation: straight lines by hand, and the search for what follows none."""

import math

import pytest

from calculators.operations.work import ELEMENT_BYTES, Growth, Searched, Work, count_at_ridge
from calculators.working import Working


def test_elements_take_the_bits_of_their_names():
    # TF32 is kept as FP32 is
    bits = {"fp64": 64, "fp32": 32, "tf32": 32, "bf16": 16, "fp16": 16, "fp8": 8, "fp6": 6, "fp4": 4, "int8": 8, "int4": 4}
    assert {kind: 8 * size for kind, size in ELEMENT_BYTES.items()} == bits


def test_rows_of_a_square_matrix():
    # 4096 x 4096 in two bytes at 295 FLOP/byte: 9.898e9 / 28.72e6 = 344.6
    side = 4096
    assert count_at_ridge(295, 2 * side * side, 0, 2 * side * side, 4 * side) == 345


@pytest.mark.parametrize(
    ("fixed_bytes", "fixed_flop", "count"),
    # at 10 FLOP/byte, each of them with 30 FLOP and one byte gains 20
    [(100, 0, 50), (101, 0, 51), (100, 200, 40), (100, 990, 1), (100, 5000, 1)],
)
def test_what_is_fixed_delays_or_hastens_it(fixed_bytes, fixed_flop, count):
    assert count_at_ridge(10, fixed_bytes, fixed_flop, 30, 1) == count
    growth = Growth("rows", 30, 1, fixed_bytes, fixed_flop)
    working = Working()
    assert growth.at_ridge(10, working) == count
    assert [step.label for step in working.steps] == ["Compute bound from (rows)"]


def test_arithmetic_per_byte_is_constant_where_nothing_is_fixed():
    assert Growth("rows", 30, 1, 0).constant
    assert not Growth("rows", 30, 1, 1).constant and not Growth("rows", 30, 1, 0, 1).constant
    assert Growth("rows", 30, 1, 0).at_ridge(10, Working()) is None


def test_a_ridge_at_the_limit_is_never_reached():
    assert Growth("rows", 30, 2, 100).limit == 15
    assert Growth("rows", 30, 0, 100).limit == math.inf
    assert Growth("rows", 30, 2, 100).at_ridge(15, Working()) is None
    # just below, 30 n over 2 n + 100 reaches 14.5 at 1450
    assert Growth("rows", 30, 2, 100).at_ridge(14.5, Working()) == 1450


@pytest.mark.parametrize(("ridge", "count"), [(0.5, 1), (1, 1), (1.5, 2), (2, 2), (1000, 1000), (1000.5, 1001), (2**24, 2**24)])
def test_the_search_finds_the_first_that_reaches_the_ridge(ridge, count):
    assert Searched("tokens", lambda n: n).at_ridge(ridge, Working()) == count


def test_the_smallest_number_that_the_search_finds_is_one():
    assert Searched("tokens", lambda n: 10).at_ridge(5, Working()) == 1
    assert Searched("tokens", lambda n: 4).at_ridge(5, Working()) is None


def test_the_search_gives_up_beyond_what_anybody_batches():
    growing = Searched("tokens", lambda n: n)
    assert growing.limit == 2**24
    assert growing.at_ridge(2**24 + 1, Working()) is None
    assert not growing.constant


def test_work_that_cannot_grow_may_say_why():
    assert Work(1, 1, 1, None).alone == ""

"""Scales, ticks and short numbers."""

from decimal import Decimal
from itertools import pairwise
from math import isclose

import pytest
from chart_parts import value
from hypothesis import assume, given
from hypothesis import strategies as st

from calculators.present.scale import Scale, domain, linear_ticks, log_ticks, minor_ticks, number, short

NUMBERS = st.floats(-1e30, 1e30, allow_subnormal=False)
POSITIVE = st.floats(1e-29, 1e29)
LIMITS = st.integers(5, 12)


@st.composite
def linear_ranges(draw) -> tuple[float, float]:
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    assume(high - low > max(abs(low), abs(high)) * 1e-9 and high - low > 1e-30)
    return low, high


@st.composite
def log_ranges(draw) -> tuple[float, float]:
    low = draw(POSITIVE)
    return low, min(low * draw(st.one_of(st.floats(1.001, 100), st.floats(1.001, 1e40))), 1e30)


def check(ticks, low, high, limit):
    values = [tick.value for tick in ticks]
    assert 2 <= len(values) <= limit
    assert all(low <= v <= high for v in values)
    assert all(a < b for a, b in pairwise(values))
    assert len({tick.label for tick in ticks}) == len(ticks), "two ticks with the same label"


@given(linear_ranges(), LIMITS)
def test_linear_ticks_are_round_distinct_and_inside(ends, limit):
    low, high = ends
    ticks = linear_ticks(low, high, limit)
    check(ticks, low, high, limit)
    steps = {Decimal(repr(b.value)) - Decimal(repr(a.value)) for a, b in pairwise(ticks)}
    assert max(steps) - min(steps) <= Decimal(repr(high - low)) * Decimal("1e-6")


@given(linear_ranges(), LIMITS)
def test_linear_labels_say_their_value(ends, limit):
    for tick in linear_ticks(*ends, limit):
        assert isclose(value(tick.label), tick.value, rel_tol=1e-9, abs_tol=(ends[1] - ends[0]) * 1e-6)


@given(log_ranges(), LIMITS, st.sampled_from([2, 10]))
def test_log_ticks_are_distinct_and_inside(ends, limit, base):
    check(log_ticks(*ends, limit, base), *ends, limit)


@given(log_ranges(), LIMITS)
def test_log_labels_say_their_value(ends, limit):
    for tick in log_ticks(*ends, limit):
        assert isclose(value(tick.label), tick.value, rel_tol=1e-9, abs_tol=(ends[1] - ends[0]) * 1e-6)


@given(st.integers(-60, 60), st.integers(4, 60), LIMITS)
def test_ticks_of_base_two_are_powers_of_two(first, doublings, limit):
    ticks = log_ticks(2.0**first, 2.0 ** (first + doublings), limit, base=2)
    assert {tick.value.hex().split("p")[0] for tick in ticks} == {"0x1.0000000000000"}


@pytest.mark.parametrize(
    ("ticks", "labels"),
    [
        (linear_ticks(0, 1, 6), "0 0.2 0.4 0.6 0.8 1.0"),
        (linear_ticks(0, 0.5, 6), "0 0.1 0.2 0.3 0.4 0.5"),
        (linear_ticks(0, 8_000, 6), "0 2,000 4,000 6,000 8,000"),
        (linear_ticks(0, 100_000, 6), "0 20k 40k 60k 80k 100k"),
        (linear_ticks(-1, 1, 5), "−1.0 −0.5 0 0.5 1.0"),
        (linear_ticks(0.1, 0.3, 5), "0.10 0.15 0.20 0.25 0.30"),
        (linear_ticks(0, 4e-6, 5), "0 10⁻⁶ 2×10⁻⁶ 3×10⁻⁶ 4×10⁻⁶"),
        (log_ticks(1, 10_000, 7), "1 10 100 1k 10k"),
        (log_ticks(1, 100, 7), "1 2 5 10 20 50 100"),
        (log_ticks(1, 1_000, 7), "1 3 10 30 100 300 1k"),
        (log_ticks(0.02, 2e6, 7), "1 100 10k 1M"),
        (log_ticks(1e-7, 1e-3, 5), "10⁻⁷ 10⁻⁶ 10⁻⁵ 10⁻⁴ 0.001"),
        (log_ticks(1, 512, 11, base=2), "1 2 4 8 16 32 64 128 256 512"),
        (log_ticks(1, 4_096, 7, base=2), "1 4 16 64 256 1,024 4,096"),
        (log_ticks(1, 4, 7), "1.0 1.5 2.0 2.5 3.0 3.5 4.0"),
        (log_ticks(11, 14, 7), "11.0 11.5 12.0 12.5 13.0 13.5 14.0"),
    ],
)
def test_known_ticks(ticks, labels):
    assert " ".join(tick.label for tick in ticks) == labels


def test_minor_ticks_lie_between_the_decades():
    assert minor_ticks(3, 40) == (3, 4, 5, 6, 7, 8, 9, 20, 30, 40)


@given(st.lists(NUMBERS, min_size=1, max_size=5), st.booleans())
def test_a_linear_domain_holds_all_values(values, rounded):
    low, high = domain(values, rounded=rounded)
    assert low < high
    assert low <= min(values) <= max(values) <= high


@given(st.lists(POSITIVE, min_size=1, max_size=5), st.booleans())
def test_a_log_domain_holds_all_values(values, rounded):
    low, high = domain(values, log=True, rounded=rounded)
    assert 0 < low < high
    assert low <= min(values) <= max(values) <= high


def test_domain_examples():
    assert domain([3, 989.4], rounded=True) == (0, 1000)
    assert domain([3, 989.4], log=True, rounded=True) == (2, 1000)
    assert domain([3, 989.4], log=True) == (3, 989.4)
    assert domain([-3, 4], rounded=True) == (-4, 4)
    assert domain([990, 1000], low=900, rounded=True) == (900, 1000)
    assert domain([5, 5], log=True) == (2.5, 10)
    assert domain([0, 0], rounded=True) == (0, 1)


@given(st.lists(POSITIVE, min_size=3, max_size=3, unique=True), st.booleans())
def test_a_scale_keeps_order_and_ends(values, log):
    low, middle, high = sorted(values)
    assume(high / low > 1.001)
    scale = Scale(low, high, 40, 600, log)
    assert scale.position(low) == 40
    assert isclose(scale.position(high), 600)
    assert 40 <= scale.position(middle) <= 600 + 1e-9


def test_a_log_scale_gives_equal_ratios_equal_room():
    scale = Scale(1, 1000, 0, 300, log=True)
    assert [scale.position(v) for v in (1, 10, 100, 1000)] == pytest.approx([0, 100, 200, 300])


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        (0, "0"), (1, "1"), (131_072, "131,072"), (295.149_253, "295.1"), (2.5, "2.5"), (9.999_96, "10"),
        (0.081, "0.081"), (1_979.4, "1,979"), (1234567.8, "1,234,568"), (-3.25, "−3.25"), (6.9e10, "69,000,000,000"),
        (1.5e-7, "1.5×10⁻⁷"), (2e18, "2×10¹⁸"), (1e-9, "10⁻⁹"),
    ],
)  # fmt: skip
def test_numbers_for_reading(given_, shown):
    assert number(given_) == shown


@given(NUMBERS)
def test_a_number_keeps_four_digits(x):
    assert isclose(value(number(x)), x, rel_tol=5.1e-4)


@pytest.mark.parametrize(("given_", "shown"), [(1e3, "1k"), (2.5e6, "2.5M"), (0.01, "0.01"), (250, "250"), (1e-6, "10⁻⁶")])
def test_short_numbers(given_, shown):
    assert short(given_) == shown

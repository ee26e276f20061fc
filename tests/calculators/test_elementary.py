"""Logarithms and powers: exact where they can be, and otherwise as near as floats go."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.elementary import growth, log10, raised

BASES = st.floats(1e-9, 1e9)
EXPONENTS = st.floats(-6, 6)


@pytest.mark.parametrize("exponent", range(-30, 31))
def test_logarithms_of_powers_of_ten_are_exact(exponent):
    assert log10(float(f"1e{exponent}")) == exponent


@pytest.mark.parametrize(
    ("base", "exponent", "found"),
    [
        (2, 10, 1024),
        (0.5, 3, 0.125),
        (4, 0.5, 2),
        (8, -1, 0.125),
        (7, 0, 1),
        (0, 2.5, 0),
        (1, 1e6, 1),
        (0.25, 3, 0.015625),
        (0, 1, 0),
        (0, 0.5, 0),
    ],
)
def test_powers_worked_by_hand(base, exponent, found):
    assert raised(base, exponent) == found


@given(BASES, EXPONENTS)
def test_a_power_is_what_the_c_library_gives_but_for_its_last_bit(base, exponent):
    expected = base**exponent
    assert abs(raised(base, exponent) - expected) <= math.ulp(expected)


@given(BASES, EXPONENTS, EXPONENTS)
def test_exponents_add_up(base, one, other):
    assert raised(base, one) * raised(base, other) == pytest.approx(raised(base, one + other), rel=1e-12)


@pytest.mark.parametrize(("base", "exponent"), [(-2, 2), (-0.5, 2), (0, 0), (0, -1)])
def test_what_is_no_power_is_refused(base, exponent):
    with pytest.raises(ValueError, match="is no number"):
        raised(base, exponent)


@pytest.mark.parametrize(
    ("rate", "times", "found"), [(0.5, 2, 1.25), (1, 3, 7), (0, 12, 0), (0.25, 0, 0), (-0.5, 1, -0.5), (1e-12, 2, 2e-12)]
)
def test_growth_worked_by_hand(rate, times, found):
    assert growth(rate, times) == pytest.approx(found, rel=1e-11, abs=0)


@pytest.mark.parametrize("value", [0, -1.5])
def test_what_has_no_logarithm_is_refused(value):
    with pytest.raises(ValueError, match="has no logarithm"):
        log10(value)

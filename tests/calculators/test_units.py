"""Units: conversion, dimensions, reading and printing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.units import Quantity, UnitError, parse_unit, read_quantity, readable, show


@pytest.mark.parametrize(
    ("text", "base", "shown"),
    [
        ("1,979 TFLOPS", 1.979e15, "1,979 TFLOPS"),
        ("3.35 TB/s", 3.35e12, "3.35 TB/s"),
        ("3350 GB/s", 3.35e12, "3,350 GB/s"),
        ("80GB", 80e9, "80 GB"),
        ("1 GiB", 2.0**30, "1 GiB"),
        ("$2.50/h", 2.5 / 3600, "$2.50/h"),
        ("$23.15 per million tokens", 23.15e-6, "$23.15 per million tokens"),
        ("0.10 USD/kWh", 0.1 / 3.6e6, "$0.10/kWh"),
        ("67%", 0.67, "67%"),
        ("3.2×", 3.2, "3.2×"),
        ("2.5x", 2.5, "2.5×"),
        ("70 billion parameters", 70e9, "70,000,000,000 parameters"),
        ("30 tokens per second", 30.0, "30 tokens/s"),
        ("41.2 ms", 0.0412, "41.2 ms"),
        ("814 mm^2", 814e-6, "814 mm^2"),
        ("21 Gbit/s", 21e9 / 8, "21 Gbit/s"),
    ],
)
def test_reads_and_prints(text, base, shown):
    quantity = read_quantity(text)
    assert quantity.base == pytest.approx(base, rel=1e-12)
    assert show(quantity).replace("tokens per second", "tokens/s") == shown


def test_decimal_and_binary_prefixes_are_different_units():
    assert Quantity.of(80, "GB").to("GiB") == pytest.approx(74.505806, rel=1e-6)


@pytest.mark.parametrize(
    ("have", "want"), [("GB", "GB/s"), ("layer", "head"), ("", "GB"), ("token/s", "FLOPS"), ("USD", "USD/h")]
)
def test_other_dimensions_are_refused(have, want):
    with pytest.raises(UnitError):
        Quantity.of(1, have).to(want)


def test_unknown_unit_names_the_nearest():
    with pytest.raises(UnitError, match=r"'GBs'.*did you mean.*GB"):
        parse_unit("GBs")


@pytest.mark.parametrize("text", ["", "GB", "about 80 GB", "--5", "1e9999 GB", "nan", "inf"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError):
        read_quantity(text, "GB")


@given(
    st.decimals(min_value="0.001", max_value="999999", places=3), st.sampled_from(["GB", "ms", "TFLOPS", "GiB", "USD/h", "token"])
)
def test_a_quantity_comes_back_in_its_own_unit(number, unit):
    assert Quantity.of(number, unit).value == pytest.approx(float(number), rel=1e-12)


@given(st.floats(min_value=1e-3, max_value=1e18))
def test_readable_keeps_the_size(base):
    assert readable(Quantity(base, "byte")).base == base


@given(st.floats(min_value=1e-6, max_value=1e14, allow_nan=False))
def test_printed_numbers_read_back_within_their_digits(value):
    shown = show(Quantity(value, "GB"))
    assert read_quantity(shown).to("GB") * 1e9 == pytest.approx(value, rel=1e-3, abs=1e-9)


@pytest.mark.parametrize("text", ["E0", ".", "+e5", "GB", ""])
def test_what_has_no_digits_is_no_number(text):
    with pytest.raises(ValueError):
        read_quantity(text)

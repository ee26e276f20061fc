"""Units: conversion, dimensions, reading and printing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.units import Quantity, UnitError, parse_unit, read_quantity, readable, require_one_dimension_of, show


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


@pytest.mark.parametrize(
    ("have", "want", "said"),
    [
        ("GB", "", "GB is byte, but a plain number is a plain number"),
        ("", "GB/s", "a plain number is a plain number, but GB/s is byte/s"),
    ],
)
def test_a_refusal_says_what_either_is(have, want, said):
    with pytest.raises(UnitError, match=said):
        Quantity.of(1, have).to(want)


def test_what_fits_none_of_several_is_compared_with_the_first():
    require_one_dimension_of("kB", ("s", "GB"))
    with pytest.raises(UnitError, match="but s is s"):
        require_one_dimension_of("USD", ("s", "GB"))


@pytest.mark.parametrize("base", [1.0, 0.1, 3.0, 1e25 / 3])
def test_a_unit_too_large_for_a_float_is_divided_by_exactly(base):
    # 10^24, which no float is
    assert parse_unit("PB/ns").of_base(base) == float(Fraction(base) / 10**24)


def test_a_unit_that_is_a_fraction_is_divided_by():
    assert parse_unit("bit*min").of_base(15.0) == 2  # 60/8


def test_a_number_beyond_all_floats_is_an_error():
    with pytest.raises(OverflowError):
        parse_unit("ns").of_base(1e300)


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


@pytest.mark.parametrize(
    ("unit", "factor", "dimension"),
    [
        ("", 1, "a plain number"),
        ("x", 1, "a plain number"),
        ("%", 0.01, "a plain number"),
        ("billion", 1e9, "a plain number"),
        ("million", 1e6, "a plain number"),
        ("ns", 1e-9, "s"),
        ("us", 1e-6, "s"),
        ("ms", 1e-3, "s"),
        ("s", 1, "s"),
        ("min", 60, "s"),
        ("h", 3600, "s"),
        ("day", 86_400, "s"),
        ("month", 2_628_000, "s"),  # a twelfth of 365 days
        ("year", 31_536_000, "s"),
        ("m", 1, "m"),
        ("mm^2", 1e-6, "m^2"),
        ("A", 1, "A"),
        ("V", 1, "J/A/s"),
        ("V*A", 1, "J/s"),
        ("W", 1, "J/s"),
        ("Wh", 3600, "J"),
        ("kWh", 3.6e6, "J"),
        ("MJ", 1e6, "J"),
        ("USD/h", 1 / 3600, "USD/s"),
        ("g", 1, "g"),
        ("kg", 1e3, "g"),
        ("t", 1e6, "g"),
        ("bit", 1 / 8, "byte"),
        ("Gbit/s", 1.25e8, "byte/s"),
        ("B", 1, "byte"),
        ("kB", 1e3, "byte"),
        ("KiB", 1024, "byte"),
        ("MiB", 1_048_576, "byte"),
        ("GiB", 1_073_741_824, "byte"),
        ("TiB", 1_099_511_627_776, "byte"),
        ("PB", 1e15, "byte"),
        ("TOPS", 1e12, "FLOP/s"),
        ("OP", 1, "FLOP"),
        ("EFLOP", 1e18, "FLOP"),
        ("PFLOPS", 1e15, "FLOP/s"),
        ("FLOP/byte", 1, "FLOP/byte"),
        ("MHz", 1e6, "1/s"),
        ("USD/Mtoken", 1e-6, "USD/token"),
        ("ktok", 1e3, "token"),
        ("GPU", 1, "GPU"),
        ("tokens per second", 1, "token/s"),
        ("GB/s/GB", 1, "1/s"),
    ],
)
def test_sizes_and_dimensions_of_units(unit, factor, dimension):
    found = parse_unit(unit)
    assert (float(found.factor), found.dimension_name) == (pytest.approx(factor, rel=1e-12), dimension)


@pytest.mark.parametrize(
    ("base", "unit", "shown"),
    [
        (0, "GB", "0 GB"),
        (0.999, "GB", "0.999 bytes"),
        (1, "byte", "1 byte"),
        (9999, "byte", "9,999 bytes"),
        (10_000, "byte", "10 kB"),
        (131_072, "GB", "131.1 kB"),
        (1e9, "GB", "1 GB"),
        (1e13, "GB", "10 TB"),
        (2e-9, "s", "2 ns"),
        (0.5e-9, "s", "0.5 ns"),
        (3e-6, "s", "3 µs"),
        (0.9994, "s", "999.4 ms"),
        (10_000, "s", "2.778 h"),
        (1e9, "s", "31.71 years"),
        (1e12, "FLOP/s", "1 TFLOPS"),
        (1 / 3600, "USD/s", "$1.00/h"),
        (1e-6, "USD/token", "$1.00 per million tokens"),
        (3.6e6, "J", "1 kWh"),
        (5, "head", "5 heads"),
    ],
)
def test_the_readable_unit_by_hand(base, unit, shown):
    assert show(readable(Quantity(base, unit))) == shown


@pytest.mark.parametrize(
    ("base", "unit", "significant", "shown"),
    [
        (0, "", 4, "0"),
        (1234.5, "", 4, "1,235"),
        (1234.5, "", 5, "1,234.5"),
        (123456.7, "", 4, "123,457"),
        (0.0012345, "", 4, "0.001235"),
        (2.5, "", 1, "3"),
        (0.125, "", 2, "0.13"),  # a half goes up
        (2.6749999999993, "", 3, "2.68"),  # a half in twelve digits
        (2.674999999993, "", 3, "2.67"),
        (1e-6, "", 4, "0.000001"),
        (9.99e-7, "", 4, "9.990e-07"),
        (1e15, "", 4, "1.000e+15"),
        (1e14, "", 4, "100,000,000,000,000"),
        (999_999_999_999_999, "", 4, "999,999,999,999,999"),
        (123_456_789_012_345, "", 4, "123,456,789,012,345"),  # a whole number keeps all digits
        (-1e15, "", 3, "-1.00e+15"),
        (1, "GPU", 4, "1 GPU"),
        (2, "GPU", 4, "2 GPUs"),
        (2, "SM", 4, "2 SM"),
        (-1, "token", 4, "-1 token"),
        (2, "layer", 4, "2 layers"),
        (1, "error", 4, "1 error"),
        (0.5, "%", 4, "50%"),
        (86_400, "day", 4, "1 day"),
        (0.99, "USD", 4, "$0.99"),
        (0.994, "USD", 4, "$0.994"),
        (0.995, "USD", 4, "$1.00"),
        (1.005, "USD", 4, "$1.01"),
        (0.1, "USD", 4, "$0.10"),
        (0, "USD", 4, "$0.00"),
        (-2.5, "USD", 4, "-$2.50"),
        (1234.567, "USD", 4, "$1,234.57"),
        (0.01234, "USD", 4, "$0.0123"),
        (1 / 31_536_000, "USD/year", 4, "$1.00 per year"),
        (2 / 3_600_000, "USD/kWh", 4, "$2.00/kWh"),
        (3e-6, "us/token", 4, "3 µs/token"),
    ],
)
def test_digits_by_hand(base, unit, significant, shown):
    assert show(Quantity(base, "") if not unit else Quantity(base, unit), significant) == shown


@pytest.mark.parametrize(
    ("text", "default", "base"),
    [
        ("3 thousand", "", 3e3),
        ("3 million", "", 3e6),
        ("3 billion", "", 3e9),
        ("3 trillion", "", 3e12),
        ("$3 per million tokens", "", 3e-6),
        ("$3", "", 3),
        ("$3/h", "", 3 / 3600),
        ("5", "ms", 0.005),
        ("1e3 GB", "GB", 1e12),
        ("+.5 GB", "", 5e8),
        ("1 234 GB", "", 1.234e12),
        ("3 GB^2", "", 3e18),
    ],
)
def test_numbers_and_words_by_hand(text, default, base):
    assert read_quantity(text, default).base == pytest.approx(base, rel=1e-12)


@pytest.mark.parametrize("unit", ["GB//s", "GB/", "GB/s/", "GB*", "*GB", "GB/s*"])
def test_a_unit_with_an_empty_part_is_refused(unit):
    with pytest.raises(UnitError, match="has an empty part"):
        parse_unit(unit)


@pytest.mark.parametrize("unit", ["GB^0", "GB^10", "s^-1", "GB^"])
def test_powers_that_no_unit_has_are_refused(unit):
    with pytest.raises(UnitError):
        parse_unit(unit)

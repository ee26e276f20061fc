"""Bit patterns of small formats, one by one, and how they are written."""

import math
from fractions import Fraction

import pytest

from calculators.encodings import FLOATS, INTEGERS, Decoded, decode, exponent_of, nearest, spacing


@pytest.mark.parametrize(
    ("kind", "largest", "values"),
    # used symmetrically: -127 ... 127 and -7 ... 7
    [("int8", 127, 255), ("int4", 7, 15)],
)
def test_integers(kind, largest, values):
    encoding = INTEGERS[kind]
    assert (encoding.largest, encoding.finite_values) == (largest, values)
    assert encoding.top_exponent == int(math.log2(largest)) and encoding.top_significand * 2**encoding.top_exponent == largest
    assert encoding.pattern_of(Fraction(-1)) == 2**encoding.bits - 1 and encoding.pattern_of(Fraction(3)) == 3
    assert spacing(encoding, 5.0) == spacing(encoding, Fraction(5)) == 1


def test_four_bits_as_integers():
    assert [int(decode(INTEGERS["int4"], pattern).value) for pattern in range(16)] == [*range(8), *range(-8, 0)]
    assert [decode(INTEGERS["int4"], pattern).kind for pattern in (0, 1, 15)] == ["zero", "integer", "integer"]
    assert [decode(INTEGERS["int4"], pattern).negative for pattern in (0, 7, 8)] == [False, False, True]


def test_four_bits_as_floats():
    # E2M1: sign, two bits of exponent with bias 1, one of mantissa
    got = [decode(FLOATS["fp4_e2m1"], pattern) for pattern in range(8)]
    assert [one.kind for one in got] == ["zero", "subnormal", *["normal"] * 6]
    assert [one.exponent for one in got] == [0, 0, 0, 0, 1, 1, 2, 2]
    assert [one.significand for one in got] == [0, Fraction(1, 2), *[1, Fraction(3, 2)] * 3]
    assert [FLOATS["fp4_e2m1"].pattern_of(value) for value in (Fraction(-6), Fraction(-1, 2), Fraction(0))] == [15, 9, 0]


@pytest.mark.parametrize(
    ("kind", "values"),
    # all finite values, the two zeros as one: 2^bits less patterns that are none and the second zero
    [
        ("fp16", 2**16 - 2 * 2**10 - 1), ("bf16", 2**16 - 2 * 2**7 - 1), ("fp8_e4m3", 256 - 2 - 1), ("fp8_e5m2", 256 - 2 * 4 - 1),
        ("fp8_e4m3fnuz", 255), ("fp6_e2m3", 63), ("fp6_e3m2", 63), ("fp4_e2m1", 15), ("fp32", 2**32 - 2 * 2**23 - 1),
    ],
)  # fmt: skip
def test_how_many_values(kind, values):
    assert FLOATS[kind].finite_values == values


@pytest.mark.parametrize(
    ("kind", "special"),
    # every pattern that is no number: tables 1 and 2 of OFP8, the FNUZ formats of ml_dtypes, none in OCP MX
    [
        ("fp8_e4m3", {0x7F: "NaN", 0xFF: "NaN"}),
        ("fp8_e5m2", {0x7C: "infinity", 0xFC: "infinity"} | dict.fromkeys((0x7D, 0x7E, 0x7F, 0xFD, 0xFE, 0xFF), "NaN")),
        ("fp8_e4m3fnuz", {0x80: "NaN"}),
        ("fp8_e5m2fnuz", {0x80: "NaN"}),
        ("fp6_e3m2", {}),
        ("fp4_e2m1", {}),
    ],
)
def test_patterns_that_are_no_numbers(kind, special):
    decoded = {pattern: decode(FLOATS[kind], pattern) for pattern in range(2 ** FLOATS[kind].bits)}
    assert {pattern: one.kind for pattern, one in decoded.items() if one.value is None} == special
    for pattern in special:
        assert decoded[pattern].negative == (pattern >= 0x80)
        assert decoded[pattern] == Decoded(special[pattern], pattern >= 0x80, 0, Fraction(0))


@pytest.mark.parametrize(
    ("kind", "pattern", "written"),
    [("fp8_e4m3", 0x7, "0x07"), ("fp4_e2m1", 0x7, "0x7"), ("fp6_e2m3", 0x1F, "0x1F"), ("fp16", 0x3C00, "0x3C00"),
     ("tf32", 1, "0x00001"), ("fp32", 0, "0x00000000")],
)  # fmt: skip
def test_patterns_have_all_their_digits(kind, pattern, written):
    assert FLOATS[kind].written(pattern) == written


def test_only_tf32_is_stored_in_more_bits():
    assert {name: kind.stored_bits for name, kind in (FLOATS | INTEGERS).items() if kind.stored_bits} == {"tf32": 32}


@pytest.mark.parametrize(("size", "exponent"), [(1, 0), (1.5, 0), (2, 1), (0.75, -1), (0.5, -1), (3, 1), (1023, 9), (1024, 10)])
def test_exponents(size, exponent):
    assert exponent_of(float(size)) == exponent_of(Fraction(size)) == exponent


def test_neighbors_of_half_precision():
    # ten bits of mantissa: 2^-10 from one to two, 2^-24 below 2^-14
    assert [spacing(FLOATS["fp16"], size) for size in (1.0, 1.99, 2.0, 2.0**-14, 2.0**-15, 0.0)] == [
        2.0**-10, 2.0**-10, 2.0**-9, 2.0**-24, 2.0**-24, 2.0**-24,
    ]  # fmt: skip
    assert nearest(FLOATS["fp16"], Fraction(2049)) == 2048 and nearest(FLOATS["fp16"], 2051.0) == 2052

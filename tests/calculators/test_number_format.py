"""Number formats, from the tables of IEEE 754, the OCP specifications and hand calculation."""

import math
import struct
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, run
from calculators.encodings import FLOATS, INTEGERS, decode, exponent_of, nearest
from calculators.number_format import FORMATS, read_number

SMALL = [name for name, encoding in (FLOATS | INTEGERS).items() if encoding.bits <= 16]


def outputs(**inputs):
    return run("number_format", inputs).outputs


@pytest.mark.parametrize(
    ("kind", "largest", "normal", "subnormal", "epsilon"),
    [
        # IEEE 754-2019: binary64, binary32, binary16
        ("fp64", 1.7976931348623157e308, 2.0**-1022, 2.0**-1074, 2.0**-52),
        ("fp32", (2 - 2**-23) * 2.0**127, 2.0**-126, 2.0**-149, 2.0**-23),
        ("fp16", 65504, 2.0**-14, 2.0**-24, 2.0**-10),
        ("bf16", (2 - 2**-7) * 2.0**127, 2.0**-126, 2.0**-133, 2.0**-7),
        ("tf32", (2 - 2**-10) * 2.0**127, 2.0**-126, 2.0**-136, 2.0**-10),
        # OCP OFP8, table 2: E4M3 448, 2^-6, 2^-9; E5M2 57344, 2^-14, 2^-16
        ("fp8_e4m3", 448, 2.0**-6, 2.0**-9, 0.125),
        ("fp8_e5m2", 57344, 2.0**-14, 2.0**-16, 0.25),
        # FNUZ: biases 8 and 16, the top exponent is all numbers: 1.875 * 2^7 = 240, 1.75 * 2^15 = 57344
        ("fp8_e4m3fnuz", 240, 2.0**-7, 2.0**-10, 0.125),
        ("fp8_e5m2fnuz", 57344, 2.0**-15, 2.0**-17, 0.25),
        # OCP MX, section 5.3: E2M3 7.5, 1, 0.125; E3M2 28, 0.25, 0.0625; E2M1 6, 1, 0.5
        ("fp6_e2m3", 7.5, 1, 0.125, 0.125),
        ("fp6_e3m2", 28, 0.25, 0.0625, 0.25),
        ("fp4_e2m1", 6, 1, 0.5, 0.5),
    ],
)
def test_range(kind, largest, normal, subnormal, epsilon):
    got = outputs(format=kind)
    found = [got[name].base for name in ("largest", "smallest_normal", "smallest_subnormal", "epsilon")]
    assert found == [largest, normal, subnormal, epsilon]


def test_fp4_has_fifteen_values():
    # 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives
    kind = FLOATS["fp4_e2m1"]
    assert [float(decode(kind, pattern).value) for pattern in range(8)] == [0, 0.5, 1, 1.5, 2, 3, 4, 6]
    assert outputs(format="fp4_e2m1")["values"].base == 15


def test_bits_as_stored():
    # TF32: 19 bits in 32; MXFP4: 4 + 8/32; NVFP4: 4 + 8/16
    assert outputs(format="tf32")["bits"].value == 19
    assert [outputs(format=kind)["stored"].value for kind in ("tf32", "mxfp4", "nvfp4", "mxfp8_e4m3")] == [32, 4.25, 4.5, 8.25]


@pytest.mark.parametrize(
    ("kind", "exponent", "mantissa"),
    # next to the sign: IEEE 754 binary32 and binary16, BF16, OFP8, OCP MX FP4; of INT8 all other bits
    [("fp32", 8, 23), ("fp16", 5, 10), ("bf16", 8, 7), ("fp8_e4m3", 4, 3), ("fp8_e5m2", 5, 2), ("mxfp4", 2, 1), ("int8", 0, 7)],
)
def test_the_bits_of_the_fields(kind, exponent, mantissa):
    got = outputs(format=kind)
    assert (got["exponent_bits"].value, got["mantissa_bits"].value) == (exponent, mantissa)
    assert got["bits"].value == 1 + exponent + mantissa


def test_patterns():
    # E4M3 0x7E = S.1111.110 = 1.75 * 2^8; 0x7F is its only NaN; E5M2 0x7C is infinity; FNUZ 0x80 is NaN; INT8 0x80 = -128
    assert outputs(format="fp8_e4m3", pattern="0x7E")["pattern_value"].base == 448
    assert outputs(format="fp8_e4m3", pattern="0b0111_1111")["pattern_means"] == "NaN"
    assert outputs(format="fp8_e5m2", pattern="0xFC")["pattern_means"] == "-infinity"
    assert outputs(format="fp8_e4m3fnuz", pattern="0x80")["pattern_means"] == "NaN"
    assert outputs(format="int8", pattern="0x80")["pattern_value"].base == -128
    assert outputs(format="fp16", pattern="0x0001")["pattern_means"] == "subnormal: 0.0000000001 (binary) × 2^-14"


@pytest.mark.parametrize("name", FORMATS)
def test_without_a_pattern_the_largest_value_is_read(name):
    got = outputs(format=name)
    assert got["pattern_value"].base == got["largest"].base


@pytest.mark.parametrize("name", SMALL)
def test_every_value_survives_its_own_format(name):
    kind = (FLOATS | INTEGERS)[name]
    seen = set()
    for pattern in range(2**kind.bits):
        value = decode(kind, pattern).value
        if value is None or abs(value) > kind.largest:
            continue
        assert nearest(kind, abs(value)) == abs(value)
        assert value == 0 or kind.pattern_of(value) == pattern
        seen.add(value)
    assert len(seen) == kind.finite_values


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_rounding_to_half_is_what_the_machine_does(number):
    try:
        [machine] = struct.unpack("e", struct.pack("e", number))
    except OverflowError:
        machine = math.inf
    ours = nearest(FLOATS["fp16"], Fraction(abs(number)))
    assert (float(ours) if ours <= 65504 else math.inf) == abs(machine)


@given(st.floats(1e-300, 1e300), st.sampled_from(sorted(FLOATS)))
def test_floats_and_fractions_round_alike(number, name):
    kind = FLOATS[name]
    assert nearest(kind, number) == nearest(kind, Fraction(number))
    assert exponent_of(number) == exponent_of(Fraction(number))


def test_ties_go_to_even():
    # E2M1: 2.5 lies between 2 (mantissa 0) and 3 (mantissa 1), 5 between 4 and 6, 3.5 between 3 and 4
    assert [outputs(format="fp4_e2m1", number=n)["rounded"].base for n in ("2.5", "5", "3.5", "-0.25")] == [2, 4, 4, 0]
    # E4M3: 464 is half way to what would be 480, and even is 448
    assert outputs(format="fp8_e4m3", number="464", overflow="ieee")["rounded"].base == 448


def test_overflow_saturates_or_not():
    assert outputs(format="fp16", number="70000")["rounded"].base == 65504
    assert outputs(format="fp16", number="70000", overflow="ieee")["rounded_as"] == "infinity"
    assert outputs(format="fp8_e4m3", number="-500", overflow="ieee")["rounded_as"].startswith("NaN")
    assert outputs(format="fp4_e2m1", number="100", overflow="ieee")["rounded"].base == 6


def test_errors_are_exact():
    # 0.1 in FP64 is 0.1000000000000000055511151231257827...: the error is 5.55e-18
    assert outputs(format="fp64", number="0.1")["absolute_error"].base == pytest.approx(5.551115123125783e-18)
    # 1/3 in BF16 is 171/512: off by 1/1536, which is 1/512 of a third
    assert outputs(format="bf16", number="1/3")["relative_error"].base == pytest.approx(1 / 512)


def test_scale_from_an_amax():
    # 448 / 5.64 = 79.43; a margin of one halves it
    assert outputs(amax="5.64")["scale"].base == pytest.approx(79.43, abs=0.005)
    assert outputs(amax="5.64", margin=1)["scale"].base == pytest.approx(39.72, abs=0.005)
    assert outputs(format="bf16")["scale"] == "none"


def test_the_amax_follows_the_sample_unless_it_is_given():
    # twice the spread has twice the amax, and half the scale; the scale of a given amax stays
    for inputs, expected in (({}, [1, 0.5]), ({"amax": "5.64"}, [1, 1])):
        run_here = run("number_format", inputs)
        scales = [result.scale / run_here.result.scale for _, result in run_here.sweep("spread", [1, 2])]
        assert scales == expected


def test_an_amax_that_is_too_small_clips():
    # the sample ends beyond 5.64 in its outliers only: five of 512
    share = outputs(amax="5.64", outlier_share="1%")["sample_clipped"].base
    assert 0 < share <= 5 / 512
    assert outputs()["sample_clipped"].base == 0


def test_more_bits_and_smaller_blocks_err_less():
    errors = [outputs(format=kind)["sample_error"].base for kind in ("fp4_e2m1", "mxfp4", "nvfp4", "mxfp6_e2m3", "fp16", "fp32")]
    assert errors == sorted(errors, reverse=True)


@given(st.floats(0.001, 1000))
def test_the_error_does_not_depend_on_the_unit_when_there_is_a_scale(spread):
    power = 2.0 ** round(math.log2(spread))
    assert outputs(spread=repr(power))["sample_error"].base == pytest.approx(outputs()["sample_error"].base, rel=1e-6)


def test_what_cannot_be_read_is_refused_by_field():
    for field, text, said in [
        ("pattern", "0x1FF", "has 9 bits, FP8 E4M3 has 8"),
        ("pattern", "126", "neither hexadecimal"),
        ("number", "pi", "not a number"),
        ("number", "1e999999999", "1e300"),
        ("number", "1/0", "divides by zero"),
    ]:
        with pytest.raises(InputProblems, match=said) as wrong:
            outputs(**{field: text})
        assert [problem.field for problem in wrong.value.problems] == [field]


def test_numbers_are_read_exactly():
    assert read_number("0.1") == Fraction(1, 10)
    assert read_number("-2/6") == Fraction(-1, 3)

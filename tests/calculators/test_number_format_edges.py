"""Number formats at their edges: what is refused, what integers have, what the chart draws, what the answer says."""

from fractions import Fraction

import pytest

from calculators import InputProblems, run
from calculators.number_format import FORMATS, read_number


def outputs(**inputs):
    return run("number_format", inputs).outputs


def points(name):
    return run("number_format", {"format": name}).chart.series[0].points


@pytest.mark.parametrize(
    ("kind", "pattern", "accepted"),
    [("fp8_e4m3", "0x1FF", "up to 0xFF"), ("fp4_e2m1", "0b10000", "up to 0xF"), ("fp16", "0x10000", "up to 0xFFFF")],
)
def test_a_pattern_that_is_too_wide_is_told_what_fits(kind, pattern, accepted):
    with pytest.raises(InputProblems) as wrong:
        outputs(format=kind, pattern=pattern)
    [problem] = wrong.value.problems
    assert problem.accepted == accepted


def test_numbers_up_to_1e300_are_read_and_no_larger_or_smaller_ones():
    assert read_number("1e300") == Fraction(10) ** 300
    assert read_number("-1e-300") == -Fraction(1, 10**300)
    for written in ("2e300", "1.01e300", "9e-301", "1e300/0.5"):
        with pytest.raises(ValueError, match="1e300"):
            read_number(written)


def test_integers_have_no_normal_numbers_and_no_epsilon():
    got = outputs(format="int8")
    assert [got[name].base for name in ("largest", "smallest_subnormal")] == [127, 1]
    assert [got[name] for name in ("smallest_normal", "epsilon")] == ["none", "none"]
    remarks = run("number_format", {"format": "int8"}).working.remarks
    assert "INT8 is used from -127 to 127, so that negation never overflows." in remarks


# OCP MX, table 1: 32 elements share 8 bits in every one of its formats; NVFP4: 16
@pytest.mark.parametrize(
    ("kind", "label", "stored"),
    [
        ("mxfp8_e4m3", "MXFP8 E4M3", 8.25),
        ("mxfp8_e5m2", "MXFP8 E5M2", 8.25),
        ("mxfp6_e2m3", "MXFP6 E2M3", 6.25),
        ("mxfp6_e3m2", "MXFP6 E3M2", 6.25),
        ("mxfp4", "MXFP4", 4.25),
        ("nvfp4", "NVFP4", 4.5),
    ],
)
def test_formats_in_blocks(kind, label, stored):
    assert FORMATS[kind] == label
    assert outputs(format=kind)["stored"].value == stored


def test_what_scales_of_blocks_are_is_said():
    said = {kind: " ".join(run("number_format", {"format": kind}).working.remarks) for kind in ("mxfp4", "nvfp4", "fp8_e4m3")}
    assert "Each 32 elements of the sample share a scale in E8M0, a power of two." in said["mxfp4"]
    assert "Each 16 elements of the sample share a scale in E4M3, under one FP32 scale for the tensor." in said["nvfp4"]
    assert "share a scale" not in said["fp8_e4m3"]


def test_the_answer_in_words():
    said = run("number_format", {"format": "fp64", "number": "0.1234567891"}).summary
    assert said == "FP64 holds 4.941e-324 to 1.798e+308; 0.1234567891 becomes 0.1234568; error on the sample 0%."
    said = run("number_format", {"format": "fp16", "number": "70000", "overflow": "ieee"}).summary
    assert said.endswith("70000 becomes infinity; error on the sample 0.0147%.")


def test_the_chart_of_few_bits_draws_every_value_with_the_distances_on_both_of_its_sides():
    assert points("fp4_e2m1") == (
        (0, 0.5), (0.5, 0.5), (1, 0.5), (1.5, 0.5), (2, 0.5), (2, 1), (3, 1), (4, 1), (4, 2), (6, 2),
    )  # fmt: skip
    assert points("int4") == tuple((value, 1) for value in range(8))


def test_the_chart_of_more_bits_draws_both_ends_of_each_power_of_two():
    drawn = points("fp8_e5m2")
    # subnormals are 2^-16 apart; from 2^-14 on, four values lie between powers of two
    ends = []
    for exponent in range(-16, 15):
        apart = 2.0 ** max(-16, exponent - 2)
        ends += [(2.0**exponent, apart), (2.0 ** (exponent + 1) - apart, apart)]
    ends += [(2.0**15, 2.0**13), (57344 - 2.0**13, 2.0**13)]
    assert drawn == tuple(dict.fromkeys(ends))
    assert points("int8") == ((1, 1), (127, 1))


def test_the_chart_of_a_wide_format_is_drawn_around_one():
    drawn = points("fp32")
    assert (drawn[0], drawn[-1]) == ((2.0**-24, 2.0**-47), (2.0**25 - 2, 2))
    assert len(drawn) == 2 * 49


def test_a_number_outside_the_chart_is_not_marked():
    for number, marked in (("3", True), ("1e30", False), ("1e-30", False)):
        assert bool(run("number_format", {"format": "fp32", "number": number}).chart.marks) is marked


def test_a_fraction_has_two_parts_within_the_same_limits():
    assert read_number("1e300/1e300") == 1
    for written in ("1/2/3", "1e301/1e301", "1e-300/10"):
        with pytest.raises(ValueError, match="1e300"):
            read_number(written)


def test_a_format_without_a_scale_takes_the_sample_as_it_is():
    # FP4 ends at 6, so that 7 and more are clipped: of three times the quantiles those beyond 7/3, five on either side
    got = outputs(format="fp4_e2m1", scaling="none", spread="3", outlier_share="0%")
    assert got["scale"] == "none" and got["sample_clipped"].base == 10 / 512


@pytest.mark.parametrize(
    ("kind", "bits"),
    [("fp32", 24), ("fp16", 11), ("fp8_e4m3", 4), ("int8", 7)],  # the leading bit counts; integers have a sign
)
def test_decimal_digits(kind, bits):
    assert outputs(format=kind)["digits"].base == pytest.approx(bits * 0.30103)


@pytest.mark.parametrize(
    ("number", "rounded", "said"),
    [
        ("448", 448, "0x7E, exact"),
        ("500", 448, "0x7E, saturated"),
        ("-0.5", -0.5, "0xB0, exact"),
        ("-2", -2, "0xC0, exact"),
        ("3.14159", 3.25, "0x45"),
        ("0.0001", 0, "0x00, rounded to zero"),
        ("0", 0, "0x00, exact"),
    ],
)
def test_what_became_of_a_number(number, rounded, said):
    got = outputs(format="fp8_e4m3", number=number)
    assert (got["rounded"].base, got["rounded_as"]) == (rounded, said)


def test_the_working_of_rounding_and_of_what_is_stored():
    # 3.14159 lies between 3 and 3.25, which are 12 and 13 times a quarter
    steps = {step.label: str(step) for step in run("number_format", {"format": "fp8_e4m3", "number": "3.14159"}).working.steps}
    assert steps["Rounded number, without its sign"].endswith("= 13 × 0.25 = 3.25")
    assert "/ 1 =" in steps["Stored per element"]


def test_the_layout_of_a_format_in_words():
    said = {kind: outputs(format=kind)["layout"] for kind in ("int8", "fp16", "nvfp4")}
    assert said["int8"] == "two's complement, 8 bits"
    assert said["fp16"] == "1 sign, 5 exponent (bias 15), 10 mantissa; infinities and NaN in the top exponent"
    assert said["nvfp4"].endswith("neither infinity nor NaN; E4M3 scale per 16")


def test_the_mantissa_of_a_normal_value_is_read_without_its_leading_one():
    assert outputs(format="fp8_e4m3", pattern="0x7E")["pattern_means"] == "normal: 1.110 (binary) × 2^8"

"""Roofline at its edges: what only reads or writes, other accelerators, and roofs lowered to what is reached."""

import pytest

from calculators import InputProblems, run
from calculators.roofline import reaching


def outputs(**inputs):
    return run("roofline", inputs).outputs


def refused(field, **inputs):
    with pytest.raises(InputProblems) as caught:
        outputs(**inputs)
    [problem] = [problem for problem in caught.value.problems if problem.field == field]
    return problem


def test_the_summary_names_the_others():
    # one row: 2.039 * 0.99951 = 2.038 TFLOPS on an A100, and no more than two are on the plot
    said = run("roofline", {"m": 1, "third": "a100-sxm4-80gb"}).summary
    assert said.endswith(" on. A100 SXM: at most 2.038 TFLOPS.")


def test_an_operation_that_only_reads_or_only_writes_is_one():
    # 4,194,304 elements of two bytes, once
    for one in ("reads", "writes"):
        other = "writes" if one == "reads" else "reads"
        assert outputs(workload="elementwise", **{one: 1, other: 0})["traffic"].base == 2**23
    assert refused("reads", workload="elementwise", reads=0, writes=0).message == "leaves nothing that is moved"


def test_an_operation_that_reaches_a_share_is_under_a_roof_lowered_to_it():
    # a quarter of 312 TFLOPS, of 2,039 GB/s and of 5,120 bytes at 1,410 MHz; a card without a known cache has two roofs
    lowered = reaching(run("roofline", {"gpu": "a100-sxm4-80gb"}).inputs, 0.25, 0.0)
    assert lowered == pytest.approx({"peak": 78e12, "bandwidth": 2.039e12 / 4, "l2_bandwidth": 1280 * 1.41e9})
    assert reaching(run("roofline").inputs, 0.5, 0.0) == pytest.approx({"peak": 494.7e12, "bandwidth": 1.67616e12}, rel=1e-3)


def test_what_was_measured_is_not_held_against_a_lowered_roof():
    assert reaching(run("roofline", {"measured": "700 TFLOPS"}).inputs, 0.5, 0.0)["measured"] is None
    assert "measured" not in reaching(run("roofline").inputs, 0.5, 0.0)


def test_what_no_number_of_rows_suffices_for_is_said_with_three_digits():
    # 2 * 16 * 4096 / ((16 + 4096) * 2) = 15.94 FLOP/byte at most
    assert "stays below 15.9 FLOP/byte, and" in " ".join(run("roofline", {"n": 16, "k": 4096}).working.remarks)


@pytest.mark.parametrize(
    ("inputs", "accepted"),
    [
        ({"second": "v100-sxm2-32gb", "format": "fp8"}, "; or FP64, FP32, FP16, which both have"),
        ({"second": "h100-sxm5-80gb", "gpu": "a100-sxm4-80gb", "source": "l2", "m": 1}, ""),  # a format knows of no cache
        ({"second": "h100-sxm5-80gb", "gpu": "rtx-4090", "format": "fp16", "accumulate": "fp16"}, ""),  # no format in common
    ],
)
def test_formats_that_both_have_are_offered_where_they_would_help(inputs, accepted):
    assert refused("second", **inputs).accepted == f"an accelerator for which this is known{accepted}"


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"gpu": "h100-sxm5-80gb"}, []),
        (
            {"gpu": "h100-sxm5-80gb", "peak": "800 TFLOPS"},
            ["The peak of H100 SXM is your own number; those of the others are their dense peaks."],
        ),
        (  # it has no FP8
            {"gpu": "v100-sxm2-32gb", "second": "h100-sxm5-80gb", "format": "fp8", "peak": "100 TFLOPS"},
            ["The peak of V100 SXM2 is your own number; those of the others are their dense peaks."],
        ),
        (
            {"second": "rtx-4090", "gpu": "a100-sxm4-80gb", "format": "fp64"},
            ["These peaks are not of the same kind of units: A100 SXM: matrix units, RTX 4090: vector units."],
        ),
    ],
)
def test_peaks_of_unlike_kinds_side_by_side_are_said_to_be(inputs, said):
    remarks = run("roofline", {"second": "a100-sxm4-80gb"} | inputs).working.remarks
    assert [remark for remark in remarks if "your own number" in remark or "same kind" in remark] == said

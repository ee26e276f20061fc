"""What may explain a measured rate above the roofline: only what would have allowed it."""

import pytest

from calculators import InputProblems, run

ALWAYS = [
    "the clock was higher than that of the printed peak",
    "more FLOP were counted than are counted here",
    "the time does not cover the whole operation",
]


def said(**inputs):
    with pytest.raises(InputProblems) as caught:
        run("roofline", {"gpu": "a100-sxm4-80gb"} | inputs)
    [problem] = caught.value.problems
    return problem.message


def causes(**inputs):
    return said(**inputs).partition(": ")[2].split("; or ")


def test_the_roof_that_was_beaten_is_named():
    # one row: 2.039 * 0.99951 = 2.038 TFLOPS; an own peak of 100 TFLOPS is reached by what is as fast, and not beaten
    assert said(measured="313 TFLOPS").startswith("is more than the peak rate of 312 TFLOPS: ")
    assert said(measured="100 TFLOPS", peak="100 TFLOPS", m=1).startswith("is more than the bound of 2.038 TFLOPS: ")


def test_sparsity_and_formats_explain_what_they_reach_and_no_more():
    # printed for an A100: 624 TFLOPS of BF16 with 2:4 sparsity and of dense INT8, 1,248 of INT4
    sparse = "2:4 sparsity was used, or its count quoted (peak 624 TFLOPS)"
    assert causes(measured="624 TFLOPS") == [sparse, "another format was multiplied (INT8, INT4)", *ALWAYS]
    assert causes(measured="625 TFLOPS") == ["another format was multiplied (INT4)", *ALWAYS]
    assert causes(measured="1249 TFLOPS") == ALWAYS


def test_what_was_chosen_explains_nothing():
    # an RTX 4090 in FP16, 2:4 sparse: 330.4 TFLOPS summed in FP32, 660.6 in FP16
    chosen = {"gpu": "rtx-4090", "format": "fp16", "sparsity": "sparse", "peak": "300 TFLOPS"}
    assert causes(measured="320 TFLOPS", **chosen)[0] == "products were summed in FP16 (peak 660.6 TFLOPS)"


def test_neither_sparsity_nor_formats_explain_what_multiplies_no_matrices():
    # 78 TFLOPS of FP16 vector units, and matrix units that are faster
    assert causes(workload="elementwise", format="fp16", measured="100 TFLOPS") == ALWAYS


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ("32.015625 MiB", "its 33.57 MB fit into the L2 cache of 33.57 MB and were still there (source l2)"),
        ("32 MiB", "part of its 33.57 MB was still in the L2 cache of 33.55 MB"),
    ],
)
def test_a_working_set_as_large_as_the_cache_fits_into_it(size, kept):
    # one row: (4096 + 4096**2 + 4096) * 2 = 33,570,816 bytes, which are 32.015625 MiB
    assert causes(m=1, measured="5 TFLOPS", l2_size=size)[0] == kept

"""Roofline, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import InputProblems, run


def outputs(**inputs):
    return run("roofline", inputs).outputs


def test_ridge_points():
    # H100 SXM BF16: 989.4e12 / 3.352e12 = 295.2; A100 TF32: 156e12 / 2.039e12 = 76.5 FLOP/byte
    assert outputs(gpu="h100-sxm5-80gb")["ridge_point"].base == pytest.approx(989.4 / 3.352, rel=1e-12)
    assert outputs(gpu="a100-sxm4-80gb", format="tf32")["ridge_point"].base == pytest.approx(156 / 2.039, rel=1e-12)


def test_square_gemm():
    # 4096 cubed in two bytes: 2 * 4096**3 = 137.4 GFLOP, 3 * 4096**2 * 2 = 100.7 MB, 1365.3 FLOP/byte
    got = outputs(m=4096, n=4096, k=4096)
    assert got["flop"].base == 2 * 4096**3
    assert got["traffic"].base == 3 * 4096**2 * 2
    assert got["intensity"].base == pytest.approx(4096 / 3)
    assert got["bound"] == "arithmetic"


def test_one_row_is_bound_by_memory():
    # 2 * 4096**2 FLOP over (4096 + 4096**2 + 4096) * 2 bytes = 0.9995 FLOP/byte: 3.35 TFLOPS
    got = outputs(m=1, n=4096, k=4096)
    assert got["intensity"].base == pytest.approx(0.99951, rel=1e-5)
    assert got["attainable"].to("TFLOPS") == pytest.approx(3.352 * 0.99951, rel=1e-4)
    assert got["bound"] == "memory bandwidth"


def test_sparse_peak_is_never_used_unasked():
    dense, sparse = outputs(), outputs(sparsity="sparse")
    assert sparse["ridge_point"].base == pytest.approx(2 * dense["ridge_point"].base, rel=1e-3)


def test_geforce_halves_the_rate_when_summing_in_fp32():
    wide, narrow = outputs(gpu="rtx-4090", format="fp16"), outputs(gpu="rtx-4090", format="fp16", accumulate="fp16")
    assert narrow["ridge_point"].base == pytest.approx(2 * wide["ridge_point"].base, rel=1e-3)


def test_a_format_the_gpu_lacks_is_refused_unless_given():
    with pytest.raises(InputProblems, match="peak"):
        outputs(gpu="v100-sxm2-32gb", format="fp8")
    assert outputs(gpu="v100-sxm2-32gb", format="fp8", peak="100 TFLOPS")["ridge_point"].base > 0


def refused(field, **inputs):
    with pytest.raises(InputProblems) as caught:
        outputs(**inputs)
    [problem] = [problem for problem in caught.value.problems if problem.field == field]
    return problem


def test_the_cache_is_a_second_roof_where_it_is_known():
    # A100: 5120 bytes per clock at 1410 MHz are 7,219 GB/s; 312e12 / 7.219e12 = 43.2 FLOP/byte
    got = outputs(gpu="a100-sxm4-80gb", m=1)
    assert got["l2_ridge_point"].base == pytest.approx(312e12 / (5120 * 1.41e9), rel=1e-12)
    assert got["l2_attainable"].base == pytest.approx(got["intensity"].base * 5120 * 1.41e9)
    assert got["share_of_l2"].base == pytest.approx(got["working_set"].base / (40 * 1024**2))


def test_a_cache_that_is_not_known_is_said_to_be():
    finished = run("roofline", {"gpu": "h100-sxm5-80gb"})
    assert finished.outputs["l2_attainable"] == "none"
    assert any("No bandwidth of the L2 cache" in remark for remark in finished.working.remarks)


def test_operands_in_the_cache():
    from_cache = outputs(gpu="a100-sxm4-80gb", m=1, source="l2")
    assert from_cache["bound"] == "L2 bandwidth"
    assert from_cache["attainable"] == from_cache["l2_attainable"]
    assert from_cache["count_at_ridge"].base < outputs(gpu="a100-sxm4-80gb", m=1)["count_at_ridge"].base
    assert "cannot hold" in refused("source", gpu="a100-sxm4-80gb", source="l2").message
    assert "not known" in refused("l2_bandwidth", source="l2", m=1, n=1024, k=1024).message
    assert outputs(source="l2", m=1, n=1024, k=1024, l2_bandwidth="5.5 TB/s")["bound"] == "L2 bandwidth"


def test_several_accelerators_under_one_operation():
    both = outputs(gpu="h100-sxm5-80gb", second="a100-sxm4-80gb", fourth="mi300x", m=64)
    for side, slug in {"second": "a100-sxm4-80gb", "fourth": "mi300x"}.items():
        alone = outputs(gpu=slug, m=64)
        assert both[f"{side}_ridge_point"] == alone["ridge_point"]
        assert both[f"{side}_attainable"] == alone["attainable"]
        assert both[f"{side}_time"] == alone["time"]
    assert both["third_time"] == "none"


def test_the_plot_marks_the_operation_on_each_roof():
    finished = run("roofline", {"second": "a100-sxm4-80gb", "third": "mi300x", "m": "64", "measured": "100 TFLOPS"})
    drawn = finished.calculator.chart(finished)
    assert [line.label for line in drawn.series] == ["H100 SXM", "A100 SXM", "MI300X"]
    assert [mark.label for mark in drawn.marks] == ["on H100 SXM", "on A100 SXM", "on MI300X", "measured"]
    assert {mark.x for mark in drawn.marks} == {finished.result.intensity}


def test_a_format_that_the_other_lacks_is_refused_by_its_field():
    problem = refused("second", second="v100-sxm2-32gb", format="fp8")
    assert "v100-sxm2-32gb has no peak.fp8_tensor" in problem.message and "FP16" in problem.accepted
    assert refused("third", third="v100-sxm2-32gb", sparsity="sparse")
    assert refused("second", gpu="rtx-4090", second="h100-sxm5-80gb", format="fp16", accumulate="fp16")
    assert refused("second", second="h100-sxm5-80gb", gpu="a100-sxm4-80gb", source="l2", m=1)
    assert refused("third", second="a100-sxm4-80gb", third="a100-sxm4-80gb").message == "is on the plot already"


def test_peaks_of_other_kinds_are_not_compared_quietly():
    own = run("roofline", {"second": "a100-sxm4-80gb", "peak": "800 TFLOPS"})
    assert any("your own number" in remark for remark in own.working.remarks)
    mixed = run("roofline", {"gpu": "a100-sxm4-80gb", "second": "rtx-4090", "format": "fp64"})
    assert any("matrix units" in remark and "vector units" in remark for remark in mixed.working.remarks)


def test_a_measured_rate_is_a_share_of_the_bound():
    # 4096 cubed at 700 of 989.4 TFLOPS
    assert outputs(measured="700 TFLOPS")["measured_share"].base == pytest.approx(700 / 989.4)


def test_a_measured_rate_above_the_bound_is_refused_and_explained():
    peak = refused("measured", measured="1200 TFLOPS").message
    assert "2:4 sparsity" in peak and "FP8" in peak and "clock" in peak
    assert "FP16" in refused("measured", gpu="rtx-4090", format="fp16", measured="300 TFLOPS").message
    fits = refused("measured", measured="5 TFLOPS", workload="gemv").message
    assert "fit into the L2 cache of 52.43 MB" in fits
    large = refused("measured", measured="5 TFLOPS", workload="gemv", n=20_000, k=20_000).message
    assert "part of its 800" in large


def test_a_measured_rate_at_the_bound_is_accepted():
    bound = outputs(workload="gemv")["attainable"]
    assert outputs(workload="gemv", measured=f"{bound.base / 1e12!r} TFLOPS")["measured_share"].base == pytest.approx(1)


@given(st.integers(1, 100_000), st.integers(1, 100_000), st.integers(1, 100_000))
def test_never_above_either_limit(m, n, k):
    got = outputs(m=m, n=n, k=k)
    assert 0 < got["share_of_peak"].base <= 1
    assert got["time"].base >= got["traffic"].base / 3352e9 * (1 - 1e-9)


def test_a_measured_rate_of_the_peak_itself_is_all_of_it():
    assert outputs(peak="100 TFLOPS", measured="100 TFLOPS")["measured_share"].base == 1


def test_what_meets_the_ridge_point_is_bound_by_arithmetic():
    # ReLU in BF16: 1 FLOP on 4 bytes, and a ridge point of 0.25 TFLOPS over 1 TB/s
    finished = run("roofline", {"workload": "elementwise", "peak": "0.25 TFLOPS", "bandwidth": "1 TB/s"})
    assert finished.outputs["bound"] == "arithmetic"
    assert any("it is compute bound at any size" in remark for remark in finished.working.remarks)


def test_the_summary_by_hand():
    # one row: 3.352 * 0.99951 = 3.35 TFLOPS of 989.4; 1 TFLOPS of it is 29.85%
    said = run("roofline", {"m": 1, "measured": "1 TFLOPS"}).summary
    assert "at most 3.35 TFLOPS, 0.339% of the peak. Compute bound from 345 " in said and " Measured: 29.8% of that." in said
    assert "Compute bound" not in run("roofline", {"workload": "decode"}).summary
    assert "Measured" not in run("roofline").summary


def test_what_never_turns_is_said_with_three_digits():
    remarks = run("roofline", {"workload": "gemv", "peak": "12.34 TFLOPS", "bandwidth": "1 TB/s"}).working.remarks
    assert any("at 1 FLOP/byte against a ridge point of 12.3 FLOP/byte it never turns" in remark for remark in remarks)


def test_only_a_sparse_peak_is_remarked_on():
    for sparsity, told in (("sparse", True), ("dense", False)):
        remarks = run("roofline", {"sparsity": sparsity}).working.remarks
        assert any("2:4 pattern skips" in remark for remark in remarks) == told

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


@given(st.integers(1, 100_000), st.integers(1, 100_000), st.integers(1, 100_000))
def test_never_above_either_limit(m, n, k):
    got = outputs(m=m, n=n, k=k)
    assert 0 < got["share_of_peak"].base <= 1
    assert got["time"].base >= got["traffic"].base / 3352e9 * (1 - 1e-9)

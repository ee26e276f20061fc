"""Multiplications as questions: shapes, and the format that an accelerator has for the operands."""

import pytest
from invented import BASE, asked, measurement, refused

from calculators.measured import kernels

H100 = "h100-sxm5-80gb"
A100 = "a100-sxm4-80gb"


@pytest.mark.parametrize(("metric", "output"), [("matmul_rate", "attainable"), ("matmul_time", "time"), ("kernel_time", "time")])
def test_a_multiplication_is_timed_or_rated(metric, output):
    found = kernels.multiplication(measurement(metric, precision="BF16", shape=[1, 2, 3]), BASE)
    assert (found.calculator, found.output) == ("roofline", output)
    assert found.inputs == {"gpu": H100, "format": "bf16", "workload": "gemm", "m": "1", "n": "2", "k": "3"}


@pytest.mark.parametrize("shape", [[1, 2], [1, 2, 3, 4]])
def test_a_multiplication_has_three_sides(shape):
    with pytest.raises(ValueError, match=r"shorter|longer"):
        asked(kernels.multiplication, precision="BF16", shape=shape)


@pytest.mark.parametrize(
    ("hardware", "precision", "inputs"),
    [
        (H100, "FP8", {"format": "fp8"}),
        (A100, "FP8", {"format": "bf16", "weights": "fp8"}),
        (A100, "BF16", {"format": "bf16"}),
        (A100, "INT8 weights", {"format": "bf16", "weights": "int8"}),
        (H100, "INT8 weights", {"format": "bf16", "weights": "int8"}),
        (H100, "FP8 KV, BF16 arithmetic", {"format": "bf16"}),
    ],
)
def test_what_a_card_cannot_multiply_it_stores(hardware, precision, inputs):
    found = asked(kernels.attention, hardware, precision=precision)
    large = {"workload": "gemm", "m": "100000", "n": "100000", "k": "100000"}
    assert found.inputs == {"gpu": hardware} | inputs | large


def test_operands_that_nobody_knows_are_not_asked_for():
    assert "same as FP5" in refused(kernels.attention, precision="FP5")

"""The main figures of an accelerator: which rate and which link stand for it, and what is said with them."""

import pytest

from calculators import facts
from calculators.accelerator_figures import FIGURES, peak, sixteen_bits, to_others

GPUS = facts.load().accelerators


@pytest.mark.parametrize(
    ("slug", "rate", "remark"),
    [
        ("h100-sxm5-80gb", 989.4e12, ""),
        ("tpu-v5e", 197e12, "TPU v5e: the half-precision rate is that of BF16."),
        ("h100-nvl-94gb", 1671e12 / 2, "H100 NVL: No dense peak is printed; this is half of the 2:4 sparse one."),
    ],
)
def test_half_precision_is_fp16_or_else_bf16_which_is_said(slug, rate, remark):
    found = sixteen_bits(GPUS[slug])
    assert (found.quantity.base, found.remark) == (pytest.approx(rate), remark)


def test_a_format_that_an_accelerator_lacks_has_no_rate():
    assert peak(GPUS["a100-sxm4-80gb"], "fp8_tensor") is FIGURES["fp8"].of(GPUS["a100-sxm4-80gb"]) is None


@pytest.mark.parametrize("slug", ["rx-7900-xtx", "rtx-4090"])  # of one no link is known, the other is said to have none
def test_without_a_link_of_its_own_an_accelerator_sends_over_pcie(slug):
    # 16 lanes of PCIe 4.0: 16 Gbit/s, of which the line code leaves 128 of 130 bits
    found = to_others(GPUS[slug])
    assert found.quantity.base == pytest.approx(16 * 16e9 / 8 * 128 / 130)
    assert found.remark == f"{GPUS[slug].short} has no link of its own; its link is the PCIe slot."


@pytest.mark.parametrize(("slug", "both"), [("h100-sxm5-80gb", 900e9), ("h100-pcie-80gb", 600e9)])  # of one, one way is printed
def test_one_way_over_a_link_of_its_own_needs_no_remark(slug, both):
    found = to_others(GPUS[slug])
    assert (found.quantity.base, found.remark) == (both / 2, "")

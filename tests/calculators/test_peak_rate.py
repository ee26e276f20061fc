"""Peak rates, worked by hand from published tables."""

import pytest

from calculators import InputProblems, facts, run
from calculators.declare import Derived
from calculators.peak_rate import base_of, known_peak, known_peaks
from calculators.records import MissingFact

GPUS = facts.load().accelerators


def outputs(**inputs):
    return run("peak_rate", inputs).outputs


def test_units_times_arithmetic_times_clock_by_hand():
    # H100 SXM, BF16: 132 SMs x 4096 FLOP x 1830 MHz = 989.43 TFLOPS; FP32 vector at its boost: 132 x 256 x 1980 MHz = 66.9 TFLOPS
    assert outputs(gpu="h100-sxm5-80gb")["peak"].to("TFLOPS") == pytest.approx(989.43, rel=1e-5)
    vector = outputs(gpu="h100-sxm5-80gb", format="fp32", pipe="vector")
    assert vector["peak"].to("TFLOPS") == pytest.approx(66.9, rel=1e-3)


def test_the_ratio_is_the_product_of_its_factors():
    # H100 over A100: 4096/2048 x 132/108 x 1830/1410 = 2 x 1.222 x 1.298 = 3.17
    got = outputs()
    assert got["ratio_of_widths"].base == 2
    assert got["ratio_of_units"].base == pytest.approx(132 / 108)
    assert got["ratio_of_clocks"].base == pytest.approx(1830 / 1410)
    product = (
        got["ratio_of_widths"].base * got["ratio_of_units"].base * got["ratio_of_clocks"].base * got["ratio_of_sparsity"].base
    )
    assert got["ratio"].base == pytest.approx(product)
    assert got["ratio"].base == pytest.approx(3.17, abs=0.005)


def test_geforce_halves_the_rate_with_fp32_sums():
    # RTX 4090: 128 SMs x 512 x 2520 MHz = 165.2, and twice that with FP16 sums
    single, double = (
        outputs(gpu="rtx-4090", against="rtx-4090", format="fp16", accumulate=width)["peak"] for width in ("fp32", "fp16")
    )
    assert single.to("TFLOPS") == pytest.approx(165.2, abs=0.05)
    assert double.base == pytest.approx(2 * single.base)


def test_dense_is_not_compared_with_sparse_unasked():
    with pytest.raises(InputProblems, match="is dense, but the first is sparse"):
        outputs(sparsity="sparse")
    mixed = outputs(sparsity="sparse", mixed="allow")
    assert mixed["ratio"].base == pytest.approx(2 * outputs()["ratio"].base)
    assert mixed["ratio_of_sparsity"].base == 2


def test_an_own_clock_scales_the_peak():
    assert outputs(clock="915 MHz")["peak"].base == pytest.approx(outputs()["peak"].base / 2)


def test_the_boost_clock_gives_more_than_is_printed():
    # H100 SXM: 1980 instead of 1830 MHz is 8.2% more than NVIDIA prints
    assert outputs(at="boost")["difference"].to("%") == pytest.approx(8.2, abs=0.05)


def test_what_is_not_known_is_refused_with_the_field():
    with pytest.raises(InputProblems, match=r"no rate\.fp8_tensor"):
        outputs(format="fp8", against="a100-sxm4-80gb")
    with pytest.raises(InputProblems, match="per_clock"):
        outputs(gpu="v100-sxm2-32gb", format="fp8")


def test_a_printed_peak_is_taken_as_printed():
    fact = known_peak(GPUS["h100-sxm5-80gb"], "bf16_tensor")
    assert fact.address == "h100-sxm5-80gb/peak.bf16_tensor"


def test_a_peak_nobody_knows_is_missing():
    with pytest.raises(MissingFact):
        known_peak(GPUS["v100-sxm2-32gb"], "fp8_tensor")


@pytest.mark.parametrize("slug", sorted(GPUS))
def test_a_derived_peak_says_what_it_rests_on(slug):
    for key in ("fp16_tensor", "bf16_tensor", "fp8_tensor"):
        try:
            found = known_peak(GPUS[slug], key)
        except MissingFact:
            continue
        if isinstance(found, Derived):
            assert found.facts and all(fact.record == slug for fact in found.facts) and found.how


def test_every_known_peak_of_a_card_is_listed_and_a_printed_one_wins():
    # H100 NVL: 1,671 TFLOPS sparse is printed, so the dense peak is 835.5; RTX 4060 Ti: 34 SMs * 512 FLOP * 2535 MHz = 44.1
    nvl, small = known_peaks(GPUS["h100-nvl-94gb"]), known_peaks(GPUS["rtx-4060-ti-16gb"])
    assert isinstance(nvl["bf16_tensor"], Derived) and base_of(nvl["bf16_tensor"]) == 835.5e12
    assert base_of(small["bf16_tensor"]) == pytest.approx(34 * 512 * 2535e6)
    assert known_peaks(GPUS["h100-sxm5-80gb"])["bf16_tensor"] == GPUS["h100-sxm5-80gb"]["peak.bf16_tensor"]


def test_the_rate_of_a_unit_by_hand():
    # H100 SXM: 4096 FLOP * 1830 MHz = 7.4957 TFLOPS for each SM
    assert outputs()["per_unit"].to("TFLOPS") == pytest.approx(4096 * 1.83e9 / 1e12)


def test_the_summary_names_the_factors():
    said = run("peak_rate").summary
    assert "dense, 3.17× A100" in said and "2× from arithmetic per clock, 1.22× from units, 1.3× from clocks" in said

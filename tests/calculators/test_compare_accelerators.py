"""Accelerators side by side: ratios of printed figures by hand, and unlike never divided by unlike."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators import InputProblems, facts, run
from calculators.accelerator_figures import FIGURES, to_others
from calculators.compare_accelerators import Outputs
from calculators.present.compared import _ratio
from calculators.present.form import form
from calculators.units import Quantity

GPUS = facts.load().accelerators


def outputs(**inputs):
    return run("compare_accelerators", inputs).outputs


def test_an_h100_over_an_a100_by_hand():
    got = outputs()  # 3352/2039 = 1.644; 989.4/312 = 3.171; 700/400 = 1.75; 1413/780 = 1.812
    assert got["b_bandwidth"].base == pytest.approx(3352 / 2039)
    assert got["b_half"].base == pytest.approx(989.4 / 312)
    assert got["b_power"].base == 1.75
    assert got["b_rate_per_watt"].base == pytest.approx(989.4 / 700 / (312 / 400))
    assert got["b_capacity"].base == 1
    assert got["b_ridge"].base == pytest.approx(989.4e12 / 3352e9)


def test_sums_in_fp32_and_one_direction_whatever_is_quoted():
    # the RTX 4090's 330 TFLOPS sum in FP16, the H100's 900 GB/s count both directions
    got = outputs(a="rtx-4090")
    assert got["b_half"].base == pytest.approx(989.4 / 165.2)
    # 450 GB/s over 16 lanes of 16 GT/s after the line code, 31.5 GB/s
    assert got["b_link"].base == pytest.approx(450 / (16 * 16 * 128 / 130 / 8))


def test_what_is_not_known_is_not_compared():
    got = run("compare_accelerators", {"a": "a100-sxm4-80gb", "b": "tpu-v5e"})
    assert got.outputs["b_fp8"] == got.outputs["b_power"] == "none"
    assert "Not known of TPU v5e: FP8 rate, Power limit, Half-precision rate per watt." in got.working.remarks


def test_a_third_and_a_fourth_may_be_left_out():
    two, four = run("compare_accelerators"), run("compare_accelerators", {"c": "mi300x", "d": "tpu-v5e"})
    assert two.outputs["c_bandwidth"] == two.outputs["d_ridge"] == "none"
    assert four.outputs["c_bandwidth"].base == pytest.approx(5300 / 2039)
    assert four.outputs["d_ridge"].base == pytest.approx(197 / 0.819, rel=1e-3)
    assert four.query == "c=mi300x&d=tpu-v5e"
    assert run("compare_accelerators", {"c": ""}).query == ""


def test_a_fourth_may_stand_without_a_third():
    assert outputs(d="mi300x")["d_capacity"].base == pytest.approx(192 / 80)


@pytest.mark.parametrize(
    ("inputs", "field", "said"),
    [
        ({"b": "a100-sxm4-80gb"}, "b", "compared with itself"),
        ({"c": "mi300x", "d": "mi300x"}, "d", "it is the third already"),
        ({"c": "mi300"}, "c", "did you mean"),
        ({"a": ""}, "a", "is empty"),
    ],
)
def test_bad_choices_are_refused_by_field(inputs, field, said):
    with pytest.raises(InputProblems, match=said) as wrong:
        outputs(**inputs)
    assert [problem.field for problem in wrong.value.problems] == [field]


def test_the_table_has_no_ratio_of_unlike_facts():
    h100 = GPUS["h100-sxm5-80gb"]
    both, one = h100["interconnect.nvlink_total"], h100["interconnect.nvlink_per_direction"]
    assert _ratio(both, one, one.key) is None  # both directions over one
    assert _ratio(h100["peak_sparse.bf16_tensor"], h100["peak.bf16_tensor"], "peak.bf16_tensor") is None
    assert _ratio(one, one, one.key) == 1
    assert _ratio(h100["interconnect.nvlink_generation"], h100["interconnect.nvlink_generation"], "nvlink_generation") is None


def test_the_table_shows_every_dense_fact():
    finished = run("compare_accelerators", {"c": "mi300x"})
    shown = finished.calculator.table(finished)
    assert "sparse" not in shown.lower().replace("sparsity", "")
    for gpu in (GPUS["a100-sxm4-80gb"], GPUS["mi300x"]):
        dense = [fact for key, fact in gpu.facts.items() if not key.startswith(("peak_sparse", "peak_preliminary", "mig."))]
        assert all(fact.label in shown for fact in dense)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(GPUS)), st.sampled_from(sorted(GPUS)))
def test_swapping_two_turns_every_ratio_over(a, b):
    if a == b:
        return
    there, back = outputs(a=a, b=b), outputs(a=b, b=a)
    for field in dataclasses.fields(Outputs):
        one, other = there[field.name], back[field.name]
        assert isinstance(one, Quantity) == isinstance(other, Quantity) or field.name.endswith("_ridge")
        if isinstance(one, Quantity) and field.name.startswith("b_") and not field.name.endswith("_ridge"):
            assert one.base * other.base == pytest.approx(1)


@pytest.mark.parametrize("slug", sorted(GPUS))
def test_figures_rest_on_facts_of_their_own_accelerator(slug):
    for figure in FIGURES.values():
        if known := figure.of(GPUS[slug]):
            assert known.quantity.base > 0
            assert any(fact.record == slug for fact in known.facts)


def test_a_link_whose_rate_is_not_known_is_not_taken_for_none():
    assert to_others(GPUS["mi250"]) is None  # it has Infinity Fabric, whose total was not found
    assert "PCIe" in to_others(GPUS["rtx-4090"]).remark


def test_the_form_offers_to_leave_the_third_out():
    shown = form(run("compare_accelerators"))
    assert shown.count('<option value="" selected>none</option>') == 2


def test_what_a_figure_stands_for_is_said_once_for_each_accelerator():
    finished = run("compare_accelerators", {"a": "rtx-4090", "b": "tpu-v5e"})
    assert finished.working.remarks == [
        "RTX 4090 has no link of its own; its link is the PCIe slot.",
        "TPU v5e: the half-precision rate is that of BF16.",
        "Not known of TPU v5e: FP8 rate, Power limit, Half-precision rate per watt.",
    ]


def test_the_summary_says_each_ratio_in_three_digits():
    # 3352/2039, 989.4/312, 700/400; 819/2039, 197/312, 17.18 GB (16 GiB) of 80 GB
    said = run("compare_accelerators", {"c": "tpu-v5e"}).summary
    assert said == (
        "Against A100 SXM, H100 SXM: 1.64× the bandwidth, 3.17× the half-precision rate, 1× the memory, "
        "1.75× the power; TPU v5e: 0.402× the bandwidth, 0.631× the half-precision rate, 0.215× the memory."
    )


def test_a_result_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        run("compare_accelerators").result.b_power = 1

"""Predicted against measured: questions worked by hand, the floor that nothing beats, medians recomputed from the records."""

import statistics
from dataclasses import replace

import pytest

from calculators import facts
from calculators.measured import comparison, kinds, reached, step
from calculators.measured.comparison import compare, compared
from calculators.measured.explanations import explain
from calculators.measured.statistics import grouped, spread
from calculators.measured.step import Step
from calculators.present import measured_tables
from calculators.units import Quantity, read_quantity

BASE = facts.load()


def found(id):
    return compare(BASE.measurements[id], BASE)


def test_a_decoding_rate_against_the_bound_from_bandwidth():
    # Llama 2 7B in BF16 on an A100 SXM 80 GB: 6.607e9 parameters are read (6.738e9 without the embedding of
    # 32000 x 4096), 13.21 GB, and 5 tokens of cache, 2.6 MB; 2,039 GB/s over that are 154.3 tokens/s. Measured: 104.9.
    each = found("gpt-fast-001")
    assert each.bound.to("token/s") == pytest.approx(154.3, rel=0.002)
    assert each.share == pytest.approx(104.9 / 154.3, rel=0.002)


def test_a_time_is_compared_the_other_way_round():
    # 1 x 8192 x 8192 in BF16 moves 8192^2 x 2 + 2 x 8192 x 2 bytes = 134.25 MB: 65.84 us at 2,039 GB/s. Measured: 87.996 us.
    each = found("aiconfigurator-001")
    assert each.bound.to("us") == pytest.approx(65.84, rel=0.002)
    assert each.share == pytest.approx(65.84 / 87.996, rel=0.002)


def test_a_transfer_and_a_collective():
    assert found("stas-network-113").bound.to("GB/s") == pytest.approx(63.02, rel=0.001)  # 16 x 32 GT/s x 128/130 / 8
    assert found("stas-network-020").bound.to("GB/s") == pytest.approx(300, rel=0.001)  # NVLink 3, one way
    assert found("stas-network-115").bound.to("GB/s") == pytest.approx(450, rel=0.001)  # NVLink 4, one way


def test_a_training_rate_becomes_an_mfu_near_the_printed_one():
    # 6 FLOP for each of 64,862,437,376 parameters, and 12 x 80 layers x 8192 x 2048 tokens for attention: it prints 41.25%
    each = found("llm-foundry-001")
    assert each.share == pytest.approx(1007 * (6 * 64_862_437_376 + 12 * 80 * 8192 * 2048) / 989.4e12, rel=0.001)
    assert each.share == pytest.approx(0.4125, rel=0.01)


def test_attention_over_long_sequences_counts_as_in_the_printed_mfu():
    printed = [each for each in compared("training_rate_per_gpu") if each.entry.details.get("precision") == "BF16"]
    printed = [each for each in printed if each.entry.source.id == "llm-foundry" and "mfu" in each.entry.details]
    assert len(printed) > 100
    wrong = [each for each in printed if abs(each.share / read_quantity(each.entry.details["mfu"]).base - 1) > 0.02]
    assert wrong == []


def test_half_of_an_accelerator_has_half_of_its_bandwidth():
    each = found("gpt-fast-029")
    assert each.entry.details["part"] * 2 == 1
    assert each.question.inputs["bandwidth"] == f"{BASE.accelerators['mi250x']['memory.bandwidth'].base / 2e9:.9g} GB/s"


def test_cards_that_share_by_layers_take_turns():
    alone, four = found("xiong-llamacpp-064"), found("xiong-llamacpp-120")
    assert four.question.inputs["split"] == "layer" and four.entry.count > 1
    assert alone.question.inputs.get("split") is None


def test_what_cannot_be_predicted_says_why():
    for id, reason in {
        "mlperf-training-006": "only a part of the weights is trained, and how much is not stated",
        "deepseek-infra-030": "traffic that stays within a GPU is counted too, and how much that is depends on the router",
        "deepseek-infra-029": "a production average, prompts from the cache included",
        "xiong-llamacpp-529": "no peak rate of the M2 Ultra in FP16 is known",
    }.items():
        assert (found(id).reason, found(id).bound, found(id).share) == (reason, None, None)


def test_no_measurement_beats_a_floor_without_an_explanation():
    everything = comparison.all_compared()
    assert measured_tables.unexplained(everything) == []
    assert sum(each.bound is not None for each in everything) >= 1_400
    beaten = {each.entry.id for each in everything if each.beaten}
    assert {"aiconfigurator-204", "torch-test-4090-fp16"} <= beaten


def test_decoding_without_efficiency_is_a_floor_of_the_time():
    floors = [each for each in compared("decode_rate") if each.question.floor]
    assert len(floors) > 350
    assert all(each.share <= 1 for each in floors)
    expected = [each.entry.details for each in compared("decode_rate") if not each.question.floor]
    assert all("architecture.num_experts" in BASE.models[told["model"]] and told["batch"] > 1 for told in expected)


def test_a_server_is_estimated_below_what_its_arithmetic_allows():
    # Llama 3.1 8B in FP8 on an H100: 1,000 tokens of prompt and 1,000 of answer, of 2 x 7.0e9 FLOP and attention:
    # 1,979 TFLOPS allow 68,300 output tokens/s. Reading weights and caches leaves 24,600 of them.
    each = found("trtllm-134")
    told = each.entry.details
    assert (told["model"], told["input_length"], told["output_length"]) == ("llama-3.1-8b", 1000, 1000)
    assert not each.question.floor and each.bound.base < comparison.bound_of(each.question.beyond)
    assert each.share == pytest.approx(0.62, abs=0.15) and not each.beaten
    better = replace(each, entry=replace(each.entry, value=comparison.bound_of(each.question.beyond) * 1.01))
    assert better.share > 1 and better.beaten
    assert not replace(each, entry=replace(each.entry, value=each.bound.value * 1.2)).beaten  # an estimate may be exceeded


def test_where_prompts_are_not_stated_the_estimate_leaves_them_out():
    # 8 H200 in FP8: 8 x 1,979 TFLOPS over 2 x 68.7e9 FLOP for a token of Llama 2 70B, less attention
    each = found("mlperf-inference-039")
    beyond = comparison.bound_of(each.question.beyond)
    assert beyond == pytest.approx(8 * 1979e12 / (2 * 68.7e9), rel=0.05)
    assert each.question.inputs["prompt"] == "1" and each.bound.base < beyond and not each.beaten
    assert each not in reached.measured("serving")


def test_an_exchange_between_nodes_is_bounded_by_the_network():
    # Two levels over 4 nodes send 2 x 3/4 / 8 of the message over 50 GB/s: 266.7 GB/s, times 2 x 31/32 on the bus
    assert found("stas-network-080").bound.to("GB/s") == pytest.approx(50 / (2 * 3 / 4 / 8) * 2 * 31 / 32, rel=0.001)
    assert found("deepseek-infra-003").bound.to("GB/s") == pytest.approx(50, rel=0.001)
    # 128 tokens to 8 experts each, 7,168 numbers of one byte: 7.34 MB, of which 15 of 16 leave the GPU
    each = found("deepseek-infra-011")
    assert each.bound.to("us") == pytest.approx(128 * 8 * 7168 * 15 / 16 / 50e3, rel=0.001) and not each.question.floor


def test_a_first_token_is_bounded_by_prefill():
    # 5,000 tokens of Llama 3.1 70B on 2 H100 in FP8: 2 x 69.5e9 x 5000 FLOP and attention over 2 x 1,979 TFLOPS
    assert found("nim-benchmarks-010").bound.to("ms") == pytest.approx(2 * 69.5e9 * 5000 / (2 * 1979e12) * 1e3, rel=0.05)


def test_a_floor_that_is_beaten_stops_the_page():
    real = found("gpt-fast-001")
    faster = replace(real, bound=Quantity(real.bound.base / 2, real.bound.unit))
    assert faster.beaten and measured_tables.unexplained([real, faster]) == [faster]


def test_those_farthest_from_the_bound_are_explained():
    for kind in kinds.KINDS:
        judged = sorted((each for each in compared(*kind.metrics) if each.bound is not None), key=lambda each: each.share)
        assert all(len(explain(each)) > 20 for each in judged[:10]), kind.name


def test_a_spread_is_the_median_and_the_middle_eight_tenths():
    decoding = compared("decode_rate")
    all_of_them = spread(decoding)
    shares = sorted(each.share for each in decoding)
    assert all_of_them.median == statistics.median(shares)
    assert (
        shares[0] == all_of_them.least < all_of_them.low < all_of_them.median < all_of_them.high < all_of_them.most == shares[-1]
    )
    groups = grouped(decoding, lambda each: (kinds.framework(each.entry),))
    assert sum(group.count for group in groups.values()) == all_of_them.count
    assert spread([]) is None


def test_a_doubted_run_judges_nothing():
    doubted = [each for each in compared("prefill_rate") if "suspect" in each.entry.details]
    assert doubted and not any(each.judges for each in doubted)
    assert spread(doubted) is None


def test_a_step_is_its_bound_over_an_efficiency_and_a_constant():
    # 8 ms at 80% take 10 ms, and 2 ms besides: 12 ms, two thirds of the bound.
    assert Step(0.8, 2e-3).share(8e-3) == pytest.approx(2 / 3)
    real, truth = found("gpt-fast-001"), Step(0.8, 2e-3)
    cases = []
    for milliseconds in range(1, 30):
        bound = 1e3 / milliseconds
        reached = replace(real.entry, value=bound * truth.share(milliseconds / 1e3))
        cases.append(replace(real, entry=reached, bound=Quantity(bound, "token/s")))
    assert step.fit(cases) == truth
    assert step.interval(cases, truth) == pytest.approx((1, 1))
    with pytest.raises(ValueError, match="nothing to learn"):
        step.fit([])

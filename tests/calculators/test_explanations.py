"""Why a measurement stays below its bound: what the record says, else the condition that shows it, and where each begins."""

from dataclasses import replace

import pytest

from calculators import facts
from calculators.measured import comparison
from calculators.measured.explanations import explain
from calculators.measured.question import Question
from calculators.units import Quantity

REAL = facts.load().measurements["gpt-fast-001"]
MEASURED = 1000
TURNS = "layers split over the GPUs"
LAUNCHES = "Kernel launches and what runs between them"
LEFT_OUT = "What the GPUs exchange, and whatever is not a matrix multiplication, is left out of the bound"


def why(metric, *, gpus=1, share=0.5, question=None, **details):
    entry = replace(REAL, metric=metric, value=MEASURED, count=gpus, details=details)
    bound = MEASURED * share if comparison.is_time(metric) else MEASURED / share
    found = comparison.Comparison(entry, question or Question("decode", "token_rate", {}), Quantity(bound, entry.unit))
    assert found.share == share
    return explain(found)


def test_what_the_record_says_comes_first():
    assert why("decode_rate", explanation="the fan had stopped", batch=1) == "The fan had stopped"
    assert why("prefill_rate", suspect="a typing error") == "A typing error"


def test_a_measurement_of_another_kind_has_no_explanation():
    assert why("memory_copy_bandwidth") == ""


@pytest.mark.parametrize(
    ("conditions", "begins"),
    [
        ({"gpus": 3, "parallelism": TURNS}, "3 cards take turns"),
        ({"gpus": 4, "parallelism": TURNS}, "4 cards take turns"),
        ({"gpus": 4, "parallelism": "tensor parallel"}, "Each of 4 GPUs reads little"),
        ({"gpus": 3, "parallelism": "tensor parallel"}, LAUNCHES),
        ({"precision": "Q4_K_M"}, "Unpacking weights of four bits"),
        ({"precision": "INT4 weights, groups of 32"}, "Unpacking weights of four bits"),
        ({"precision": "BF16"}, LAUNCHES),
        ({"batch": 8}, "The batch reads caches of its own"),
        ({"batch": 7}, LAUNCHES),
    ],
)
def test_why_decoding_is_below_its_bound(conditions, begins):
    assert why("decode_rate", **{"batch": 1} | conditions).startswith(begins)


@pytest.mark.parametrize(
    ("floor", "share", "begins"),
    [(False, 1.25, "Requests that resemble one another"), (False, 1.0, LAUNCHES), (True, 1.25, LAUNCHES)],
)
def test_only_an_expectation_is_exceeded_by_requests_that_are_alike(floor, share, begins):
    question = Question("decode", "token_rate", {}, floor=floor)
    assert why("decode_rate", share=share, question=question, batch=1).startswith(begins)


@pytest.mark.parametrize(
    ("conditions", "begins"),
    [
        ({"gpus": 2, "parallelism": TURNS, "precision": "Q4_K_M"}, "The layers are split: 2 cards work one after the other"),
        ({"precision": "Q4_K_M"}, "The bound counts INT8 arithmetic"),
        ({"precision": "FP16"}, "Steps of 512 tokens are too small"),
    ],
)
def test_why_prompts_are_read_below_their_bound(conditions, begins):
    assert why("prefill_rate", **conditions).startswith(begins)


@pytest.mark.parametrize(("tokens", "begins"), [(256, "So short a prompt"), (257, "The bound leaves out what the GPUs exchange")])
def test_up_to_256_tokens_a_prompt_is_short(tokens, begins):
    assert why("time_to_first_token", input_length=tokens).startswith(begins)


@pytest.mark.parametrize(
    ("conditions", "begins"),
    [
        ({"share": 1.25, "input_length": 100}, "The calculator reads prompts one after another"),
        ({"share": 1.0}, "The source does not state the prompts"),
        ({"gpus": 4}, "The source does not state the prompts"),
        ({"gpus": 4, "input_length": 100, "question": Question("decode", "time_per_output_token", {})}, "So few requests leave"),
        ({"gpus": 4, "input_length": 100}, "What 4 GPUs exchange in every layer is left out"),
        ({"gpus": 3, "input_length": 100}, "The estimate leaves out whatever is neither reading nor multiplying"),
    ],
)
def test_why_a_server_is_below_its_estimate(conditions, begins):
    assert why("output_rate", **{"question": Question("serving", "output_rate", {})} | conditions).startswith(begins)


def test_a_request_names_its_sequences_and_gpus():
    assert why("request_latency", gpus=2, batch=16).startswith("16 sequences on 2 GPUs")


@pytest.mark.parametrize("metric", ["matmul_time", "kernel_time"])
@pytest.mark.parametrize(
    ("shape", "output", "begins"),
    [
        ((1, 8192, 4096), "time", "With one row the time is a few microseconds"),
        ((2, 8192, 4096), "time", "With 2 rows the time"),
        ((128, 8192, 4096), "time", "With 128 rows the time"),
        ((129, 8192, 4096), "time", "Too small to fill the accelerator"),
        ((8192, 1, 1), "time", "Too small to fill the accelerator"),
        ((1, 8192, 4096), "attainable", "Too small to fill the accelerator"),
    ],
)
def test_up_to_128_rows_starting_the_kernel_takes_as_long(metric, shape, output, begins):
    assert why(metric, question=Question("roofline", output, {}), shape=shape).startswith(begins)


@pytest.mark.parametrize("metric", ["allreduce_time", "allreduce_bus_bandwidth"])
@pytest.mark.parametrize(
    ("payload", "begins"),
    [("4 MiB", "A small message"), ("4194305 byte", "The message is not yet long enough")],
)
def test_a_message_of_more_than_4_mib_is_no_small_one(metric, payload, begins):
    assert why(metric, payload=payload).startswith(begins)


ALL_METRICS = ("training_rate_per_gpu", "training_rate", "training_flops_per_gpu", "training_time", "gpu_hours")


@pytest.mark.parametrize("metric", ALL_METRICS)
def test_training_without_a_condition_that_shows_why(metric):
    assert why(metric, precision="BF16") == LEFT_OUT


@pytest.mark.parametrize(
    ("details", "format", "said"),
    [
        ({}, "fp8", "The precision is not stated, and the bound counts FP8"),
        ({}, "bf16", LEFT_OUT),
        ({"precision": "FP8"}, "fp8", "The peak of FP8 is twice that of BF16"),
        ({"precision": "NVFP4"}, "fp4", "The peak of FP4 is several times that of BF16"),
        ({"precision": "BF16", "sequence_length": 16384, "other_model": "X"}, "bf16", "Attention over so long a sequence"),
        ({"precision": "BF16", "sequence_length": 16383, "other_model": "X"}, "bf16", LEFT_OUT),
        ({"precision": "BF16", "other_model": "X"}, "bf16", LEFT_OUT),
        ({"precision": "BF16", "sequence_length": 16384, "model": "x"}, "bf16", LEFT_OUT),
        ({"precision": "BF16", "recompute": "full"}, "bf16", "Every layer is computed a second time"),
        ({"precision": "BF16", "recompute": "selective"}, "bf16", LEFT_OUT),
        ({"precision": "BF16", "micro_batch": 1, "parameters": 3_999_999_999}, "bf16", "One sequence of a small model"),
        ({"precision": "BF16", "micro_batch": 1, "parameters": 4_000_000_000}, "bf16", LEFT_OUT),
        ({"precision": "BF16", "micro_batch": 1}, "bf16", LEFT_OUT),
        ({"precision": "BF16", "micro_batch": 2, "parameters": 10**9}, "bf16", LEFT_OUT),
        ({"precision": "BF16", "parameters": 10**9}, "bf16", LEFT_OUT),
    ],
)
def test_why_training_is_below_its_bound(details, format, said):
    explained = why("training_rate", question=Question("training_time", "throughput", {"format": format}), **details)
    assert explained.startswith(said) and ";" not in explained


def test_all_reasons_of_a_training_run_are_told_as_one_sentence():
    asked = Question("training_time", "throughput", {"format": "fp8"})
    said = why("training_rate", question=asked, recompute="full", micro_batch=1, parameters=10**9)
    assert said == (
        "The precision is not stated, and the bound counts FP8, the fastest that these GPUs train in; "
        "every layer is computed a second time; one sequence of a small model does not fill the GPU"
    )

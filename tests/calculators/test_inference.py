"""Decoding, prompts and servers as questions: what is asked under which conditions, and what cannot be asked."""

from decimal import Decimal

import pytest
from invented import asked, refused

from calculators.measured import inference

H100 = "h100-sxm5-80gb"
A100 = "a100-sxm4-80gb"
LLAMA = {"model": "llama-3.1-8b", "precision": "BF16"}
MIXTURE = {"model": "mixtral-8x7b", "precision": "BF16"}
ASKED = {
    "gpu": H100,
    "gpus": "1",
    "model": "llama-3.1-8b",
    "weights": "bf16",
    "compute": "bf16",
    "capacity_rule": "ignore",
}


@pytest.mark.parametrize(
    ("lengths", "context"),
    [
        ({"context": 100, "input_length": 1000, "output_length": 301}, "1250"),  # 100 + 1,000 + half of the answer
        ({"context": 100}, "100"),
        ({"input_length": 1000}, "1000"),
        ({"output_length": 200}, "100"),
        ({"output_length": Decimal("201.5")}, "100"),
        ({}, "1"),
    ],
)
def test_a_batch_is_decoded_at_the_middle_of_its_answers(lengths, context):
    found = asked(inference.decoding, batch=4, **LLAMA, **lengths)
    assert (found.calculator, found.output, found.scale) == ("decode", "token_rate", 1)
    assert found.inputs == ASKED | {"batch": "4", "context": context}


@pytest.mark.parametrize(
    ("parallelism", "split"), [("layers split over the GPUs", "layer"), ("tensor parallel", None), (None, None)]
)
def test_cards_that_take_turns_are_asked_for_as_such(parallelism, split):
    told = {"parallelism": parallelism} if parallelism else {}
    assert asked(inference.decoding, count=2, batch=1, **LLAMA, **told).inputs.get("split") == split


@pytest.mark.parametrize(
    ("model", "batch", "floor"), [(MIXTURE, 1, True), (MIXTURE, 2, False), (LLAMA, 1, True), (LLAMA, 2, True)]
)
def test_only_a_batch_of_a_mixture_is_an_expectation(model, batch, floor):
    assert asked(inference.decoding, batch=batch, **model).floor is floor


def test_reading_weights_is_asked_of_a_card_whose_peak_nobody_knows():
    told = {"model": "llama-3.1-8b", "precision": "Q4_K_M"}
    assert asked(inference.decoding, "apple-m2-ultra", batch=1, **told).inputs["compute"] == "fp16"
    assert refused(inference.reading, "apple-m2-ultra", input_length=512, **told).startswith("no peak rate of the ")
    assert refused(inference.reading, "apple-m2-ultra", input_length=512, **told).endswith(" in FP16 is known")


@pytest.mark.parametrize(
    ("hardware", "precision", "said"),
    [
        (H100, "FP8", {"weights": "fp8", "compute": "fp8", "kv": "fp8"}),
        (A100, "FP8", {"weights": "fp8", "compute": "bf16", "kv": "fp8"}),  # which has no FP8 units
        (H100, "FP16", {"weights": "fp16", "compute": "fp16"}),
        ("rtx-4090", "FP16", {"weights": "fp16", "compute": "fp16", "peak": "330.3 TFLOPS"}),  # which sums faster in FP16
        ("rtx-4090", "BF16", {"weights": "bf16", "compute": "bf16"}),
        ("rtx-4090", "Q4_K_M", {"weights": "q4_k_m", "compute": "int8", "scope": "everything"}),
    ],
)
def test_a_precision_is_multiplied_in_the_fastest_format_that_the_card_has(hardware, precision, said):
    found = asked(inference.reading, hardware, model="llama-3.1-8b", precision=precision, input_length=512)
    assert found.inputs == ASKED | {"gpu": hardware, "prompt": "512", "prompts": "1"} | said


def test_part_of_a_card_has_that_part_of_its_bandwidth():
    # a quarter and a tenth of 3,352 GB/s
    for part, bandwidth in (("0.25", "838 GB/s"), ("0.1", "335.2 GB/s")):
        assert asked(inference.decoding, batch=1, part=Decimal(part), **LLAMA).inputs["bandwidth"] == bandwidth
    assert "bandwidth" not in asked(inference.decoding, batch=1, part=1, **LLAMA).inputs


def test_a_model_or_precision_that_nobody_knows_is_not_asked_for():
    assert "no record of the fact base" in refused(inference.decoding, batch=1, precision="BF16")
    assert "same as FP5" in refused(inference.decoding, batch=1, model="llama-3.1-8b", precision="FP5")
    assert "the precision" in refused(inference.decoding, batch=1, model="llama-3.1-8b")
    assert "the batch" in refused(inference.decoding, **LLAMA)


# Prompts


def test_a_prompt_after_others_is_read_without_what_is_cached():
    # 1,000 of 4,000 tokens are there already: the calculator counts them, the source does not
    found = asked(inference.reading, batch=3, context=1000, input_length=3000, **LLAMA)
    assert found.inputs == ASKED | {"prompt": "4000", "prompts": "3", "cached": "25.000000000%"}
    assert (found.calculator, found.output, found.scale, found.floor) == ("prefill", "prompt_rate", 0.75, True)


def test_a_prompt_alone_is_read_whole():
    found = asked(inference.reading, input_length=3000, **LLAMA)
    assert (found.inputs, found.scale) == (ASKED | {"prompt": "3000", "prompts": "1"}, 1)


@pytest.mark.parametrize(
    ("told", "chunk"),
    [({"framework": "llama.cpp"}, "512"), ({"framework": "llama.cpp", "chunk": 2048}, "2048"), ({"framework": "vLLM"}, None)],
)
def test_llama_cpp_reads_512_tokens_in_a_step_unless_told_otherwise(told, chunk):
    assert asked(inference.reading, input_length=3000, **LLAMA, **told).inputs.get("chunk") == chunk


@pytest.mark.parametrize("question", [inference.reading, inference.serving])
def test_a_production_average_is_not_asked_for(question):
    told = {"input_length": 100, "output_length": 100, **LLAMA}
    assert "prompts from the cache included" in refused(question, scenario="production of a week", **told)
    assert asked(question, scenario="a benchmark", **told)


def test_a_first_token_is_timed_where_prompts_do_not_wait():
    found = asked(inference.first_token, batch=1, input_length=300, **LLAMA)
    assert (found.calculator, found.output) == ("prefill", "time_to_first_token")
    assert found.inputs == ASKED | {"prompt": "300"}
    for others in ({"batch": 2}, {}):
        assert "prompts wait for one another" in refused(inference.first_token, input_length=300, **LLAMA, **others)


# Requests and servers


def test_a_request_is_a_prefill_and_a_step_for_each_further_token():
    found = asked(inference.request, batch=4, input_length=1000, output_length=301, **LLAMA)
    assert (found.calculator, found.output, found.scale) == ("decode", "time_per_output_token", 300)
    assert found.inputs == ASKED | {"batch": "4", "context": "1150"}
    (prefill,) = found.also
    assert (prefill.calculator, prefill.output) == ("prefill", "time_to_first_token")
    assert prefill.inputs == ASKED | {"prompt": "1000", "prompts": "4"}


def test_a_server_of_one_request_gives_its_answer_in_the_time_of_the_request():
    told = {"batch": 1, "input_length": 1000, "output_length": 301, **LLAMA}
    found = asked(inference.serving, **told)
    assert (found.key, found.also, found.per) == (
        asked(inference.request, **told).key,
        asked(inference.request, **told).also,
        301,
    )
    assert asked(inference.serving, **told | {"batch": 2}).calculator == "serving"


@pytest.mark.parametrize(
    ("gpus", "replica"), [(1, 1), (2, 2), (6, 6), (7, 7), (8, 8), (9, 3), (11, 1), (12, 6), (16, 8), (20, 5)]
)
def test_a_replica_is_the_largest_part_of_up_to_eight_gpus(gpus, replica):
    found = asked(inference.serving, count=gpus, output_length=100, **LLAMA)
    assert (found.inputs["gpus"], found.scale, found.floor) == (str(replica), gpus // replica, False)


@pytest.mark.parametrize(
    ("gpus", "told", "most"),
    [
        (16, {"batch": 100}, "50"),
        (16, {"batch": 101}, "50"),
        (16, {"most_sequences": 256}, "128"),
        (16, {"batch": 100, "most_sequences": 256}, "50"),
        (16, {"batch": 1000, "most_sequences": 256}, "500"),
        (32, {"batch": 3}, "1"),  # and not none
        (1, {}, "100000"),
        (2, {"batch": 8}, "8"),
    ],
)
def test_sequences_are_shared_by_the_replicas(gpus, told, most):
    assert asked(inference.serving, count=gpus, output_length=100, **LLAMA, **told).inputs["most"] == most


def test_a_server_has_no_limits_but_the_memory():
    found = asked(inference.serving, input_length=300, output_length=Decimal("100.4"), **LLAMA)
    assert (found.calculator, found.output) == ("serving", "output_rate")
    limits = {"first_limit": "100000 s", "token_limit": "1000000 ms", "overhead": "0 GiB"}
    expected = ASKED | limits | {"prompt": "300", "output": "100", "most": "100000"}
    del expected["capacity_rule"]
    assert found.inputs == expected


@pytest.mark.parametrize(
    ("scenario", "mode"), [("one batch from its prompts to its last answers, offline", "static"), ("offline", None)]
)
def test_one_batch_to_its_end_is_not_refilled(scenario, mode):
    assert asked(inference.serving, output_length=100, scenario=scenario, **LLAMA).inputs.get("mode") == mode


@pytest.mark.parametrize(
    ("told", "prompt", "tokens", "share"),
    [
        ({"input_length": 300, "output_length": 100}, "300", "400", 0.25),
        ({"output_length": 100}, "1", "100", 1),
        ({"output_length": 1}, "1", "1", 1),
        ({"input_length": 1, "output_length": 1}, "1", "2", 0.5),
    ],
)
def test_no_server_is_faster_than_the_arithmetic_of_every_token(told, prompt, tokens, share):
    found = asked(inference.serving, count=2, **LLAMA, **told)
    assert found.inputs["prompt"] == prompt
    assert (found.beyond.calculator, found.beyond.output, found.beyond.scale) == ("prefill", "prompt_rate", share)
    at_once = {"gpus": "2", "prompt": tokens, "prompts": "1000", "chunk": "10000000"}
    assert found.beyond.inputs == ASKED | at_once

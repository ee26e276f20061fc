"""A measurement as a question to a calculator: what is asked under which conditions, and what cannot be asked."""

from decimal import Decimal

import pytest
from invented import BASE, measurement

from calculators.measured import exchange, inference, kernels, training
from calculators.measured.question import Unpredictable

H100, A100 = "h100-sxm5-80gb", "a100-sxm4-80gb"
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


def asked(question, *args, **details):
    return question(measurement("", *args, **details), BASE)


def refused(question, *args, **details):
    with pytest.raises(Unpredictable) as why:
        asked(question, *args, **details)
    return str(why.value)


# Decoding


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
    # a quarter of 3,352 GB/s
    assert asked(inference.decoding, batch=1, part=Decimal("0.25"), **LLAMA).inputs["bandwidth"] == "838 GB/s"
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


# Exchanges

WAITLESS = {"gpu": H100, "latency": "0 us", "size": "1 GiB"}


def exchanged(metric, *args, **details):
    entry = measurement(metric, *args, payload="1 GiB", **details)
    found = exchange.collective(entry, BASE)
    return found.output, found.inputs


@pytest.mark.parametrize(
    ("metric", "output", "operation", "algorithm"),
    [
        ("allreduce_bus_bandwidth", "busbw", "all_reduce", "in_switch"),
        ("allreduce_time", "time", "all_reduce", "in_switch"),
        ("allgather_bus_bandwidth", "busbw", "all_gather", "ring"),
        ("reducescatter_bus_bandwidth", "busbw", "reduce_scatter", "ring"),
    ],
)
def test_a_collective_inside_a_node_takes_the_best_algorithm(metric, output, operation, algorithm):
    inside = {"operation": operation, "gpus": "8", "path": "links", "algorithm": algorithm}
    assert exchanged(metric, count=8) == (output, WAITLESS | inside)


@pytest.mark.parametrize(
    ("hardware", "said", "algorithm"),
    [(H100, "Ring, simple protocol", "ring"), (H100, "NVLS", "in_switch"), (A100, "Tree", "ring"), (A100, "", "ring")],
)
def test_a_switch_sums_where_it_can_and_nothing_else_is_stated(hardware, said, algorithm):
    assert exchanged("allreduce_time", hardware, 8, algorithm=said)[1]["algorithm"] == algorithm


def test_a_card_without_links_sends_over_pcie():
    assert exchanged("allreduce_time", "l40s", 8)[1]["path"] == "pcie"


def test_between_nodes_of_eight_the_network_counts():
    # 400 Gbit/s are 50 GB/s
    _, inputs = exchanged("allreduce_bus_bandwidth", count=16, network="400 Gbit/s")
    between = {"nodes": "2", "network": "50 GB/s", "network_latency": "0 us", "algorithm": "two_level"}
    assert inputs == WAITLESS | {"operation": "all_reduce", "gpus": "16", "path": "links"} | between
    assert exchanged("allreduce_time", count=9, network="400 Gbit/s")[1]["nodes"] == "1"


SENT = {"operation": "send_receive", "gpu": H100, "gpus": "2", "path": "links"}


@pytest.mark.parametrize(
    ("gpus", "told", "more"),
    [
        (8, {}, {}),
        (16, {"network": "400 Gbit/s"}, {"path": "own", "bandwidth": "50 GB/s"}),
        (9, {"network": "79 Gbit/s"}, {"path": "own", "bandwidth": "9.875 GB/s"}),
    ],
)
def test_tokens_reach_their_experts_over_the_slowest_link(gpus, told, more):
    found = asked(exchange.expert_rate, count=gpus, **told)
    assert (found.calculator, found.output, found.scale) == ("collectives", "floor_bus", 1)
    assert found.inputs == SENT | more


def test_traffic_that_stays_within_a_gpu_is_not_asked_for():
    assert "stays within a GPU" in refused(exchange.expert_rate, count=8, note="what stays within a GPU is counted")
    assert asked(exchange.expert_rate, count=8, note="nothing else is counted")


@pytest.mark.parametrize(("where", "bytes_each"), [("table 2, dispatch", 1), ("table 2, combine", 2)])
def test_experts_are_sent_a_byte_for_each_number_and_send_back_two(where, bytes_each):
    # DeepSeek-V3 sends each of 128 tokens, 7,168 numbers wide, to 8 experts
    told = {"model": "deepseek-v3", "tokens": 128, "hidden_size": 7168, "network": "400 Gbit/s"}
    found = asked(exchange.expert_time, count=16, where=where, **told)
    assert (found.calculator, found.output, found.floor) == ("collectives", "time", False)
    sent = {"size": f"{128 * 8 * 7168 * bytes_each} byte", "path": "own", "bandwidth": "50 GB/s", "latency": "0 us"}
    assert found.inputs == {"operation": "all_to_all", "gpu": H100, "gpus": "16"} | sent


@pytest.mark.parametrize(("metric", "scale"), [("peer_bandwidth", 1), ("peer_bandwidth_both_ways", 2)])
def test_both_ways_are_twice_one_way(metric, scale):
    found = exchange.peer(measurement(metric, count=2), BASE)
    assert (found.calculator, found.output, found.inputs, found.scale) == ("collectives", "floor_bus", SENT, scale)


@pytest.mark.parametrize(
    ("note", "inputs"),
    [
        ("over PCIe 5.0 x8", {"link": "pcie-5", "lanes": "8"}),
        ("over PCIe 4.0", {"link": "pcie-4"}),
        ("over NVLink-C2C", {"link": "nvlink-c2c"}),
    ],
)
def test_the_link_to_the_host_is_the_one_that_the_source_names(note, inputs):
    found = asked(exchange.host, note=note)
    assert (found.calculator, found.output, found.inputs) == ("link", "one_way", inputs)


def test_a_link_to_the_host_without_a_name_is_not_asked_for():
    assert "does not name the link" in refused(exchange.host)


# Kernels


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


# Training

TRAINED = {
    "gpu": H100,
    "format": "bf16",
    "utilization": "100%",
    "other_utilization": "100%",
    "failures": "ignore",
}


@pytest.mark.parametrize(("question", "scale"), [(training.per_gpu, 0.125), (training.fleet, 1)])
def test_a_rate_is_that_of_all_gpus_or_of_each(question, scale):
    found = asked(question, count=8, precision="BF16", model="llama-3.1-8b", sequence_length=4096)
    assert (found.calculator, found.output, found.scale) == ("training_time", "throughput", scale)
    assert found.inputs == TRAINED | {"gpus": "8", "model": "llama-3.1-8b", "sequence": "4096"}


@pytest.mark.parametrize(
    ("told", "more"),
    [
        ({"model": "llama-3.1-8b"}, {"model": "llama-3.1-8b", "attention": "leave"}),
        ({"parameters": 10**9}, {"parameters": "1000000000", "attention": "leave"}),
        ({"parameters": 10**9, "sequence_length": 2048}, {"parameters": "1000000000", "sequence": "2048", "attention": "leave"}),
        (
            {"parameters": 10**9, "sequence_length": 2048, "layers": 24},
            {"parameters": "1000000000", "sequence": "2048", "attention": "leave"},
        ),
        (
            {"parameters": 10**9, "sequence_length": 2048, "hidden_size": 1024},
            {"parameters": "1000000000", "sequence": "2048", "attention": "leave"},
        ),
        (
            {"parameters": 10**9, "sequence_length": 2048, "layers": 24, "hidden_size": 1024},
            {"parameters": "1000000000", "sequence": "2048", "layers": "24", "heads": "1", "head_dim": "1024"},
        ),
    ],
)
def test_attention_is_counted_where_its_size_is_known(told, more):
    assert asked(training.fleet, precision="BF16", **told).inputs == TRAINED | {"gpus": "1"} | more


def test_a_run_of_so_many_samples_takes_the_time_of_their_tokens():
    told = {"precision": "BF16", "model": "llama-3.1-8b", "samples": 1000, "sequence_length": 8192}
    found = asked(training.duration, **told)
    assert (found.output, found.inputs["tokens"]) == ("compute_time", "8192000 token")
    assert "only a part of the weights" in refused(training.duration, workload="LoRA fine-tuning", **told)
    assert asked(training.duration, workload="pre-training", **told)


def test_gpu_hours_are_asked_for_all_tokens():
    found = asked(training.hours, precision="BF16", model="llama-3.1-8b", tokens=10**12)
    assert (found.output, found.inputs["tokens"]) == ("gpu_time", "1000000000000 token")


@pytest.mark.parametrize(
    ("hardware", "told", "format"),
    [
        (H100, {"precision": "BF16, FP32 master weights"}, "bf16"),
        (H100, {"precision": "FP8"}, "fp8"),
        (H100, {}, "fp8"),  # the fastest that it trains in
        (A100, {}, "bf16"),
    ],
)
def test_training_without_a_precision_may_have_used_the_fastest(hardware, told, format):
    found = asked(training.rate, hardware, **told)
    assert (found.calculator, found.output) == ("roofline", "attainable")
    large = {"workload": "gemm", "m": "100000", "n": "100000", "k": "100000"}
    assert found.inputs == {"gpu": hardware, "format": format} | large


def test_training_of_what_nobody_knows_is_not_asked_for():
    assert "its parameters are not stated" in refused(training.fleet, precision="BF16")
    assert "same as FP5" in refused(training.fleet, precision="FP5", parameters=10**9)

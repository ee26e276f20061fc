"""Training as a question: a rate, a time or GPU-hours, with attention where its size is known."""

import pytest
from invented import asked, refused

from calculators.measured import training

H100 = "h100-sxm5-80gb"
A100 = "a100-sxm4-80gb"


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

"""Decoding part by part: the arithmetic, the passes of speculation, the groups of a pipeline, and what is not asked for."""

import pytest

from calculators import decode, run
from calculators.working import Working


def outputs(**inputs):
    return run("decode", inputs).outputs


def labels(**inputs):
    return [step.label for step in run("decode", inputs).working.steps]


@pytest.mark.parametrize(("compute", "peak"), [("bf16", 989.4e12), ("fp32", 66.9e12)])
def test_matrices_are_multiplied_at_the_peak_of_their_format(compute, peak):
    # H100 SXM: tensor cores in BF16, vector units in FP32; one token is 2 * 68.7e9 FLOP and attention to 1,024 keys
    flop = 2 * (68_976_648_192 - 32000 * 8192) + 4 * 80 * 64 * 128 * 1024
    assert outputs(compute=compute)["arithmetic_time"].base == pytest.approx(flop / (2 * peak), rel=1e-9)


def test_one_reader_sees_a_token_each_step():
    # (2 * 68,714,504,192 + 1024 * 327,680) bytes at 2 * 3.35232 TB/s: 20.55 ms, 48.66 tokens per second
    assert outputs()["rate_per_sequence"].base == pytest.approx(48.66, abs=0.005)


def test_drafts_are_passes_of_one_token():
    # 64 sequences send 64 vectors in each all-reduce of a draft, 5 * 64 in those of the check
    given = {"gpus": 8, "batch": 64, "exchange": "links", "speculation": "draft", "acceptance": "80%", "drafted": 4}
    got = outputs(**given)
    draft = outputs(gpus=8, batch=64, exchange="links", model="llama-2-7b")["time_per_output_token"].base
    assert got["draft_time"].base == pytest.approx(4 * draft, rel=1e-12)
    # (1 - 0.8^5) / 0.2 = 3.3616 tokens of each sequence in a step
    assert got["token_rate"].base == pytest.approx(64 * 3.3616 / got["step_time"].base)
    assert got["rate_per_sequence"].base == pytest.approx(3.3616 / got["step_time"].base)


def test_the_step_that_gives_the_answer_is_named_for_it():
    plain, drafted = labels(gpus=4), labels(gpus=4, speculation="draft")
    assert plain.count("Time per output token") == drafted.count("Time per output token") == 1
    assert plain.count("Reading or multiplying") == 0 and drafted.count("Reading or multiplying") == 2


def test_groups_are_formed_where_there_are_several():
    # two GPUs in a pipeline: 64 sequences in two groups of 32, each with its own cache of 1,024 tokens
    read = 2 * (68_976_648_192 - 32000 * 8192) + 32 * 1024 * 327_680
    assert outputs(split="pipeline", batch=64)["bytes_read"].base == pytest.approx(read)
    assert "Sequences in a group" in labels(split="pipeline", batch=64)
    assert "Sequences in a group" not in labels(split="pipeline", batch=1) + labels()


def test_what_another_calculator_does_not_ask_for_adds_nothing():
    asked = run("decode").inputs
    names = ("gpu", "gpus", "model", "weights", "scope", "kv", "batch", "context", "compute", "bandwidth", "peak", "capacity")
    names += ("bandwidth_efficiency", "compute_efficiency", "capacity_rule")
    plain = decode.Inputs(**{name: getattr(asked, name) for name in names})
    assert decode.calculate(plain, Working()) == decode.calculate(asked, Working())
    assert (plain.launch, plain.hop, plain.drafted, plain.acceptance) == (0, 0, 0, 0)

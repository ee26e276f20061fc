"""Training time at its edges, worked by hand."""

import pytest

from calculators import InputProblems, run

PLAIN = {"attention": "leave", "failures": "ignore"}


def outputs(**inputs):
    return run("training_time", inputs).outputs


def test_the_hardware_does_no_more_where_nothing_is_recomputed():
    finished = run("training_time", {"utilization": "42%"})
    assert finished.outputs["hfu"].base == finished.outputs["mfu"].base == 0.42
    assert "Hardware FLOP per token" not in [step.label for step in finished.working.steps]


def test_without_attention_there_are_six_flop_for_each_parameter_and_token():
    assert outputs(parameters="1e6", tokens="1e6", **PLAIN)["flop"].base == 6e12


def test_tokens_per_parameter_are_no_whole_number():
    assert outputs(parameters="70e9", tokens="105e9")["tokens_per_parameter"].base == 1.5


def test_half_of_an_odd_interval_counts_against_the_time_between_failures():
    # 1,000 GPUs of 1,000 h fail every 3,600 s; half of 63 s are 31.5 s: 3,568.75 s more are a quarter of a second too much
    given = {"gpus": 1000, "other_gpus": 1, "mtbf": "1000 h", "interval": "63 s"}
    with pytest.raises(InputProblems, match="sooner than a restart"):
        outputs(**given, restart="3568.75 s")
    assert outputs(**given, restart="3568.25 s")["goodput"].base > 0

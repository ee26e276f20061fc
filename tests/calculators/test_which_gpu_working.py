"""The working of the best group: its parts are those of the calculators that own them, and its remarks hold."""

import pytest

from calculators import run
from calculators.which_gpu_working import decode_inputs

LOAD = {"only": "h100-sxm5-80gb", "model": "llama-3.1-8b", "largest": "2", "rank": "speed", "overhead": "3 GiB"}
LOAD |= {"mbu": "60%", "mfu": "40%"}
ON_QUALITY = "what fewer bits do to the answers is not judged"


def test_the_memory_needed_is_that_of_the_calculator_of_fit_part_by_part():
    (needed,) = (step for step in run("which_gpu", LOAD).working.steps if step.label == "Needed")
    shared = {"gpu": "h100-sxm5-80gb", "gpus": 2, "model": "llama-3.1-8b", "overhead": "3 GiB"}
    fitting = run("memory_fit", shared | {"weights": "fp16", "context": 2048 + 512, "batch": 32}).outputs
    parts = ("weights", "kv_cache", "overhead", "activations")
    assert needed.values == {part: fitting[part].base for part in parts}
    assert needed.result.base == pytest.approx(fitting["total"].base, rel=1e-12)


def test_the_best_decodes_at_the_full_length_of_prompt_and_answer():
    i = run("which_gpu", LOAD | {"prompt": "1000", "answer": "24"}).inputs
    assert decode_inputs(i, i.judged[0]).context == 1024


@pytest.mark.parametrize(("weights", "said"), [("any", True), ("fp16", False)])
def test_the_quality_of_fewer_bits_is_left_open_where_formats_compete(weights, said):
    remarks = " ".join(run("which_gpu", LOAD | {"weights": weights}).working.remarks)
    assert (ON_QUALITY in remarks) == said

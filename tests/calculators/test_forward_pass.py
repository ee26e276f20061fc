"""One pass of a model: what takes longest, what does not fit, and what several GPUs add."""

import pytest

from calculators import InputProblems, run
from calculators.forward_pass import Pass


@pytest.mark.parametrize(
    ("memory", "arithmetic", "exchange", "bound"),
    [
        (2.0, 1.0, 1.5, "memory bandwidth"),
        (1.0, 2.0, 1.5, "arithmetic"),
        (1.0, 1.5, 2.0, "exchange between GPUs"),
        (0.5, None, 0.0, "memory bandwidth"),  # no peak is known
        (0.5, None, 0.6, "exchange between GPUs"),
    ],
)
def test_what_takes_longest_is_named(memory, arithmetic, exchange, bound):
    assert Pass(memory, arithmetic, exchange, 2.0, 0.0, 0.0, None).bound == bound


def test_what_does_not_fit_is_told_with_both_sizes():
    # Llama 2 70B: 137.95 GB of weights and 2 x 1,024 tokens of 327,680 bytes, 138.6 GB, on two GPUs of 60 GB
    given = {"batch": 2, "capacity": "60 GB"}
    with pytest.raises(InputProblems, match=r"138\.6 GB of weights and KV cache: 2 × H100 SXM hold 120 GB"):
        run("decode", given)
    (remark,) = (said for said in run("decode", given | {"capacity_rule": "ignore"}).working.remarks if "does not fit" in said)
    assert remark.startswith("This does not fit: 2 is too few for 138.6 GB")


def test_waits_are_a_step_where_there_are_any():
    def waits(**inputs):
        return "Time of one pass" in [step.label for step in run("decode", inputs).working.steps]

    assert [waits(), waits(launch="1 us"), waits(exchange="links")] == [False, True, True]


def test_a_mixture_reads_for_all_tokens_of_a_pass():
    # Mixtral: of 8 experts 2 for each of 3 x 5 tokens: 8 * (1 - 0.75^15) = 7.893
    given = {"model": "mixtral-8x7b", "batch": 3, "speculation": "draft", "draft": "tinyllama-1.1b", "drafted": 4}
    assert run("decode", given).outputs["experts"].base == pytest.approx(7.893, abs=0.0005)

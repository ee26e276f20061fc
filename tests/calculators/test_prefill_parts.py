"""Prefilling several prompts, and what a caller of its parts need not say."""

import pytest

from calculators import facts, run
from calculators.prefill import Prompts


def test_every_prompt_counts_in_the_rate_and_in_the_cache():
    # three prompts of 1000 tokens of Llama 2 70B, 327,680 bytes of cache each
    got = run("prefill", {"prompt": 1000, "prompts": 3}).outputs
    assert got["prompt_rate"].base == pytest.approx(3000 / got["time_to_first_token"].base)
    assert got["kv_cache"].base == 3 * 1000 * 327_680


def test_a_prompt_by_itself_is_computed_whole_in_steps_of_8192_tokens():
    prompts = Prompts(facts.load().models["llama-2-70b"], 10_000)
    assert (prompts.tokens, prompts.at_once) == (10_000, 8192)
    assert run("prefill", {"prompt": 8193, "capacity_rule": "ignore"}).outputs["chunks"].base == 2
    assert run("prefill", {"prompt": 8192, "capacity_rule": "ignore"}).outputs["chunks"].base == 1

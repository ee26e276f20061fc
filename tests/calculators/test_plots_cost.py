"""The crossing point of two cards: the first batch at which the dearer one makes the cheaper token."""

import pytest

from calculators.plots import cost


def test_the_cost_at_the_bandwidth_bound_by_hand():
    # Llama 3.1 8B in FP16 reads 15.01 GB of weights and, with 1,024 tokens, 0.134 GB of cache:
    # 15.14 GB at 1,008 GB/s are 15.02 ms,
    # so 66.6 tokens/s; at $0.309/h that is 0.309 / 3600 / 66.6 = $1.29 per million tokens.
    assert cost.costs("rtx-4090")[0] == (1, pytest.approx(1.29, rel=0.002))


def test_the_crossing_is_the_first_batch_that_undercuts():
    batch, reached = cost.crossing()
    most, least = cost.costs("rtx-4090")[-1]
    assert batch > most
    assert reached <= least
    # 145 sequences read 15.01 + 145 × 0.134 GB in 10.29 ms, so 14,095 tokens/s: at $1.74/h $0.03429, still above $0.03425.
    assert (batch, least) == (146, pytest.approx(0.03425, rel=0.002))

"""The conditions of the chooser at their limits, what a group costs to buy, and what is ranked."""

from dataclasses import replace
from math import nextafter

import pytest

from calculators import run
from calculators.candidates import Card, Load, Served
from calculators.which_gpu_judging import Candidate, candidates, merit, to_buy

GROUP = Candidate(
    Card(None, capacity=80e9, bandwidth=2e12, power=700.0, peaks={}, rent=None, price=20_000.0),
    Load("fp16", "fp16", gpus=4, stored=0.0, held=0.0, step_flop=0.0),
    reason="",
    served=Served(rate=200.0),
    cost=5e-6,
)


def conditions(**given):
    load = {"only": "h100-sxm5-80gb", "model": "llama-3.1-8b", "largest": "1", "mbu": "60%", "mfu": "40%"}
    return run("which_gpu", load | given).inputs


def reasons(i):
    return [each.reason for each in candidates(i)]


@pytest.mark.parametrize(
    ("field", "reason", "means", "reached"),
    [
        ("step_limit", "lost_step", "rent", lambda i, each: each.served.step),
        ("first_limit", "lost_first", "rent", lambda i, each: each.served.prompt),
        ("power_limit", "lost_power", "rent", lambda i, each: each.power),
        ("hourly_budget", "lost_budget", "rent", lambda i, each: each.hourly),
        ("hourly_budget", "lost_budget", "buy", lambda i, each: each.hourly),
        ("purchase_budget", "lost_budget", "buy", lambda i, each: to_buy(i, each.card, each.load)),
    ],
)
def test_a_limit_that_is_reached_exactly_is_met(field, reason, means, reached):
    i = conditions(means=means)
    (free,) = candidates(i)
    limit = reached(i, free)
    assert reasons(replace(i, **{field: limit})) == [""]
    assert reasons(replace(i, **{field: nextafter(limit, 0)})) == [reason]


@pytest.mark.parametrize(
    ("task", "only"), [("inference", "h100-sxm5-80gb"), ("training", "b200-sxm-180gb")]
)  # AdamW keeps 128 GB of states for 8B parameters, more than an H100 has
def test_a_load_that_fills_the_memory_to_the_last_byte_fits(task, only):
    i = replace(conditions(task=task, only=only), overhead=0.0)
    (free,) = candidates(i)
    room = free.card.capacity - free.load.held
    assert reasons(replace(i, overhead=room)) == [""]
    assert reasons(replace(i, overhead=room + 1)) == ["lost_fit"]


@pytest.mark.parametrize(
    ("limit", "expected"), [("1400 W", ["", ""]), ("1399 W", ["", "lost_power"]), ("699 W", ["lost_power"] * 2)]
)
def test_every_gpu_of_a_group_draws_its_power(limit, expected):
    assert reasons(conditions(largest="2", power_limit=limit)) == expected  # an H100 SXM: 700 W


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("inference", ["", "lost_heads"]),
        ("training", ["lost_fit", ""]),  # shards of the states, 16 bytes for each of 7.2e9 parameters, are no heads
    ],
)
def test_heads_are_divided_among_gpus_in_inference_alone(task, expected):
    assert reasons(conditions(task=task, model="falcon-7b", largest="2")) == expected  # 71 heads


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"rank": "speed"}, ""),
        ({"rank": "speed", "purchase_budget": "1000000 USD"}, ""),
        ({"rank": "cost"}, "lost_price"),
        ({"rank": "speed", "hourly_budget": "1000000 USD/h"}, "lost_price"),
        ({"rank": "speed", "means": "buy", "purchase_budget": "1000000 USD"}, "lost_price"),
    ],
)
def test_a_price_is_missed_only_where_one_is_asked_for(given, reason):
    assert reasons(conditions(only="trainium2", **given)) == [reason]  # without a recorded price


def test_a_group_is_bought_with_its_hosts():
    assert to_buy(replace(conditions(), host_share=0.5), GROUP.card, GROUP.load) == 4 * 20_000 + 4 * 10_000


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        ("speed", 0.005),  # seconds per token at 200 tokens per second
        ("per-watt", 14.0),  # joules per token: 4 x 700 W for 5 ms
        ("cost", 5e-6),
    ],
)
def test_what_is_ranked_is_spent_per_token(rank, expected):
    assert merit(conditions(rank=rank), GROUP) == pytest.approx(expected, rel=1e-12)


def test_training_in_any_format_is_in_16_or_8_bits():
    assert {each.load.weights for each in candidates(conditions(task="training", weights="any"))} == {"fp16", "fp8"}


def test_training_has_no_steps_and_no_prompts_to_wait_for():
    outputs = run("which_gpu", {"task": "training", "model": "llama-3.1-8b", "mbu": "60%", "mfu": "40%"}).outputs
    assert outputs["time_per_output_token"] == outputs["time_to_first_token"] == "none"
    assert outputs["rate"].base > 0

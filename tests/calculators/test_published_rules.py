"""Rules in circulation, as they were published: which of them applies, and how their cards do under the same load."""

import pytest

from calculators import facts, published_rules, run

ONE = {"rule": "h100-or-4090", "largest": 1, "rank": "speed", "weights": "int4-g128"}
SHARES = {"mbu": "60%", "mfu": "40%"}  # else those that measurements teach
TWO = {"rule": "a100-or-h100", "rank": "speed"}


def outputs(**inputs):
    return run("which_gpu", SHARES | inputs).outputs


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (ONE | {"model": "llama-2-13b", "concurrency": 1}, "RTX 4090"),  # 13.0e9 parameters count as 13B
        (ONE | {"model": "qwen2.5-14b", "concurrency": 1}, "none of its rules applies"),  # neither small nor large
        (ONE | {"model": "llama-2-7b", "concurrency": 2}, "none of its rules applies"),
        (ONE | {"model": "llama-2-7b", "concurrency": 8}, "H100: eight users"),
        (ONE | {"model": "qwen2.5-32b", "concurrency": 1}, "H100: 30B"),
        # printed first, so it hides the rules about training and power
        (ONE | {"model": "llama-2-7b", "concurrency": 1, "power_limit": "50 W"}, "RTX 4090: up to 13B"),
        (
            ONE | {"model": "llama-2-7b", "concurrency": 1, "task": "training", "weights": "bf16", "largest": 8},
            "RTX 4090: up to 13B",
        ),
        (ONE | {"model": "llama-2-7b", "concurrency": 2, "task": "training", "weights": "bf16", "largest": 8}, "H100: training"),
        (ONE | {"model": "llama-2-7b", "concurrency": 2, "task": "training", "weights": "bf16"}, "RTX 4090: training"),
        (ONE | {"model": "llama-2-7b", "concurrency": 2, "power_limit": "99 W"}, "Jetson, L4 or T4"),
        (ONE | {"model": "llama-2-7b", "concurrency": 2, "power_limit": "100 W"}, "none of its rules applies"),
        (TWO | {"hourly_budget": "40 USD/h"}, "H100: a fresh start"),
        (TWO | {"means": "buy", "purchase_budget": "400000 USD"}, "H100: a fresh start"),
        (TWO | {"purchase_budget": "400000 USD"}, "A100 for experiments"),  # a budget to buy limits no rent
        (TWO | {"hourly_budget": "40 USD/h", "fleet": "a100", "busy": "69%"}, "keep the A100"),
        (TWO | {"fleet": "a100", "busy": "70%", "spot": "yes"}, "H100 on spot capacity"),
        (TWO | {"fleet": "a100", "busy": "70%"}, "A100 for experiments"),
        ({"rule": "none"}, "no rule was asked for"),
    ],
)
def test_the_first_rule_that_applies_answers(inputs, said):
    assert outputs(**inputs)["rule_says"].startswith(said)


def test_every_named_card_is_known():
    named = {card for rules in published_rules._PUBLISHED.values() for rule in rules for card in rule.cards}
    assert named <= set(facts.load().accelerators)
    assert set(published_rules._PUBLISHED) | {"none"} == set(published_rules.RULES)


def test_where_no_rule_applies_no_card_is_judged():
    got = outputs(**ONE | {"model": "qwen2.5-14b", "concurrency": 1})
    assert (got["rule_qualify"], got["rule_best"], got["rule_over_best"]) == ("none", "none", "none")


def test_a_rule_leaves_our_answer_alone():
    asked, plain = outputs(**ONE | {"concurrency": 1}), outputs(**ONE | {"concurrency": 1, "rule": "none"})
    ours = [name for name in plain if not name.startswith("rule_")]
    assert {name: asked[name] for name in ours} == {name: plain[name] for name in ours}


def test_the_card_of_a_rule_may_not_hold_the_model():
    # 13B in FP16 are 26 GB, more than the 24 GB of an RTX 4090
    got = outputs(rule="h100-or-4090", model="llama-2-13b", concurrency=1, largest=1)
    assert got["rule_qualify"].base == 0 and got["rule_best"] == "none qualifies" and got["rule_over_best"] == "none"
    assert got["qualify"].base > 0


def test_the_card_of_a_rule_is_judged_as_when_it_is_the_only_one():
    load = {"model": "qwen2.5-32b", "weights": "int4-g128", "concurrency": 1, "largest": 1}
    ruled, alone, free = (outputs(**load, **more) for more in ({"rule": "h100-or-4090"}, {"only": "h100-sxm5-80gb"}, {}))
    assert ruled["rule_best"] == alone["winner"]
    assert ruled["rule_over_best"].base == pytest.approx(alone["cost"].base / free["cost"].base)


def test_the_best_is_never_behind_a_rule():
    for rank in ("cost", "speed", "per-watt"):
        got = outputs(rule="a100-or-h100", rank=rank)
        assert got["rule_over_best"].base >= 1


@pytest.mark.parametrize(
    ("billions", "sequences", "said"),
    [
        (13, 1, "RTX 4090: up to 13B for one user"),
        (14, 1, None),
        (13, 7, None),
        (13, 8, "H100: eight users or more"),
        (29, 2, None),
        (30, 2, "H100: 30B or more"),
        (30, 1, "H100: 30B or more"),
    ],
)
def test_a_rule_begins_and_ends_at_the_number_it_prints(billions, sequences, said):
    load = {"training": False, "several": False, "power": None, "budget": False, "fleet": "none", "busy": 1.0, "spot": False}
    found = published_rules.answer("h100-or-4090", published_rules.Asked(billions, sequences, **load))
    assert (found and found.says) == said

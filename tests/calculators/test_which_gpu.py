"""The choice of an accelerator: a candidate by hand, the fast path against the calculators that own it, every reason to lose."""

import math
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators import InputProblems, facts, run, which_gpu
from calculators.call import get
from calculators.candidates import cards
from calculators.measured import reached
from calculators.which_gpu_inputs import REASONS
from calculators.which_gpu_judging import candidates, ranked

GPUS = facts.load().accelerators
REASON_INPUTS = {
    "lost_heads": {"model": "falcon-7b", "largest": "2"},  # 71 heads are not even
    "lost_fit": {"model": "llama-3.1-405b", "largest": "1"},
    "lost_fp8": {"weights": "fp8"},
    "lost_facts": {"rank": "per-watt"},
    "lost_step": {"step_limit": "20 ms"},
    "lost_first": {"first_limit": "1 s"},
    "lost_power": {"power_limit": "2 kW"},
    "lost_price": {},
    "lost_budget": {"hourly_budget": "10 USD/h"},
}


SHARES = {"mbu": "60%", "mfu": "40%"}  # else those that measurements teach


def outputs(**inputs):
    return chosen(**inputs).outputs


def chosen(**inputs):
    return run("which_gpu", SHARES | inputs)


def judged(**inputs):
    return list(candidates(chosen(**inputs).inputs))


def test_two_h100_by_hand():
    # Llama 2 70B in FP16: 68.98e9 parameters, of which 32,000 x 8,192 are looked up, so 137.43 GB are read; 2 x 3,352 GB/s read
    # them in 20.50 ms. The cache adds 327,680 byte x 1,025 tokens = 0.336 GB, 0.05 ms.
    got = outputs(
        only="h100-sxm5-80gb",
        model="llama-2-70b",
        largest="2",
        concurrency="1",
        prompt="1",
        answer="1024",
        rank="speed",
        mbu="100%",
    )
    read = 2 * (68_976_648_192 - 32_000 * 8_192) + 327_680 * 1025
    assert got["time_per_output_token"].base == pytest.approx(read / (2 * 3352e9))
    assert got["gpus"].base == got["fewest"].base == 2
    assert got["power"].base == 1400


def test_what_is_reached_is_what_measurements_taught():
    serving, training = (reached.lesson(name) for name in ("serving", "training"))
    i = run("which_gpu", {}).inputs
    assert i.mbu == i.mfu == serving.of(()).median.share
    dense, experts = (run("which_gpu", {"task": "training", "model": model}).inputs for model in ("llama-3.1-8b", "mixtral-8x7b"))
    assert dense.mfu == training.of(("arithmetic in 16 bits", "a dense model")).median.share > experts.mfu
    said = " ".join(run("which_gpu", {}).document()["remarks"])
    assert f"the median of {serving.of(()).count} published measurements" in said and "Eight tenths of them lie between" in said


@pytest.mark.parametrize(
    ("task", "lesson"),
    [("inference", ("serving", ())), ("training", ("training", ("arithmetic in 16 bits", "a mixture of experts")))],
)
def test_a_range_is_taught_by_measurements_of_the_task(task, lesson):
    assert get("which_gpu").typical.choose(chosen(task=task, model="mixtral-8x7b").inputs) == lesson


def test_cost_by_hand():
    # what is paid per hour, over the tokens of a busy hour
    got = outputs(busy="50%")
    assert got["cost"].base == pytest.approx(got["hourly"].base / (got["rate"].base * 0.5))


def test_a_request_takes_its_prompt_and_its_answer():
    got = outputs(prompt="2048", answer="512", concurrency="32")
    time = got["time_to_first_token"].base + 512 * got["time_per_output_token"].base / 32
    assert got["rate"].base == pytest.approx(512 / time)


@pytest.mark.parametrize("model", ["llama-3.1-8b", "deepseek-v3", "gemma-3-27b", "mixtral-8x7b"])
@pytest.mark.parametrize("weights", ["fp16", "fp8", "int4-g128"])
def test_the_fast_path_is_what_the_calculators_give(model, weights):
    inputs = {"model": model, "weights": weights, "largest": "16", "rank": "speed"}
    found = judged(**inputs)
    sample = [each for each in found if each.served][::23] + [each for each in found if each.reason == "lost_fit"][::23]
    for each in sample:
        shared = {
            "gpu": each.card.gpu.slug, "gpus": each.load.gpus, "model": model, "weights": weights, "context": 2560, "batch": 32,
        }  # fmt: skip
        fit = run("memory_fit", shared).outputs
        assert fit["fits"] == (each.reason != "lost_fit")
        assert fit["total"].base == pytest.approx(each.load.held, rel=1e-9)
        if each.served:
            terms = {"peak": f"{each.card.peaks[each.load.arithmetic]!r} FLOPS", "compute": "fp32"}
            speed = run("decode", shared | terms | {"bandwidth_efficiency": "60%", "compute_efficiency": "40%"}).outputs
            assert speed["time_per_output_token"].base == pytest.approx(each.served.step, rel=1e-9)
            assert speed["flop"].base == pytest.approx(each.load.step_flop, rel=1e-9)


def test_training_is_that_of_the_calculator_of_training():
    best = ranked_first(task="training", model="llama-3.1-8b", rank="speed")
    inputs = {
        "gpu": best.card.gpu.slug, "gpus": best.load.gpus, "model": "llama-3.1-8b", "sequence": 2560, "utilization": "40%",
        "peak": f"{best.card.peaks['fp16']!r} FLOPS", "failures": "ignore",
    }  # fmt: skip
    assert run("training_time", inputs).outputs["throughput"].base == pytest.approx(best.served.rate, rel=1e-9)


def ranked_first(**inputs):
    i = chosen(**inputs).inputs
    return ranked(i, list(candidates(i)))[0]


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_met(reason):
    assert outputs(**REASON_INPUTS[reason])[reason].base > 0


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["llama-3.1-8b", "falcon-7b", "deepseek-v3", "gpt-oss-120b"]),
    st.sampled_from(["any", "fp16", "fp8", "q4_k_m"]),
    st.sampled_from(["cost", "per-watt", "speed"]),
    st.sampled_from(["rent", "buy"]),
    st.integers(1, 200),
    st.sampled_from(["", "10 ms", "100 ms"]),
)
def test_every_candidate_is_accounted_for(model, weights, rank, means, concurrency, limit):
    got = outputs(model=model, weights=weights, rank=rank, means=means, concurrency=str(concurrency), step_limit=limit)
    lost = sum(got[reason].base for reason in REASONS)
    assert got["candidates"].base == got["qualify"].base + lost
    assert got["candidates"].base == len(GPUS) * 4 * (4 if weights == "any" else 1)
    if got["qualify"].base and rank != "cost":
        assert got["ahead"] == "none" or got["ahead"].base >= 1


@pytest.mark.parametrize("rank", ["cost", "speed", "per-watt"])
def test_nothing_that_qualifies_beats_the_best(rank):
    i = chosen(rank=rank, weights="any").inputs
    best = ranked(i, list(candidates(i)))
    for each in best[1:]:
        if rank == "cost":
            assert each.cost >= best[0].cost
        elif rank == "speed":
            assert each.served.rate <= best[0].served.rate
        else:
            assert each.served.rate / each.power <= best[0].served.rate / best[0].power


def test_a_stricter_limit_never_lets_more_through():
    loose, strict = outputs(step_limit="60 ms"), outputs(step_limit="30 ms")
    assert strict["qualify"].base < loose["qualify"].base
    assert strict["cost"].base >= loose["cost"].base


def test_a_budget_to_buy_holds():
    got = outputs(model="llama-3.1-8b", means="buy", purchase_budget="5000 USD", weights="any")
    assert got["purchase"].base <= 5000
    assert got["hourly"].base > 0


def test_a_budget_to_buy_is_no_limit_of_rent_and_a_remark_says_so():
    finished = chosen(purchase_budget="1 USD")
    assert finished.result == chosen().result
    assert any("budget to buy" in remark for remark in finished.working.remarks)


@pytest.mark.parametrize("inputs", [{}, {"means": "buy", "purchase_budget": "1000000 USD"}])
def test_a_budget_to_buy_is_no_remark_where_it_limits_or_is_not_given(inputs):
    assert not any("budget to buy" in remark for remark in chosen(**inputs).working.remarks)


def test_the_next_accelerator_is_the_cheapest_of_the_others():
    finished = chosen(weights="any")
    first, *rest = ranked(finished.inputs, finished.inputs.judged)
    others = [each.cost for each in rest if each.card.gpu.slug != first.card.gpu.slug]
    assert finished.outputs["ahead"].base == pytest.approx(min(others) / first.cost, rel=1e-12)


def test_one_accelerator_alone_is_ahead_of_none():
    got = outputs(only="h100-sxm5-80gb", model="llama-3.1-8b")
    assert got["qualify"].base > 1 and got["ahead"] == "none"


def test_the_best_of_the_cards_of_a_rule_is_the_first_of_all_their_groups():
    load = {"model": "qwen2.5-32b", "weights": "any", "concurrency": 1}
    ruled, alone, free = (outputs(**load, **more) for more in ({"rule": "h100-or-4090"}, {"only": "h100-sxm5-80gb"}, {}))
    assert (ruled["rule_best"], ruled["rule_qualify"].base) == (alone["winner"], alone["qualify"].base)
    assert ruled["rule_over_best"].base == pytest.approx(alone["cost"].base / free["cost"].base, rel=1e-12)


@pytest.mark.parametrize(
    ("inputs", "training", "several", "budget"),
    [
        ({"largest": "1"}, False, False, False),
        ({"largest": "2", "hourly_budget": "40 USD/h"}, False, True, True),
        ({"largest": "2", "task": "training", "means": "buy", "purchase_budget": "400000 USD"}, True, True, True),
    ],
)
def test_published_rules_see_the_task_whether_gpus_are_several_and_whether_there_is_a_budget(inputs, training, several, budget):
    asked = which_gpu._asked(chosen(only="h100-sxm5-80gb", model="llama-3.1-8b", **inputs).inputs)
    assert (asked.training, asked.several, asked.budget) == (training, several, budget)


@pytest.mark.parametrize(("parameters", "billions"), [(13_499_999_999, 13), (13_500_000_001, 14)])
def test_published_rules_see_the_nearest_whole_billion_of_parameters(monkeypatch, parameters, billions):
    i = chosen(only="h100-sxm5-80gb").inputs
    monkeypatch.setattr(which_gpu.architecture, "parameter_counts", lambda model: SimpleNamespace(total=parameters))
    assert which_gpu._asked(i).billions == billions


def test_nothing_qualifying_is_said_and_not_hidden():
    finished = chosen(step_limit="1 us")
    assert finished.outputs["winner"] == finished.outputs["cost"] == "none"
    assert finished.summary == f"None of {len(GPUS) * 4} candidates qualifies."
    assert "Nothing qualifies" in finished.working.remarks[-1]
    assert "Nothing qualifies." in finished.calculator.table(finished)
    assert finished.calculator.chart(finished) is None


def test_an_a100_has_no_fp8_but_holds_int8():
    assert outputs(only="a100-sxm4-80gb", weights="fp8")["lost_fp8"].base == 4
    assert outputs(only="a100-sxm4-80gb", weights="int8")["qualify"].base > 0


def test_long_prompts_favor_arithmetic_and_not_the_a100():
    # A published rule takes the A100 for long prompts: its share of the rate of an H100 falls, not rises, as prompts grow.
    shares = []
    for prompt in ("128", "4096", "32768"):
        rates = [
            outputs(only=gpu, prompt=prompt, answer="128", concurrency="4", rank="speed")["rate"].base
            for gpu in ("a100-sxm4-80gb", "h100-sxm5-80gb")
        ]
        shares.append(rates[0] / rates[1])
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < 1.1 * 312 / 989.4  # near the ratio of the dense peaks


@pytest.mark.parametrize(
    ("inputs", "field", "said"),
    [
        ({"task": "training", "step_limit": "10 ms"}, "step_limit", "no meaning in training"),
        ({"task": "training", "weights": "int4-g128"}, "weights", "no format to train in"),
        ({"mfu": "110%"}, "mfu", "out of range"),
        ({"largest": "0"}, "largest", "out of range"),
        ({"step_limit": "10 GB"}, "step_limit", "wrong unit"),
        ({"only": "h100"}, "only", "did you mean"),
    ],
)
def test_bad_input_is_refused_by_field(inputs, field, said):
    with pytest.raises(InputProblems, match=said) as wrong:
        outputs(**inputs)
    assert [problem.field for problem in wrong.value.problems] == [field]


def test_cards_are_plain_positive_numbers():
    assert len(cards()) == len(GPUS)
    for card in cards():
        numbers = [card.capacity, card.bandwidth, *card.peaks.values(), card.power, card.rent, card.price]
        assert all(number is None or (math.isfinite(number) and number > 0) for number in numbers)


def test_the_table_has_the_best_and_every_reason():
    finished = chosen(weights="any", step_limit="40 ms")
    assert finished.outputs["winner"].split(",")[0] in finished.calculator.table(finished)
    lost = finished.calculator.below(finished)
    for reason, label in REASONS.items():
        assert (f"{label}: " in lost) == bool(finished.outputs[reason].base)


def test_the_working_of_the_best_gives_what_is_shown():
    for inputs in ({}, {"means": "buy"}, {"task": "training", "model": "llama-3.1-8b"}):
        finished = chosen(**inputs)
        for name in ("cost", "rate"):
            assert any(step.result.base == pytest.approx(getattr(finished.result, name)) for step in finished.working.steps)
    assert get("which_gpu").headline[0] == "cost"

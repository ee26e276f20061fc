"""What measurements teach, on numbers by hand: shares of a bound, spreads, steps of decoding, and the range of a result."""

import statistics as python_statistics
from dataclasses import replace
from types import SimpleNamespace

import pytest
from invented import ASKED, BASE, TURNS, compared, decoded, fact, group, lesson_of, measurement, record

from calculators import call
from calculators.measured import comparison, judging, kinds, lessons, reached, statistics, step, typical
from calculators.measured.comparison import Comparison, compare
from calculators.measured.judging import Prediction
from calculators.measured.question import Question, Unpredictable
from calculators.measured.step import Step
from calculators.problems import InputProblems
from calculators.records import MissingFact
from calculators.units import Quantity

H100 = BASE.accelerators["h100-sxm5-80gb"]
LLAMA = {"model": "llama-3.1-8b"}


# Shares of a bound


@pytest.mark.parametrize(
    ("metric", "is_time"),
    [
        ("time_to_first_token", True),
        ("request_latency", True),
        ("gpu_hours", True),
        ("matmul_time", True),
        ("decode_rate", False),
        ("peer_bandwidth", False),
    ],
)
def test_of_a_time_less_is_better(metric, is_time):
    entry = replace(measurement(metric), value=40)
    assert comparison.is_time(metric) is is_time
    assert Comparison(entry, ASKED, Quantity(100, entry.unit)).share == (2.5 if is_time else 0.4)
    assert Comparison(entry).share is None


@pytest.mark.parametrize(("told", "bound", "judges"), [({}, 5, True), ({"suspect": "why"}, 5, False), ({}, None, False)])
def test_a_run_that_nobody_doubts_judges_its_bound(told, bound, judges):
    entry = measurement("decode_rate", **told)
    assert Comparison(entry, ASKED, bound and Quantity(bound, entry.unit)).judges is judges


@pytest.mark.parametrize(("measured", "beaten"), [(10004, False), (10005, False), (10006, True)])
def test_a_bound_is_beaten_by_more_than_is_rounded_off(measured, beaten, monkeypatch):
    entry = replace(measurement("decode_rate"), value=measured)
    assert Comparison(entry, ASKED, Quantity(10000, entry.unit)).beaten is beaten
    estimate = replace(ASKED, floor=False)
    assert not Comparison(entry, estimate, Quantity(1, entry.unit)).beaten
    monkeypatch.setattr(comparison, "bound_of", lambda question: 10000)
    assert Comparison(entry, replace(estimate, beyond=ASKED), Quantity(1, entry.unit)).beaten is beaten
    assert not Comparison(entry).beaten


def test_a_bound_is_scaled_and_further_times_are_added(monkeypatch):
    answers = {"step": 4.0, "prompt": 5.0}
    monkeypatch.setattr(comparison, "_answer", lambda calculator, output, inputs: answers[output])
    prompt = Question("prefill", "prompt", {})
    whole = Question("decode", "step", {}, scale=3, also=(prompt,))
    assert comparison.bound_of(prompt) == 5
    assert comparison.bound_of(whole) == 17
    assert comparison.bound_of(replace(whole, per=8.5)) == 0.5


def test_what_a_calculator_refuses_is_told_by_its_first_problem():
    with pytest.raises(Unpredictable) as why:
        comparison._answer("decode", "token_rate", (("batch", "none"), ("gpus", "none")))
    with pytest.raises(InputProblems) as problems:
        call.run("decode", {"batch": "none", "gpus": "none"})
    assert str(why.value) == str(problems.value.problems[0]) and len(problems.value.problems) == 2
    with pytest.raises(Unpredictable, match="decode gives no bound for it"):
        comparison._answer("decode", "bound", ())


def test_a_fact_that_is_missing_leaves_a_question_without_an_answer(monkeypatch):
    def missing(calculator, inputs):
        raise MissingFact("no such fact")

    monkeypatch.setattr(comparison.call, "run", missing)
    with pytest.raises(Unpredictable, match="no such fact"):
        comparison._answer("decode", "asked of nobody else", ())


@pytest.mark.parametrize(
    ("metric", "reason"),
    [
        ("answer_time", "about this site itself"),
        ("mfu", "the source prints the share alone"),
        ("interruptions", "how often a GPU fails"),
        ("host_to_device_bandwidth", "does not name the link"),
    ],
)
def test_a_measurement_without_a_question_says_why(metric, reason):
    found = compare(measurement(metric), BASE)
    assert reason in found.reason and (found.question, found.bound) == (None, None)


# Kinds


@pytest.mark.parametrize(
    ("vendor", "architecture", "family"),
    [
        ("AMD", "CDNA 3", "AMD"),
        ("Google", "Hopper", "Others"),
        ("NVIDIA", "Hopper", "Hopper"),
        ("NVIDIA", "Ada Lovelace", "Ada Lovelace"),
        ("NVIDIA", "Volta", "Others"),
        ("NVIDIA", None, "Others"),
    ],
)
def test_families_are_generations_of_nvidia_and_amd(vendor, architecture, family):
    given = (fact("identity.architecture", architecture),) if architecture else ()
    assert kinds.family(record(*given, vendor=vendor)) == family


def test_a_measurement_of_the_site_is_on_a_page_of_its_own():
    assert kinds.page_of(measurement("answer_time")) == "measurements"
    assert kinds.page_of(measurement("gpu_hours")) == "training"
    assert [kinds.named(kind.name) for kind in kinds.KINDS] == list(kinds.KINDS)


@pytest.mark.parametrize(("gpus", "parallelism", "shares"), [(1, "", False), (2, "", True), (2, TURNS, False), (1, TURNS, False)])
def test_cards_share_layers_unless_they_take_turns(gpus, parallelism, shares):
    assert kinds.shares_layers(measurement("decode_rate", count=gpus, parallelism=parallelism)) is shares


# Spreads


@pytest.mark.parametrize(
    ("shares", "ends"), [([5.0], (5, 5)), ([0.0, 10.0], (1, 9)), (list(range(11)), (1, 9)), ([0.0, 1.0, 10.0], (0.2, 8.2))]
)
def test_tenths_lie_between_the_numbers(shares, ends):
    assert statistics.tenths(shares) == pytest.approx(ends)


def test_a_single_number_needs_no_tenths_which_python_3_12_does_not_count(monkeypatch):
    def refuse(shares, **_):
        raise python_statistics.StatisticsError(f"{len(shares)} data points")

    monkeypatch.setattr(python_statistics, "quantiles", refuse)
    assert statistics.tenths([0.5]) == (0.5, 0.5)


def test_a_spread_by_hand():
    found = [compared(share, source=source) for share, source in ((0.25, "a"), (1.0, "b"), (0.5, "a"))]
    doubted = compared(0.125, suspect="why")
    assert statistics.spread([*found, doubted]) == statistics.Spread(3, 2, 0.5, pytest.approx(0.3), pytest.approx(0.9), 0.25, 1.0)
    assert statistics.spread([doubted]) is None


def test_the_largest_group_comes_first_and_equals_by_name():
    found = [compared(0.5, framework=name) for name in ("b", "c", "a", "c")]
    doubted = compared(0.5, framework="d", suspect="why")
    groups = statistics.grouped([*found, doubted], lambda each: (kinds.framework(each.entry),))
    assert [(name, each.count) for (name,), each in groups.items()] == [("c", 2), ("a", 1), ("b", 1)]


# Steps of decoding


BESIDES = [0, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 4, 6, 8]  # milliseconds


@pytest.mark.parametrize(("percent", "besides"), [*((50, each) for each in BESIDES), (30, 0), (32, 2), (98, 2), (100, 0)])
def test_a_step_is_learned_in_two_percent_and_at_most_8_ms(percent, besides):
    truth = Step(percent / 100, besides / 1e3)
    learnt = step.fit([decoded(truth, milliseconds) for milliseconds in (1, 5, 20)])
    assert (learnt.efficiency, learnt.besides) == (percent / 100, pytest.approx(truth.besides))


def test_a_step_is_learned_no_finer_than_in_two_percent():
    learnt = step.fit([decoded(Step(0.51, 0), milliseconds) for milliseconds in (1, 5, 20)])
    assert learnt.efficiency in (0.5, 0.52)


@pytest.mark.parametrize("beyond", [Step(0.2, 0), Step(0.29, 0), Step(1.1, 0), Step(1.02, 0)])
def test_no_step_is_learned_below_30_or_above_100_percent(beyond):
    learnt = step.fit([decoded(beyond, milliseconds) for milliseconds in (1, 5, 20)])
    assert learnt.efficiency == (0.3 if beyond.efficiency < 1 else 1.0)


def test_the_least_time_of_a_step_is_its_batch_over_the_rate():
    assert step.least_time(compared(0.5, batch=16)) == 0.008  # 16 tokens at 2,000 a second


@pytest.mark.parametrize(("several", "own"), [(5, True), (4, False)])
def test_five_cases_have_a_step_of_their_own(several, own):
    slow, fast = Step(0.4, 4e-3), Step(0.8, 0.0)
    many = [decoded(slow, milliseconds, count=8) for milliseconds in range(1, several + 1)]
    alone = [decoded(fast, milliseconds) for milliseconds in range(1, 21)]
    learnt = step.by_sharing([*many, *alone])
    assert learnt == {False: fast, True: slow if own else step.fit([*alone, *many])}
    assert learnt[True] == (slow if own else fast)


def test_doubted_steps_teach_nothing():
    assert step.by_sharing([decoded(Step(0.8, 0.0), 5, suspect="why")] * 5) == {}


def test_the_middle_of_what_steps_reach_of_their_prediction():
    found = [compared(percent / 100, batch=1) for percent in range(30, 81, 5)]  # 11 cases of steps that take the bound twice
    assert step.interval(found, Step(0.5, 0.0)) == pytest.approx((0.7, 1.5))


# Held-out sources


def test_sources_are_judged_the_largest_first_and_equals_by_name(monkeypatch):
    found = [Prediction(source, error, True) for source, error in (("b", 0.1), ("c", 0.2), ("a", 0.3), ("c", 0.4))]
    monkeypatch.setattr(judging, "_all_held_out", {"decoding": found}.get)
    judged = judging.by_source("decoding")
    assert [(name, each.count, each.median_error) for name, each in judged.items()] == [
        ("c", 2, pytest.approx(0.3)),
        ("a", 1, 0.3),
        ("b", 1, 0.1),
    ]


def test_an_error_at_the_limit_is_within_it():
    judged = judging.judged([Prediction("a", error, error < 0.2) for error in (0.15, 0.16, 0.3, 0.31)])
    assert (judged.within_15, judged.within_30, judged.inside) == (0.25, 0.75, 0.5)


def training(share, source):
    return compared(share, "training_rate_per_gpu", Question("training_time", "throughput", {}), source)


@pytest.mark.parametrize(("reached_share", "error", "inside"), [(0.75, 1 / 3, False), (0.5, 0, True), (0.25, 1, False)])
def test_an_error_is_counted_from_what_was_measured(reached_share, error, inside):
    # others reach a half: 3/4 was predicted as 1/2, a third too little; 1/2 is predicted exactly, in a range of one point
    found = [training(0.5, "others") for _ in range(5)] + [training(reached_share, "judged")]
    (judged,) = judging.held_out("training", found)
    assert (judged.source, judged.error, judged.inside) == ("judged", pytest.approx(error), inside)


def test_a_source_without_five_others_is_left_out_and_the_next_is_judged():
    found = [training(0.5, "a") for _ in range(5)] + [training(0.5, "b") for _ in range(2)]
    assert [each.source for each in judging.held_out("training", found)] == ["b", "b"]


# The range of a result


def ranged(monkeypatch, taught, name="decode", inputs=None):
    monkeypatch.setattr(reached, "lesson", lambda name: taught)
    return typical.of(call.run(name, {} if inputs is None else inputs))


def test_a_range_is_the_result_at_the_low_end_the_median_and_the_high_end(monkeypatch):
    own = group(lessons.ALONE, share=0.4)
    taught = lesson_of(group(lessons.ALONE), group(lessons.ALONE, "Hopper", count=3), programs=(("vLLM", own),))
    alone = {"gpus": "1"} | LLAMA
    found = ranged(monkeypatch, taught, inputs=alone)
    assert [each.output for each in found.intervals] == ["token_rate", "time_per_output_token"]
    shares = ("25%", "50%", "100%")
    ends = [call.run("decode", alone | {"bandwidth_efficiency": share, "launch": "0 ms"}) for share in shares]
    rate, time = found.intervals
    assert [rate.low, rate.median, rate.high] == [each.outputs["token_rate"] for each in ends]
    assert [time.high, time.median, time.low] == [each.outputs["time_per_output_token"] for each in ends]
    assert [each.base for each in found.inputs["bandwidth_efficiency"]] == [0.25, 0.5, 1.0]
    assert (found.group.traits, found.traits, found.alike) == ((lessons.ALONE,), (lessons.ALONE, "Hopper"), 3)
    assert found.programs == (typical.Part("vLLM", own),)
    assert "bandwidth_efficiency=50%25" in found.query and "gpus=1" in found.query
    assert found.document()["inputs"]["bandwidth_efficiency"] == {"low": "25%", "median": "50%", "high": "100%"}


def test_a_group_that_is_too_small_gives_the_reason(monkeypatch):
    found = ranged(monkeypatch, lesson_of(group(count=4)))
    assert found == typical.Nothing("too few measurements are known")
    assert found.document() == {"outputs": {}, "reason": "too few measurements are known"}


def test_a_result_without_a_bound_has_no_range(monkeypatch):
    assert ranged(monkeypatch, lesson_of(group()), "cost") is None


def test_limits_that_the_low_end_cannot_keep_leave_no_range(monkeypatch):
    def too_slow(*_):
        raise InputProblems([])

    monkeypatch.setattr(typical, "_at", too_slow)
    assert "cannot keep what is asked for" in ranged(monkeypatch, lesson_of(group())).reason


def test_outputs_that_no_end_gives_leave_no_range(monkeypatch):
    nothing = SimpleNamespace(token_rate=None, time_per_output_token=None)
    monkeypatch.setattr(typical, "_at", lambda run, reach: ({"bandwidth_efficiency": reach.share}, nothing))
    assert "cannot keep what is asked for" in ranged(monkeypatch, lesson_of(group())).reason


def test_an_input_that_no_address_can_say_leaves_the_range_without_one(monkeypatch):
    at = typical._at

    def with_a_record(run, reach):
        given, result = at(run, reach)
        return given | {"gpu": H100}, result

    monkeypatch.setattr(typical, "_at", with_a_record)
    found = ranged(monkeypatch, lesson_of(group()))
    assert found.query == "" and "gpu" not in found.inputs and found.intervals


def test_a_calculator_may_choose_its_lesson():
    declared = replace(call.get("decode").typical, choose=lambda inputs: ("training", (inputs,)))
    run = SimpleNamespace(calculator=SimpleNamespace(typical=declared), inputs="dense")
    assert typical._chosen(run) == ("training", ("dense",))
    decode = call.run("decode")
    assert typical._chosen(decode) == ("decoding", lessons.decoding(decode.inputs))

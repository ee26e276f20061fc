"""What measurements teach, on numbers by hand: shares of a bound, spreads, lessons, and the range of a result."""

import json
import statistics as python_statistics
from dataclasses import replace
from types import SimpleNamespace

import pytest
from invented import BASE, fact, measurement, record

from calculators import call, facts
from calculators.measured import comparison, judging, kinds, lessons, reached, statistics, step, typical
from calculators.measured.comparison import Comparison, compare
from calculators.measured.judging import Prediction
from calculators.measured.lessons import Group, Lesson, Reach, Unmeasured
from calculators.measured.question import Question, Unpredictable
from calculators.measured.reached import Case
from calculators.measured.step import Step
from calculators.problems import InputProblems
from calculators.records import MissingFact
from calculators.units import Quantity

H100, A100, RTX = (BASE.accelerators[slug] for slug in ("h100-sxm5-80gb", "a100-sxm4-80gb", "rtx-4090"))
ASKED = Question("decode", "token_rate", {})
WHOLE = Step(1.0, 0.0)
TURNS = "layers split over the GPUs"


def compared(share, metric="decode_rate", question=ASKED, source="", **others):
    """A measurement of 1,000, which is this share of its bound."""
    entry = replace(measurement(metric, **others), value=1000)
    entry = replace(entry, source=replace(entry.source, id=source)) if source else entry
    return Comparison(entry, question, Quantity(1000 * share if comparison.is_time(metric) else 1000 / share, entry.unit))


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


def decoded(truth, milliseconds, **others):
    bound = 1e3 / milliseconds
    entry = replace(measurement("decode_rate", batch=1, **others), value=bound * truth.share(milliseconds / 1e3))
    return Comparison(entry, ASKED, Quantity(bound, entry.unit))


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


# Lessons


def group(*traits, count=5, share=0.5):
    return Group(traits, Reach(share / 2), Reach(share), Reach(share * 2 if share <= 0.5 else 1.0), count, ("a source",))


def lesson_of(*groups, programs=()):
    return Lesson({each.traits: each for each in groups}, {each.traits: programs for each in groups})


def test_the_narrowest_group_of_five_answers():
    taught = lesson_of(group(count=20), group("a", count=5), group("a", "b", count=4))
    assert taught.of(("a", "b")).traits == taught.of(("a",)).traits == taught.of(("a", "c")).traits == ("a",)
    assert taught.of(("c", "b")).traits == taught.of(()).traits == ()
    assert [taught.alike(traits) for traits in ((), ("a",), ("a", "b"), ("c",))] == [20, 5, 4, 0]
    assert [taught.knows(traits) for traits in ((), ("a",), ("a", "b"), ("c",))] == [True, True, False, False]
    with pytest.raises(Unmeasured):
        lesson_of(group(count=4)).of(("a",))


def test_a_subject_is_shown_on_the_page_of_its_first_metric():
    pages = {name: subject.page for name, subject in lessons.SUBJECTS.items()}
    assert (pages["reading"], pages["copying"], pages["training"]) == ("prompts", "kernels", "training")
    two_pages = replace(lessons.SUBJECTS["reading"], metrics=("gpu_hours", "decode_rate", "matmul_time"))
    assert two_pages.page == "training"


@pytest.mark.parametrize(
    ("format", "bits"),
    [
        ("fp32", "16 bits"),
        ("tf32", "16 bits"),
        ("bf16", "16 bits"),
        ("fp8", "8 bits"),
        ("q6_k", "4 bits"),
        ("int4", "4 bits"),
        ("fp4", "4 bits"),
    ],
)
def test_formats_are_told_apart_as_16_8_and_4_bits(format, bits):
    assert lessons.training_on(H100, format) == (f"arithmetic in {bits}", lessons.DENSE, "Hopper")


@pytest.mark.parametrize(
    ("gpus", "split", "sharing"),
    [(1, "tensor", lessons.ALONE), (2, "tensor", lessons.SHARING), (2, "layer", lessons.ALONE)],
)
def test_a_decoding_step_has_traits(gpus, split, sharing):
    asked = SimpleNamespace(speculation="off", split=split, gpus=gpus, gpu=H100)
    assert lessons.decoding(asked) == (sharing, "Hopper")


@pytest.mark.parametrize(("changed", "said"), [({"speculation": "on"}, "draft"), ({"split": "pipeline"}, "pipeline")])
def test_drafts_and_pipelines_were_never_measured(changed, said):
    asked = {"speculation": "off", "split": "tensor", "gpus": 1, "gpu": H100}
    with pytest.raises(Unmeasured, match=said):
        lessons.decoding(SimpleNamespace(**asked | changed))


SLOW, FAST = "sums in FP32 at half rate", "sums in FP32 at full rate"
UP_TO, LONGER = "prompts of up to 2,048 tokens", "prompts of more than 2,048 tokens"


@pytest.mark.parametrize(
    ("gpu", "compute", "prompt", "traits"),
    [
        (H100, "bf16", 2048, ("arithmetic in 16 bits", FAST, UP_TO, "Hopper")),
        (H100, "fp8", 2049, ("arithmetic in 8 bits", FAST, LONGER, "Hopper")),
        (RTX, "fp16", 1, ("arithmetic in 16 bits", SLOW, UP_TO, "Ada Lovelace")),
    ],
)
def test_a_prompt_has_traits(gpu, compute, prompt, traits):
    asked = SimpleNamespace(compute=compute, prompt=prompt, gpus=1, gpu=gpu)
    assert lessons.reading(asked) == (lessons.ALONE, *traits)
    with pytest.raises(Unmeasured, match="4 bits"):
        lessons.reading(SimpleNamespace(compute="fp4", prompt=prompt, gpus=1, gpu=gpu))


@pytest.mark.parametrize(
    ("sums", "slow", "said"), [(150, 100, FAST), (151, 100, SLOW), (200, None, FAST), (None, 100, FAST), (100, 100, FAST)]
)
def test_sums_in_fp32_are_slower_where_fp16_is_half_as_fast_again(sums, slow, said):
    given = {"fp16_tensor_fp16_accumulate": sums, "fp16_tensor": slow}
    gpu = record(*(fact(f"peak.{key}", rate, "TFLOPS") for key, rate in given.items() if rate))
    assert lessons.reading(SimpleNamespace(compute="fp16", prompt=1, gpus=1, gpu=gpu))[2] == said


@pytest.mark.parametrize(("model", "kind"), [("llama-3.1-8b", "a dense model"), ("mixtral-8x7b", "a mixture of experts")])
def test_a_server_and_a_run_know_the_kind_of_their_model(model, kind):
    asked = SimpleNamespace(mode="continuous", gpus=2, gpu=A100, model=BASE.models[model])
    assert lessons.serving(asked) == (lessons.SHARING, "Ampere", kind)
    asked = SimpleNamespace(measured=None, counted="mfu", model=BASE.models[model], format="bf16", gpu=A100)
    assert lessons.training(asked) == ("arithmetic in 16 bits", kind, "Ampere")


@pytest.mark.parametrize(("changed", "said"), [({"measured": 0.4}, "your own"), ({"counted": "hfu"}, "model FLOP")])
def test_training_that_measurements_say_nothing_of(changed, said):
    asked = {"measured": None, "counted": "mfu", "model": BASE.models["llama-3.1-8b"], "format": "bf16", "gpu": A100}
    with pytest.raises(Unmeasured, match=said):
        lessons.training(SimpleNamespace(**asked | changed))


def test_a_server_with_replicas_for_prompts_was_never_measured():
    with pytest.raises(Unmeasured, match="replicas of their own"):
        lessons.serving(SimpleNamespace(mode="disaggregated"))


def test_other_families_are_one():
    other = record(vendor="Google")
    assert lessons.copying(SimpleNamespace(gpu=other)) == ("accelerators of other families",)
    assert lessons.copying(SimpleNamespace(gpu=H100)) == ("Hopper",)


@pytest.mark.parametrize("workload", ["gemm", "gemv", "batched"])
def test_a_multiplication_has_traits(workload):
    asked = {"sparsity": "dense", "format": "fp8", "gpu": H100}
    assert lessons.multiplying(SimpleNamespace(**asked)) == ("operands of 8 bits", "Hopper")
    assert lessons.multiplying(SimpleNamespace(**asked, workload=workload)) == ("operands of 8 bits", "Hopper")
    with pytest.raises(Unmeasured, match="only matrix multiplications"):
        lessons.multiplying(SimpleNamespace(**asked, workload="elementwise"))
    with pytest.raises(Unmeasured, match="sparse weights"):
        lessons.multiplying(SimpleNamespace(**asked | {"sparsity": "sparse"}, workload=workload))


EXCHANGE = {"path": "links", "algorithm": "ring", "gpu": H100, "system": BASE.systems["dgx-h100"]}


@pytest.mark.parametrize(
    ("changed", "traits"),
    [
        ({}, ("a ring over the links of the GPUs", "Hopper")),
        ({"nodes": 1, "operation": "all_reduce", "kind": "data"}, ("a ring over the links of the GPUs", "Hopper")),
        ({"algorithm": "in_switch", "gpu": A100}, ("the switch over the links of the GPUs", "Ampere")),
        ({"path": "pcie", "gpu": RTX}, ("a ring over PCIe", "Ada Lovelace")),
        ({"path": "system", "gpu": A100}, ("a ring over the links of the GPUs", "Hopper")),
    ],
)
def test_an_exchange_has_traits(changed, traits):
    assert lessons.exchanging(SimpleNamespace(**EXCHANGE | changed)) == traits


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"operation": "all_gather"}, "only all-reduces"),
        ({"kind": "pipeline"}, "only all-reduces"),
        ({"path": "own"}, "inside one node"),
        ({"nodes": 2}, "inside one node"),
        ({"algorithm": "tree"}, "only rings"),
    ],
)
def test_exchanges_that_were_measured_too_rarely(changed, said):
    with pytest.raises(Unmeasured, match=said):
        lessons.exchanging(SimpleNamespace(**EXCHANGE | changed))


# What was reached


def cases(reached_shares, program="p", source="s", steps=WHOLE):
    return [Case(("t",), steps, share, program, source) for share in reached_shares]


def test_a_case_is_as_much_faster_as_it_takes_less_time():
    # 1 s at 80% and 0.25 s besides take 1.5 s; three quarters of that rate are 2 s. At 50% and 0.5 s besides it takes 2.5 s.
    for bound in ((), (1.0,)):
        case = Case((), Step(0.8, 0.25), 0.75, "p", "s", *bound)
        assert case.times_as_fast(Reach(0.5, 0.5)) == pytest.approx(1.25)
    assert cases([0.75])[0].times_as_fast(Reach(0.5)) == 1.5


def test_learned_shares_have_three_digits_and_times_are_whole_microseconds():
    taught = reached.learn(cases([1 / 3] * 5, steps=Step(1.0, 4.11111e-4)))
    assert taught.groups[()].median == Reach(0.333, 0.001233)
    assert reached.learn(cases([2.0] * 5)).groups[()].median == Reach(1.0, 0.0)  # none is beyond the bound


def test_every_group_says_what_each_program_reached_the_largest_first():
    taught = reached.learn([*cases([0.2], "b"), *cases([0.3, 0.5], "c", "other"), *cases([0.1], "a")])
    assert set(taught.groups) == set(taught.by_program) == {(), ("t",)}
    assert [(name, own.count, own.median.share) for name, own in taught.by_program["t",]] == [
        ("c", 2, 0.4),
        ("a", 1, 0.1),
        ("b", 1, 0.2),
    ]
    assert (taught.groups["t",].sources, taught.groups["t",].programs) == (("other", "s"), ("a", "b", "c"))


def test_a_lesson_is_read_where_it_was_packed_and_learned_where_not(monkeypatch):
    learn = reached.lesson.__wrapped__
    monkeypatch.setattr(reached, "_packed", lambda: {"copying": "packed"})
    assert learn("copying") == "packed"
    monkeypatch.setattr(reached, "_packed", lambda: None)
    monkeypatch.setattr(reached, "measured", lambda name: [name])
    monkeypatch.setattr(reached, "cases", lambda name, found: cases([0.5] * 5) if found == [name] else [])
    assert learn("copying").groups["t",].count == 5


@pytest.mark.parametrize(("sources", "said"), [(("a",), "one source"), (("a", "b"), "2 sources")])
def test_a_median_says_what_it_was_learned_from(sources, said, monkeypatch):
    taught = replace(group("Hopper"), low=Reach(0.12345), median=Reach(0.5), high=Reach(0.67891), sources=sources)
    monkeypatch.setattr(reached, "lesson", lambda name: lesson_of(replace(taught, programs=("vLLM",))))
    for found in (reached.median_of("copying", gpu=H100), reached.median_of_all("copying", "Hopper")):
        assert found.quantity == Quantity(0.5, "%")
        assert found.how == (
            f"the median of 5 published measurements (Hopper, vLLM; {said}). Eight tenths of them lie between 12.3% and 67.9%."
        )


def served(calculator="serving", **told):
    return compared(0.5, "output_rate", Question(calculator, "output_rate", {}), **told)


@pytest.mark.parametrize(
    ("found", "teaches"),
    [
        (served(input_length=100), True),
        (served(input_length=100, batch=64), True),
        (served(input_length=100, most_sequences=64, batch=1), True),
        (served(input_length=100, most_sequences=63, batch=1000), False),
        (served(batch=64), False),
        (served("decode", input_length=100), False),
        (served(input_length=100, suspect="why"), False),
    ],
)
def test_a_server_of_64_sequences_teaches(found, teaches, monkeypatch):
    monkeypatch.setattr(comparison, "compared", lambda *metrics: [found] if "output_rate" in metrics else [])
    assert bool(reached.measured("serving")) is teaches


def test_a_server_held_to_63_sequences_does_not_teach(monkeypatch):
    monkeypatch.setattr(comparison, "compared", lambda *metrics: [served(input_length=100, batch=63)])
    assert reached.measured("serving") == []


@pytest.mark.parametrize(("gpus", "parallelism", "teaches"), [(1, "", True), (1, TURNS, True), (2, "", True), (2, TURNS, False)])
def test_prompts_teach_unless_cards_take_turns(gpus, parallelism, teaches, monkeypatch):
    found = compared(0.5, "prefill_rate", count=gpus, parallelism=parallelism)
    monkeypatch.setattr(comparison, "compared", lambda *metrics: [found])
    assert bool(reached.measured("reading")) is teaches
    assert reached.measured("decoding") == [found]


@pytest.mark.parametrize(("inputs", "teaches"), [({}, True), ({"nodes": "2"}, False)])
def test_exchanges_inside_a_node_teach(inputs, teaches, monkeypatch):
    found = compared(0.5, "allreduce_time", Question("collectives", "time", inputs))
    monkeypatch.setattr(comparison, "compared", lambda *metrics: [found])
    assert bool(reached.measured("exchanging")) is teaches


LLAMA = {"model": "llama-3.1-8b"}


def test_a_copy_is_a_case_as_it_was_measured():
    copied = compared(0.9, "memory_copy_bandwidth", Question("memory_bandwidth", "usable", {"gpu": "h100-sxm5-80gb"}), "s")
    named = replace(copied, entry=replace(copied.entry, details={"framework": "p"}))
    assert reached.cases("copying", [named]) == [Case(("Hopper",), WHOLE, pytest.approx(0.9), "p", "s")]
    assert reached.cases("copying", [copied])[0].program == "a program not named"


def test_a_decoding_step_is_a_case_of_what_its_like_reach():
    slow, fast = Step(0.4, 4e-3), Step(0.8, 0.0)
    asked = Question("decode", "token_rate", {"gpu": "h100-sxm5-80gb", "gpus": "1"} | LLAMA)
    shared = Question("decode", "token_rate", {"gpu": "h100-sxm5-80gb", "gpus": "8"} | LLAMA)
    found = [replace(decoded(fast, milliseconds), question=asked) for milliseconds in range(1, 6)]
    found += [replace(decoded(slow, milliseconds, count=8), question=shared) for milliseconds in range(1, 6)]
    alone, together = reached.cases("decoding", found)[4::5]
    for case, learnt, trait in ((alone, fast, lessons.ALONE), (together, slow, lessons.SHARING)):
        assert (case.traits, case.step) == ((trait, "Hopper"), learnt)
        assert (case.reached, case.bound) == (pytest.approx(1), pytest.approx(5e-3))


@pytest.mark.parametrize(
    ("hardware", "precision", "shown"),
    [
        ("h100-sxm5-80gb", "FP8", "fp8"),
        ("h100-sxm5-80gb", "BF16", "fp16"),
        ("a100-sxm4-80gb", "FP8", "fp16"),
        ("rtx-4090", "FP16", "fp16"),
    ],
)
def test_a_prompt_is_a_share_of_the_peak_of_the_format_shown(hardware, precision, shown):
    entry = measurement("prefill_rate", hardware, precision=precision, input_length=512, **LLAMA)
    found = compare(entry, BASE)
    (case,) = reached.cases("reading", [found])
    inputs = {name: text for name, text in found.question.inputs.items() if name != "peak"} | {"compute": shown}
    bound = call.run("prefill", inputs).outputs["prompt_rate"].base
    assert case.reached == pytest.approx(entry.quantity.base / bound)
    assert case.traits[1] == f"arithmetic in {'8' if shown == 'fp8' else '16'} bits"


def test_what_is_fp8_in_name_only_is_shown_as_16_bits():
    assert reached._shown({"weights": "int8", "compute": "fp8"}) == "fp16"


def sent(share, sending, waiting, monkeypatch):
    asked = Question("collectives", "time", {"gpu": "h100-sxm5-80gb", "latency": "0 us", "algorithm": "ring"})
    ran = []

    def run(calculator, inputs):
        ran.append((calculator, inputs))
        return SimpleNamespace(result=SimpleNamespace(sending=sending, waiting=waiting))

    monkeypatch.setattr(reached.call, "run", run)
    found = reached.cases("exchanging", [compared(share, "allreduce_time", asked)])
    assert ran == [("collectives", {"gpu": "h100-sxm5-80gb", "algorithm": "ring"})]
    return [case.reached for case in found]


@pytest.mark.parametrize(
    ("share", "sending", "waiting", "reached_share"),
    [
        (0.5, 4.0, 3.0, [0.8]),  # 8 s measured, 3 of them waiting: 4 of the other 5
        (0.5, 4.0, 4.0, []),  # as much waiting as sending
        (2.0, 4.0, 2.0, []),  # as much waiting as was measured
        (2.0, 4.0, 1.0, [4.0]),
    ],
)
def test_waiting_is_taken_off_what_a_message_took(share, sending, waiting, reached_share, monkeypatch):
    assert sent(share, sending, waiting, monkeypatch) == reached_share


def test_a_packed_lesson_is_the_one_that_was_learned(tmp_path, monkeypatch):
    taught = reached.learn(cases([0.25, 0.5, 0.75, 1.0, 1.0], steps=Step(0.8, 2e-3)))
    monkeypatch.setattr(reached, "lesson", lambda name: taught)
    monkeypatch.setattr(facts, "DATA", tmp_path)
    assert reached._packed.__wrapped__() is None
    reached.pack(tmp_path)
    assert list(json.loads((tmp_path / "learned.json").read_text("utf-8"))) == list(lessons.SUBJECTS)
    assert reached._packed.__wrapped__() == dict.fromkeys(lessons.SUBJECTS, taught)


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

"""What programs reached of a bound: cases, groups of them, which measurements teach, and lessons that were packed."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from invented import BASE, TURNS, WHOLE, compared, decoded, group, lesson_of, measurement

from calculators import call, facts
from calculators.measured import comparison, lessons, reached
from calculators.measured.comparison import compare
from calculators.measured.lessons import Reach
from calculators.measured.question import Question
from calculators.measured.reached import Case
from calculators.measured.step import Step
from calculators.units import Quantity

H100 = BASE.accelerators["h100-sxm5-80gb"]
LLAMA = {"model": "llama-3.1-8b"}


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

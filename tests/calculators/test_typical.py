"""What programs typically reach: learned from cases whose truth is known, shown as an interval below the bound, or not at all."""

import csv
import io
import json
from statistics import median

import pytest

from calculators import call, facts, packed
from calculators.__main__ import main
from calculators.measured import kinds, lessons, reached, statistics
from calculators.measured.comparison import compared
from calculators.measured.lessons import Reach, Unmeasured
from calculators.measured.reached import Case, learn
from calculators.measured.step import Step
from calculators.present import typical
from calculators.present.live import answer
from calculators.present.spreadsheet import as_csv

WHOLE = Step(1.0, 0.0)
WITH_A_RANGE = (
    "decode",
    "prefill",
    "training_time",
    "roofline",
    "sustained_rate",
    "collectives",
    "parallel_efficiency",
    "serving",
    "which_gpu",
    "memory_bandwidth",
)
ONE = {"gpus": "1", "model": "llama-3.1-8b"}


def cases(traits, shares, program="a program", source="a source", step=WHOLE):
    return [Case(traits, step, share, program, source) for share in shares]


def test_a_group_is_the_middle_eight_tenths_and_the_median():
    group = learn(cases(("one", "Hopper"), [n / 20 for n in range(11)])).of(("one", "Hopper"))  # 0, 5%, ..., 50%
    assert (group.low, group.median, group.high) == (Reach(0.05), Reach(0.25), Reach(0.45))
    assert (group.count, group.sources, group.programs) == (11, ("a source",), ("a program",))


def test_too_few_leave_the_answer_to_the_next_wider_group():
    lesson = learn(cases(("one", "Hopper"), [0.5] * 4) + cases(("one", "AMD"), [0.7] * 5))
    assert lesson.of(("one", "AMD")).traits == ("one", "AMD")
    assert lesson.of(("one", "Hopper")).traits == ("one",) and lesson.of(("one", "Hopper")).count == 9
    assert lesson.of(("many", "Hopper")).traits == ()
    assert [lesson.alike(("one", family)) for family in ("Hopper", "AMD", "Ada Lovelace")] == [4, 5, 0]
    with pytest.raises(Unmeasured, match="too few"):
        learn(cases(("one",), [0.5] * 4)).of(("one",))


def test_a_program_that_is_slower_takes_longer_in_both_numbers_and_none_beats_the_bound():
    group = learn(cases(("one",), [0.5] * 5 + [1.0] * 5 + [2.0] * 5, step=Step(0.8, 2e-3))).of(("one",))
    assert group.low == Reach(0.4, 4e-3) and group.median == Reach(0.8, 2e-3)
    assert group.high == Reach(1.0, 1e-3)  # 160% of the bandwidth is more than there is


def test_efficiencies_are_recomputed_from_the_records():
    mine = [
        each.share
        for each in compared("training_rate_per_gpu", "training_rate")
        if each.judges and kinds.family(facts.load().accelerators[each.entry.hardware]) == "Ampere"
    ]
    group = reached.lesson("training").of(("arithmetic in 16 bits", "a dense model", "Ampere"))
    low, high = statistics.tenths(sorted(mine))
    assert group.count == len(mine) > 50
    assert (group.low.share, group.high.share) == (round(low, 3), round(high, 3))


def test_the_share_of_multiplications_is_recomputed_from_the_records():
    mine = [
        each.share
        for each in compared("matmul_time", "kernel_time", "matmul_rate")
        if each.judges
        and each.question.inputs["format"] in ("bf16", "fp16")
        and kinds.family(facts.load().accelerators[each.entry.hardware]) == "Hopper"
    ]
    group = reached.lesson("multiplying").of(("operands of 16 bits", "Hopper"))
    assert group.count == len(mine) > 20
    assert group.median.share == round(median(mine), 3)
    assert group.low.share <= group.median.share <= group.high.share <= 1


def test_cards_that_take_turns_teach_nothing_of_prompts_read_together():
    prompts = compared("prefill_rate", "time_to_first_token")
    taking_turns = [each for each in prompts if each.entry.count > 1 and not kinds.shares_layers(each.entry)]
    whole = reached.lesson("reading").groups[()]
    assert taking_turns and whole.count == sum(each.judges for each in prompts) - sum(each.judges for each in taking_turns)


def test_what_prompts_reach_is_a_share_of_the_peak_that_a_reader_is_shown():
    # An RTX 4090 does 165.2 TFLOPS with sums in FP32, and 660.6 TOPS in INT8: the bound of weights in four bits allows for those.
    (found,) = (each for each in compared("prefill_rate") if each.entry.id == "llama-cpp-cuda-004")
    (case,) = reached.cases("reading", [found])
    assert case.reached / found.share == pytest.approx(660.6 / 165.2, rel=0.01)
    assert case.traits == (
        lessons.ALONE, "arithmetic in 16 bits", "sums in FP32 at half rate", "prompts of up to 2,048 tokens", "Ada Lovelace",
    )  # fmt: skip


def test_a_card_that_sums_in_fp32_at_half_rate_reaches_more_of_that():
    prompt = {"gpus": "1", "model": "llama-3.1-8b"}
    shares = [call.run("prefill", prompt | {"gpu": gpu}).typical.group.median.share for gpu in ("rtx-3090", "rtx-a6000")]
    assert shares[0] > 1.5 * shares[1]


def test_arithmetic_that_nobody_measured_prompts_with_has_no_range():
    said = typical.sentence(call.run("prefill", {"gpu": "b200-sxm-180gb", "compute": "fp4"}))
    assert "too few prompts were measured with arithmetic in 4 bits" in said


def test_a_server_is_typically_below_the_estimate():
    run = call.run("serving")
    rate, needed = run.typical.intervals
    assert (rate.output, needed.output) == ("output_rate", "gpus_needed")
    assert rate.high.base <= run.outputs["output_rate"].base and needed.low.base >= run.outputs["gpus_needed"].base
    assert "; GPUs for the demand " in typical.sentence(run)
    assert "no measurement" in typical.sentence(call.run("serving", {"mode": "disaggregated"}))


@pytest.mark.parametrize("name", WITH_A_RANGE)
def test_the_ends_are_what_the_calculator_gives_for_the_inputs_shown(name):
    run = call.run(name)
    found = run.typical
    for each in found.intervals:
        assert 0 < each.low.base <= each.median.base <= each.high.base
    if not found.query:
        return
    again = call.run(
        name, {field: values[1] for field, values in found.document()["inputs"].items() for values in [list(values.values())]}
    )
    for each in found.intervals:
        assert again.outputs[each.output].base == pytest.approx(each.median.base, rel=1e-9)


@pytest.mark.parametrize(("name", "output"), [("decode", "token_rate"), ("prefill", "prompt_rate"), ("roofline", "attainable")])
def test_no_end_goes_beyond_the_bound(name, output):
    for gpu in ("h100-sxm5-80gb", "rtx-4090", "mi300x", "dgx-spark"):
        run = call.run(name, {"gpu": gpu, **({} if name == "roofline" else ONE)})
        (interval,) = (each for each in run.typical.intervals if each.output == output)
        assert interval.high.base <= run.outputs[output].base


def test_the_range_stays_when_the_reader_sets_an_efficiency():
    bound, mine = call.run("decode", ONE), call.run("decode", ONE | {"bandwidth_efficiency": "50%", "launch": "9 ms"})
    assert mine.result.token_rate < bound.result.token_rate
    assert mine.typical.intervals == bound.typical.intervals


def test_a_case_that_nobody_measured_says_so():
    told = {
        ("decode", "split", "pipeline"): "no measurement of a pipeline",
        ("roofline", "workload", "elementwise"): "only matrix multiplications",
        ("collectives", "operation", "all_to_all"): "only all-reduces",
        ("training_time", "counted", "hfu"): "model FLOP",
        ("collectives", "algorithm", "tree"): "only rings",
    }
    for (name, field, value), reason in told.items():
        run = call.run(name, {field: value})
        assert reason in typical.sentence(run) and "is not known" in typical.sentence(run)
        assert typical.working(run) is None
        assert reason in run.document()["typical"]["reason"]


def test_limits_that_programs_at_the_low_end_would_break_are_told():
    tight = {"token_limit": "22 ms"}
    assert call.run("serving", tight).outputs["output_rate"].base > 0
    assert "programs at the low end of the measurements cannot keep what is asked for" in typical.sentence(
        call.run("serving", tight)
    )


def test_few_measurements_of_a_family_are_told():
    alone = {"gpu": "mi300x", **ONE}
    said = typical.sentence(call.run("decode", alone))
    assert f"Only {reached.lesson('decoding').alike((lessons.ALONE, 'AMD'))}, too few to go by, with AMD." in said
    assert "None with Hopper." in typical.sentence(call.run("decode"))


def test_what_is_no_bound_has_no_range():
    run = call.run("cost")
    assert run.typical is None and typical.sentence(run) is None and run.document()["typical"] is None
    assert "typical" not in as_csv(run)


def test_page_document_and_spreadsheet_say_the_same():
    told = json.loads(answer("decode", json.dumps(ONE)))["parts"]
    ends = told["json"]["typical"]["outputs"]["token_rate"]
    rows = {(row["kind"], row["name"]): row for row in csv.DictReader(io.StringIO(told["csv"]))}
    for end in ("low", "median", "high"):
        assert rows[f"typical {end}", "token_rate"]["value"] == repr(ends[end])
    assert f"Typically {ends['low']:.3g} to {ends['high']:.3g} tokens/s" in told["answer"]


def test_the_link_calculates_with_the_median():
    found = call.run("decode", ONE).typical
    assert found.query.startswith("gpus=1&model=llama-3.1-8b&bandwidth_efficiency=")


def test_the_browser_gets_what_was_learned(tmp_path):
    reached.pack(tmp_path)
    read = reached._read(tmp_path / reached.NAME)
    assert read == {name: reached.lesson(name) for name in lessons.SUBJECTS}


def test_traits_of_a_measurement_are_those_of_the_calculator_opened_with_it():
    for each in compared("decode_rate"):
        traits = lessons.decoding(call.understood(each.question.calculator, each.question.inputs))
        assert (traits[0] == lessons.SHARING) is kinds.shares_layers(each.entry)


def test_a_package_with_broken_facts_is_packed_without_a_lesson(tmp_path, monkeypatch):
    def broken(*_):
        raise facts.FactErrors([])

    monkeypatch.setattr(reached, "pack", broken)
    monkeypatch.setattr(facts, "DATA", tmp_path)
    monkeypatch.setattr(packed, "pack", lambda folder: (folder / "left").touch())
    packed.pack_package()
    assert [path.name for path in tmp_path.iterdir()] == ["left"]


def test_a_choice_gives_the_range_of_the_accelerator_that_it_names():
    run = call.run("which_gpu")
    rate, cost = run.typical.intervals
    assert (rate.output, cost.output) == ("rate", "cost")
    assert rate.median.base == pytest.approx(run.result.rate) and cost.median.base == pytest.approx(run.result.cost)
    assert cost.high.base / cost.low.base == pytest.approx(rate.high.base / rate.low.base, rel=1e-6)
    everything = reached.lesson("serving").groups[()]
    assert run.typical.group == everything and "of all kinds" in typical.sentence(run)
    trained = call.run("which_gpu", {"task": "training", "weights": "bf16", "largest": "64"}).typical
    assert trained.group.traits == ("arithmetic in 16 bits", "a dense model") and list(trained.inputs) == ["mfu"]


def test_a_choice_without_a_winner_or_a_price_says_what_it_can():
    none = call.run("which_gpu", {"model": "llama-3.1-405b", "largest": "1"})
    assert not none.result.qualify and "no candidate qualifies" in typical.sentence(none)
    tight = call.run("which_gpu", {"only": "h100-sxm5-80gb", "step_limit": "25 ms"})
    assert tight.result.qualify and "at the low end of the measurements cannot keep" in typical.sentence(tight)
    unpriced = call.run("which_gpu", {"only": "trainium2", "rank": "speed", "largest": "64"})
    assert unpriced.result.cost is None and [each.output for each in unpriced.typical.intervals] == ["rate"]


def test_a_server_held_to_a_few_sequences_teaches_nothing():
    told = {each.entry.id for each in reached.measured("serving")}
    assert {"dstack-r1-001", "dstack-r1-002", "datacrunch-001"} <= told  # 128 and 64 at a time, and as many as there is room for
    assert not told & {"dstack-r1-003", "dstack-r1-006", "datacrunch-008"}  # 32 and 4 at a time, and prompts that are not stated


def test_the_terminal_says_the_range_too(capsys):
    assert main(["decode", "--gpus", "1", "--model", "llama-3.1-8b"]) == 0
    said = capsys.readouterr().out.splitlines()[-1].strip()
    assert said == typical.plain(call.run("decode", ONE)) and said.startswith("Typically ") and "<" not in said
    assert main(["cost"]) == 0
    assert "Typically" not in capsys.readouterr().out

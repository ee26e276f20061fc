"""The one way in: names, documents, command line, sweeps, and the working that a tooltip shows of a stated number."""

import json
import math
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators import InputProblems, call, evaluate, names, run
from calculators.__main__ import main
from calculators.call import Evaluation, describe
from calculators.declare import Output
from calculators.formula import formula
from calculators.parse import followers
from calculators.units import Number, Quantity
from calculators.working import Working


@pytest.mark.parametrize("name", names())
def test_defaults_give_an_answer(name):
    finished = run(name)
    assert finished.summary.endswith(".")
    assert finished.working.steps
    assert all(math.isfinite(value.base) for value in finished.outputs.values() if isinstance(value, Quantity))


def test_neither_packages_nor_the_command_line_are_looked_into_for_a_calculator():
    assert not {"__main__", "present", "identities"} & set(call._modules())


@pytest.mark.parametrize("name", names())
def test_the_document_reproduces_the_run(name):
    document = run(name).document()
    assert run(name, document["inputs"]).document()["outputs"] == document["outputs"]
    assert json.loads(json.dumps(document)) == document


@pytest.mark.parametrize("name", names())
def test_command_line_prints_the_same_document(name, capsys):
    assert main([name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == run(name).document()


def test_command_line_lists_every_problem(capsys):
    assert main(["decode", "--gpu", "h200", "--batch", "0"]) == 2
    said = capsys.readouterr().err
    assert "gpu 'h200'" in said and "h200-sxm-141gb" in said and "batch '0'" in said


@pytest.mark.parametrize("written", ["decode.latency", "decoding.token_rate", "decode.bound", "decode.token_rate?batches=2"])
def test_unknown_names_say_what_there_is(written):
    with pytest.raises(InputProblems):
        evaluate(written)


TEXTS = st.text(max_size=12) | st.sampled_from(
    ["", "0", "-1", "1e308", "nan", "80 GB", "1 token", "²", "1,0", "9" * 70, "%", "$"]
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(names()), st.data())
def test_any_text_gives_an_answer_or_a_named_problem(name, data):
    fields = list(call.get(name).input_specs)
    given_inputs = data.draw(st.dictionaries(st.sampled_from(fields), TEXTS, max_size=4))
    try:
        finished = run(name, given_inputs)
    except InputProblems as wrong:
        assert {problem.field for problem in wrong.problems} <= set(fields)
        assert all(problem.accepted and problem.message for problem in wrong.problems)
    else:
        assert all(math.isfinite(value.base) for value in finished.outputs.values() if isinstance(value, Quantity))


def test_the_line_of_working_ends_in_the_number_it_explains():
    for written in ("decode.time_per_output_token", "decode.token_rate", "weights.total", "compare.ratio", "memory_fit.min_gpus"):
        evaluation = evaluate(written)
        assert call.describe(evaluation).endswith(f"= {evaluation.value}")
    assert call.describe(evaluate("peak_rate.ratio_of_clocks")).endswith("= 1,830 MHz / 1,410 MHz = 1.298×")
    assert call.describe(evaluate("compare.ratio")) == "Ratio = a / b = 3,352 / 2,039 = 1.644×"


FOLLOWED = [
    (name, field)
    for name in call.names()
    for field in followers(call.get(name), run(name).values)
    if isinstance(run(name).values[field].value, Quantity)
]


@pytest.mark.parametrize(("name", "field"), FOLLOWED)
def test_a_swept_input_gives_what_typing_it_gives(name, field):
    """An input that was looked up from the swept one is looked up again."""
    value, spec = run(name).values[field].value, call.get(name).input_specs[field]
    allowed = [base for base in (value.base / 2, value.base, value.base * 2) if spec.low <= base <= spec.high]
    swept = run(name).sweep(field, [base for base in allowed if spec.kind != "count" or base == int(base)])
    for base, result in swept:
        typed = run(name, {field: f"{Quantity(base, value.unit).value!r} {value.unit}"}).result
        for output, ours in vars(result).items():
            expected = getattr(typed, output)
            assert ours == (pytest.approx(expected, rel=1e-12) if isinstance(expected, float) else expected), output
    assert len(swept) > 1


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("H100", "h100-nvl-94gb, h100-pcie-80gb, h100-sxm5-80gb, h100-sxm5-96gb"),
        ("GeForce RTX 4090", "rtx-4090"),
        ("rtx-409", "rtx-4090"),
        ("l40ss", "l40s"),
        ("h100-sxm4", "h100-sxm5-80gb, h100-sxm5-96gb"),
    ],
)
def test_a_card_called_by_a_common_name_is_not_guessed_but_those_it_may_be_are_named(given, meant):
    with pytest.raises(InputProblems, match="is not an accelerator of the fact base") as caught:
        call.run("memory_fit", {"gpu": given})
    assert f"did you mean {meant}" in str(caught.value)


def test_a_card_like_no_other_is_told_what_there_is_in_few_words():
    with pytest.raises(InputProblems, match=r"there are [0-9]+, such as a10, a100-pcie-40gb, a100-pcie-80gb") as caught:
        call.run("memory_fit", {"gpu": "<script>"})
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("name", names())
def test_a_saved_document_is_run_again_by_its_file(name, tmp_path, capsys):
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(run(name).document()), "utf-8")
    assert main([str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == run(name).document()


def test_a_document_that_no_longer_holds_says_where(tmp_path, capsys):
    path = tmp_path / "saved.json"
    document = run("weights").document()
    path.write_text(json.dumps(document | {"outputs": document["outputs"] | {"active": {"value": 7e10, "unit": "parameter"}}}))
    assert main([str(path)]) == 1
    assert 'active was {"value": 70000000000.0, "unit": "parameter"} in the document' in capsys.readouterr().err
    path.write_text(json.dumps(document))
    assert main([str(path), "--weights", "int8"]) == 1  # another input, another result: it says so


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"calculator": "weigths", "inputs": {}, "outputs": {}}', '{"calculator": "weights"}']
)
def test_a_file_that_is_no_document_is_refused(text, tmp_path, capsys):
    path = tmp_path / "saved.json"
    path.write_text(text, "utf-8")
    assert main([str(path)]) == 2 and main([str(tmp_path / "none.json")]) == 2
    assert "saved.json: " in capsys.readouterr().err


@pytest.mark.parametrize("name", ["units", "__main__", "weigths"])
def test_what_declares_no_calculator_is_none(name):
    with pytest.raises(InputProblems, match=f"calculator '{name}': is unknown"):
        call.get(name)


@formula("a * b")
def product(a: Number, b: Number) -> Number:
    """The product of two numbers, for which units mean nothing."""
    return Number(a * b)


def evaluation(working, value, label="Area"):
    calculator = SimpleNamespace(output_specs={"area": Output(label, "", "", signed=False)})
    return Evaluation("area", value, SimpleNamespace(calculator=calculator, working=working, summary="It fits."))


@pytest.mark.parametrize(
    ("factor", "fed"),
    [(3, True), (1.5, True), (1, False), (0.5, False)],  # a share or a one may stand there by chance
)
def test_the_steps_that_feed_a_number_are_shown_before_it(factor, fed):
    working = Working()
    working.step("Elsewhere", product, a=7, b=11)
    width = working.step("Width", product, a=factor, b=1)
    area = working.step("Area", product, a=width, b=4)
    working.step("Later", product, a=width, b=1)
    own = f"Area = a × b = {factor:g} × 4 = {area:g}"
    before = f"Width = a × b = {factor:g} × 1 = {factor:g}; "
    assert describe(evaluation(working, Quantity(area, ""))) == (before if fed else "") + own


def test_a_number_is_explained_by_the_step_of_its_name_else_by_the_last_that_gives_it():
    working = Working()
    for label, a in (("First", 3), ("Area", 2), ("Last", 4)):
        working.step(label, product, a=a, b=12 / a)
    assert describe(evaluation(working, Quantity(12.0, ""))) == "Area = a × b = 2 × 6 = 12"
    assert describe(evaluation(working, Quantity(12.0, ""), "Size")) == "Last = a × b = 4 × 3 = 12"
    assert describe(evaluation(working, Quantity(13.0, ""), "Size")) == "Size = 13"
    assert describe(evaluation(working, "yes", "Fits")) == "Fits = yes. It fits."


@pytest.mark.parametrize(
    ("value", "signed", "refused"),
    [
        (-0.5, False, True),
        (-2.0, False, True),
        (-0.5, True, False),
        (0.0, False, False),
        (0.5, False, False),
        (math.inf, False, True),
        (math.inf, True, True),
        (math.nan, False, True),
    ],
)
def test_a_number_that_cannot_be_is_a_bug(value, signed, refused):
    spec = Output("Area", "", "", signed=signed)
    finished = SimpleNamespace(
        calculator=SimpleNamespace(name="areas", output_specs={"area": spec, "bound": Output("Bound", None, "", signed=False)}),
        outputs={"bound": "memory", "area": Quantity(value, "")},
    )
    if not refused:
        call._refuse_nonsense(finished)
        return
    with pytest.raises(ArithmeticError, match=r"areas\.area came out as "):
        call._refuse_nonsense(finished)


def test_an_input_left_empty_in_a_call_is_not_left_to_its_default():
    with pytest.raises(InputProblems, match="model: is empty"):
        evaluate("weights.total?model=")


@pytest.mark.parametrize(("gpu", "fits"), [("rtx-4090", "no"), ("mi300x", "yes")])
def test_yes_and_no_are_stated_as_facts_write_them(gpu, fits):
    # Llama 2 70B in FP16 is 138 GB: more than 24 GB hold, and less than 192 GB
    assert evaluate(f"memory_fit.fits?gpu={gpu}&model=llama-2-70b&gpus=1").value == fits


def test_runs_that_share_what_is_known_do_not_take_it_from_another_question():
    known = {}
    small, large = (run("weights", {"model": model}, known) for model in ("llama-2-7b", "llama-2-70b"))
    assert small.known is large.known is known
    results = [each.at("weights", "fp8").total for each in (small, large)]
    assert results == [run("weights", {"model": model, "weights": "fp8"}).result.total for model in ("llama-2-7b", "llama-2-70b")]
    assert small.at("weights", "fp8") is small.at("weights", "fp8")


def test_the_question_itself_does_not_change_what_is_known_at_another_value():
    known = {}
    first = run("weights", {"weights": "int8"}, known).at("weights", "fp8")
    assert run("weights", {"weights": "nf4"}, known).at("weights", "fp8") is first


def test_points_that_a_calculator_refuses_are_left_out_of_a_sweep():
    # 32 query heads are shared by 1, 2, 4, 8, ... KV heads alike
    swept = run("roofline", {"workload": "prefill"}).sweep("kv_heads", [4.0, 5.0, 8.0])
    assert [point for point, _ in swept] == [4.0, 8.0]


def test_a_point_without_what_is_looked_up_from_it_is_refused_by_its_field():
    with pytest.raises(InputProblems) as caught:
        run("roofline").at("format", "fp4")
    [problem] = caught.value.problems
    assert (problem.field, problem.given) == ("format", "fp4")
    assert "has no fact 'peak.fp4_tensor'" in problem.message and problem.accepted.endswith(", fp8, fp6, fp4, int8, int4")

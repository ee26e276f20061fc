"""Raw inputs as they are read: what a problem quotes, which record a text may mean, what counts at a limit."""

from types import SimpleNamespace

import pytest

from calculators import InputProblems, call, run
from calculators.declare import Derived
from calculators.parse import InputValue, _meant, parse
from calculators.units import Quantity


def problems(name, **inputs):
    with pytest.raises(InputProblems) as caught:
        run(name, inputs)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("x" * 48, "x" * 48),
        ("x" * 49, "x" * 48 + " …"),
        ("{" + "x" * 31, "{" + "x" * 31),  # meant as a configuration
        ("{" + "x" * 32, "{" + "x" * 31 + " …"),
        ("a\u202eb", "a‹U+202E›b"),
    ],
)
def test_a_problem_quotes_the_beginning_of_a_long_text_and_signs_that_are_not_seen(text, quoted):
    [problem] = problems("weights", surprise=text)
    assert problem.given == quoted


def records(*names):
    return {name: SimpleNamespace(name=name.upper()) for name in names}


@pytest.mark.parametrize(("many", "listed"), [(1, True), (8, True), (9, False)])
def test_up_to_eight_records_that_hold_a_text_are_named(many, listed):
    known = records(*(f"accelerator-{number}-of-hopper" for number in range(many)))
    assert _meant("Hopper", known) == (f" (did you mean {', '.join(known)}?)" if listed else "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("q100-and-something-else", " (did you mean q100-sxm, q100-pcie?)"),
        ("q10-and-something-else", ""),  # three letters and digits in common are too few
        ("q100 s and something else", " (did you mean q100-sxm?)"),
        ("²", ""),
    ],
)
def test_records_that_begin_with_the_same_four_signs_are_named(text, said):
    assert _meant(text, records("q100-sxm", "q100-pcie", "q201")) == said


def test_three_records_stand_for_all_of_them():
    [problem] = problems("memory_fit", gpu="<script>")
    assert problem.message.endswith(", such as a10, a100-pcie-40gb, a100-pcie-80gb")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Quantity(1.2345678, ""), "1.23457"),
        (Quantity(0.25, "%"), "25%"),
        (None, "not given"),
        ("bf16", "bf16"),
        (SimpleNamespace(name="NVIDIA L4"), "NVIDIA L4"),
    ],
)
def test_an_input_is_shown_with_six_digits_or_by_its_name(value, shown):
    assert InputValue("", value, "default").shown == shown


def test_the_facts_behind_an_input_are_known():
    fact, other = (run("decode").values[name].fact for name in ("bandwidth", "peak"))
    assert InputValue("", None, "fact", fact).facts == (fact,)
    assert InputValue("", None, "derived", derived=Derived(Quantity(1, ""), (fact, other), "both")).facts == (fact, other)
    assert InputValue("1", Quantity(1, ""), "given").facts == ()


@pytest.mark.parametrize("limit", ["low", "high"])
def test_a_number_at_its_limit_is_in_range(limit):
    calculator = call.get("decode")
    spec = calculator.input_specs["batch"]
    at, beyond = (int(getattr(spec, limit)) + step for step in (0, -1 if limit == "low" else 1))
    assert parse(calculator, {"batch": str(at)})["batch"].value.base == at
    [problem] = problems("decode", batch=str(beyond))
    assert problem.message == "is out of range"


@pytest.mark.parametrize(
    ("name", "field", "text", "message"),
    [
        ("weights", "model", "", "is empty"),
        ("decode", "batch", "2.5", "is not a whole number"),
        ("decode", "batch", "fast", "is not a number this can compute with"),
        ("decode", "batch", "3 GB", "has the wrong unit: GB is byte, but sequence is sequence"),
        ("decode", "bandwidth", "1e999", "is not a number this can compute with"),
        ("compare", "a", "fast", "is neither a number nor the address of a fact"),
        ("compare", "a", "1e999", "is neither a number nor the address of a fact"),
        ("compare", "a", "3 parsec", "unknown unit 'parsec'"),
        ("compare", "a", "l4/memory.type", "is 'GDDR6', not a number"),
        ("compare", "a", "l4/memory.bandwith", "l4 has no fact 'memory.bandwith' (did you mean memory.bandwidth"),
        ("weights", "weights", "fp61", "is not one of the choices (did you mean fp"),
    ],
)
def test_what_is_wrong_with_a_text_is_said_of_its_field(name, field, text, message):
    [problem] = problems(name, **{field: text})
    assert (problem.field, problem.given) == (field, text)
    assert problem.message.startswith(message)


def test_an_empty_field_takes_the_number_of_the_record_or_stays_empty():
    values = parse(call.get("cost"), {"power": " ", "hourly": ""})
    assert (values["power"].origin, values["power"].value.to("W")) == ("fact", 700)
    assert values["hourly"].text == ""


def test_what_a_record_does_not_know_has_to_be_typed_in():
    [problem] = problems("roofline", gpu="v100-sxm2-32gb", format="fp8")
    assert problem.field == "peak" and problem.accepted.endswith(", typed in")
    [problem] = problems("roofline", peak="fast")
    assert not problem.accepted.endswith(", typed in")

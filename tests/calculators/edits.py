"""What a reader could change in a form, found by trying what the declarations allow: nothing is written down per calculator."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from random_inputs import COMPARED

from calculators import InputProblems, call, facts, references
from calculators.call import Run
from calculators.declare import RECORDS, Input
from calculators.parse import InputValue
from calculators.units import Quantity, parse_unit

_FACTORS = (2, 0.5, 1.25, 0.8, 10, 0.1)
_UNKNOWN = (1, 10, 100, 0.1, 1000, 0.01)  # of the unit, for what is not known of the chosen record
_NO_NUMBER = "many"


@dataclass(frozen=True, slots=True)
class Edit:
    """A text put into a field."""

    field: str
    text: str


def _is_number(spec: Input) -> bool:
    return spec.kind in ("count", "quantity", "anything") and not _is_more(spec)


def _is_choice(spec: Input) -> bool:
    return spec.kind in RECORDS or spec.kind == "choice"


def _is_more(spec: Input) -> bool:
    return spec.optional or spec.fallback is not None


def edits(name: str) -> list[Edit]:
    """Three edits, each on top of those before and each changing a result: a number, a choice, something optional.

    Where a calculator has none of a kind that changes a result, another field takes its place, the last of the form first;
    where it has no other, a field is edited again.
    """
    found: list[Edit] = []
    for wanted in (_is_number, _is_choice, _is_more):
        run, taken = call.run(name, given(found)), {edit.field for edit in found}
        found.append(_next(run, wanted, taken) or _next(run, wanted, set()))
    return found


def given(edits: list[Edit]) -> dict[str, str]:
    """The inputs after the edits."""
    return {edit.field: edit.text for edit in edits}


def _next(run: Run, wanted: Callable[[Input], bool], taken: set[str]) -> Edit | None:
    specs = {field: spec for field, spec in _shown(run).items() if field not in taken}
    preferred = [field for field, spec in specs.items() if wanted(spec)]
    for field in (*preferred, *(field for field in reversed(specs) if field not in preferred)):
        for text in _others(run, field, specs[field]):
            if _changes(run, field, text):
                return Edit(field, text)
    return None


def _shown(run: Run) -> dict[str, Input]:
    """The inputs that the form shows: those that mean something with the choices made."""
    choices = {field: value.text for field, value in run.values.items()}
    specs = run.calculator.input_specs.items()
    return {field: spec for field, spec in specs if not spec.when or choices[spec.when[0]] in spec.when[1]}


def _changes(run: Run, field: str, text: str) -> bool:
    try:
        after = call.run(run.calculator.name, run.given | {field: text})
    except InputProblems:
        return False
    return after.outputs != run.outputs and field in after.given


def _others(run: Run, field: str, spec: Input) -> Iterator[str]:
    """Texts that the declaration of a field allows, other than the present one; other fields may still refuse them."""
    value = run.values[field]
    if spec.kind in RECORDS:
        texts = list(getattr(facts.load(), RECORDS[spec.kind][0]))
    elif spec.kind == "choice":
        texts = list(spec.choices)
    elif spec.kind == "anything":
        texts = list(COMPARED)
    elif spec.kind == "text":
        texts = [reference.inputs[field] for reference in references.of(run.calculator.name) if field in reference.inputs]
    else:
        texts = _numbers(spec, value)
    return (text for text in texts if text != value.text)


def _numbers(spec: Input, value: InputValue) -> list[str]:
    unit = float(parse_unit(spec.unit).factor)
    known = isinstance(value.value, Quantity) and value.value.base
    numbers = [value.value.base * factor / unit for factor in _FACTORS] if known else list(_UNKNOWN)
    if spec.kind == "count":
        return [f"{number:.0f}" for number in numbers if number == int(number)]
    return [f"{number:.6g} {spec.unit}".strip() for number in numbers]


def bad_edit(name: str, before: dict[str, str]) -> Edit:
    """A text that cannot be used where `before` is in the form: no number in a box, or else a record that does not go there."""
    run = call.run(name, before)
    boxes = [field for field, spec in _shown(run).items() if not _is_choice(spec)]
    numbers = [field for field in boxes if run.calculator.input_specs[field].kind != "text"]
    tried = [Edit(field, _NO_NUMBER) for field in (*numbers, *boxes)]
    tried += [Edit(field, text) for field, spec in _shown(run).items() if _is_choice(spec) for text in _others(run, field, spec)]
    return next(edit for edit in tried if _refused(name, before, edit))


def _refused(name: str, before: dict[str, str], edit: Edit) -> bool:
    """Whether the calculator complains about this field and no other."""
    try:
        call.run(name, before | {edit.field: edit.text})
    except InputProblems as wrong:
        return {problem.field for problem in wrong.problems} == {edit.field}
    return False

"""The one way in: forms, hooks, notebooks, the command line, stated numbers and tests all call calculators through here."""

import dataclasses
import importlib
import math
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import calculators
from calculators.declare import Calculator, Input
from calculators.parse import InputValue, follow, followers, parse
from calculators.problems import InputProblem, InputProblems, nearest
from calculators.units import Quantity, show
from calculators.working import Unrecorded, Working

if TYPE_CHECKING:
    from calculators.measured.typical import Found, Nothing


@cache
def _modules() -> tuple[str, ...]:
    found = pkgutil.iter_modules(calculators.__path__)
    return tuple(module.name for module in found if not module.ispkg and module.name != "__main__")


@cache
def _declared(name: str) -> Calculator | None:
    declared = getattr(importlib.import_module(f"calculators.{name}"), "CALCULATOR", None)
    return dataclasses.replace(declared, name=name) if declared else None


@cache
def names() -> tuple[str, ...]:
    """The names of all calculators: every module of the package that declares a CALCULATOR; adding one is all it takes."""
    return tuple(name for name in _modules() if _declared(name))


def get(name: str) -> Calculator:
    """A calculator by name; its module alone is imported. Raises InputProblems naming the nearest ones."""
    declared = _declared(name) if name in _modules() else None
    if not declared:
        raise InputProblems([InputProblem("calculator", name, f"is unknown{nearest(name, names())}", ", ".join(names()))])
    return declared


@dataclass(frozen=True)
class Run:
    """One calculation: the inputs as understood, the outputs, and the working.

    `known` keeps results with one input at another value; runs that share it need not compute them again.
    """

    calculator: Calculator
    values: Mapping[str, InputValue]
    inputs: Any
    result: Any
    working: Working
    known: dict[tuple, Any] = dataclasses.field(default_factory=dict)

    @cached_property
    def outputs(self) -> dict[str, Quantity | str | bool]:
        """Each output by name: a quantity, or text or yes/no; 'none' where there is no such number."""
        return {name: _output(spec.unit, getattr(self.result, name)) for name, spec in self.calculator.output_specs.items()}

    @cached_property
    def summary(self) -> str:
        return self.calculator.summary(self.inputs, self.result)

    @cached_property
    def given(self) -> dict[str, str]:
        """The inputs that differ from the defaults, as written: what the address of the page carries."""
        return {name: value.text for name, value in self.values.items() if value.origin == "given"}

    @property
    def query(self) -> str:
        """The call's inputs as an address query."""
        return urlencode(self.given)

    def having(self, **changes: Any) -> "Run":
        """The same question with other inputs (in base units); what is known of these results does not hold for them."""
        return dataclasses.replace(self, inputs=self.changed(**changes), known={})

    def changed(self, **changes: Any) -> Any:
        """The inputs with others in their place (in base units)."""
        return type(self.inputs)(**self._fields | changes)

    def sweep(self, field: str, points: Iterable[float]) -> list[tuple[float, Any]]:
        """The results over several values of one input (in base units); points that the calculator refuses are left out."""
        found = []
        for point in points:
            try:
                found.append((point, self.at(field, point)))
            except InputProblems:
                continue
        return found

    def at(self, field: str, point: Any) -> Any:
        """The result with one input at another value (in base units), and all that is looked up from it. Raises InputProblems."""
        key = (self.calculator.name, field, point, *((name, text) for name, text in self.given.items() if name != field))
        if key not in self.known:
            self.known[key] = self._at(field, point)
        return self.known[key]

    def _at(self, field: str, point: Any) -> Any:
        specs, names = self.calculator.input_specs, self._followers.get(field, ())
        moved = Quantity(point, specs[field].unit) if isinstance(self.values[field].value, Quantity) else point
        try:
            followed = follow(self.calculator, self.values, (field, moved), names)
        except (ValueError, LookupError) as error:
            raise InputProblems([InputProblem(field, str(moved), str(error), specs[field].accepted)]) from error
        changed = {name: _held(specs[name], value) for name, value in followed.items()}
        return self.calculator.calculate(self.changed(**{field: point} | changed), Unrecorded())

    @cached_property
    def _fields(self) -> dict[str, Any]:
        return {field.name: getattr(self.inputs, field.name) for field in dataclasses.fields(self.inputs)}

    @cached_property
    def chart(self) -> Any:
        """What the calculator draws of the run; None where there is nothing to draw."""
        return self.calculator.chart(self) if self.calculator.chart else None

    @cached_property
    def typical(self) -> "Found | Nothing | None":
        """The result as programs typically reach it, from measurements; None for what is no bound."""
        from calculators.measured import typical  # which asks calculators for the bounds of measurements, through here

        return typical.of(self)

    @cached_property
    def _followers(self) -> dict[str, tuple[str, ...]]:
        return followers(self.calculator, self.values)

    def document(self) -> dict[str, Any]:
        """The run as plain JSON-able data; `inputs` reproduce it through `run` or the command line."""
        return {
            "calculator": self.calculator.name,
            "inputs": {name: value.text for name, value in self.values.items() if value.text},
            "outputs": {name: _plain(value) for name, value in self.outputs.items()},
            "summary": self.summary,
            "typical": self.typical.document() if self.typical else None,
            "working": [
                {
                    "label": step.label,
                    "formula": step.formula.readable,
                    "numbers": step.numbers,
                    "result": {"value": step.result.value, "unit": step.result.unit},
                }
                for step in self.working.steps
            ],
            "remarks": list(self.working.remarks),
            "facts": [
                {
                    "fact": fact.address,
                    "value": str(fact),
                    "qualifiers": list(fact.qualifiers),
                    "source": fact.source.title,
                    "where": fact.where,
                }
                for fact in self.working.facts.values()
            ],
        }


def _output(unit: str | None, value: Any) -> Quantity | str | bool:
    if value is None:
        return "none"
    return value if unit is None else Quantity(value, unit)


def _plain(value: Quantity | str | bool) -> Any:
    return {"value": value.value, "unit": value.unit} if isinstance(value, Quantity) else value


def run(name: str, inputs: Mapping[str, Any] | None = None, known: dict[tuple, Any] | None = None) -> Run:
    """Run a calculator on raw inputs (text as a reader types it, or numbers in the declared unit).

    `known` is what earlier runs have kept of their sweeps.
    Raises InputProblems listing every field that cannot be used, with what was given and what is accepted.
    """
    calculator = get(name)
    values = parse(calculator, inputs or {})
    working = Working()
    for name, value in values.items():
        working.use(*value.facts)
        if value.remark:
            working.remark(value.remark)
        if value.derived:
            working.remark(f"{calculator.input_specs[name].label}: {value.derived.how}")
    typed = _typed(calculator, values)
    result = calculator.calculate(typed, working)
    finished = Run(calculator, values, typed, result, working, {} if known is None else known)
    _refuse_nonsense(finished)
    return finished


def understood(name: str, inputs: Mapping[str, Any]) -> Any:
    """The input record of a calculator, without a calculation. Raises InputProblems."""
    calculator = get(name)
    return _typed(calculator, parse(calculator, inputs))


def _typed(calculator: Calculator, values: Mapping[str, InputValue]) -> Any:
    return calculator.inputs(**{name: _held(calculator.input_specs[name], value.value) for name, value in values.items()})


def _held(spec: Input, value: Any) -> Any:
    """What the input record holds: base units for numbers; where any unit is accepted, the quantity itself."""
    return value.base if isinstance(value, Quantity) and spec.kind != "anything" else value


def _refuse_nonsense(finished: Run) -> None:
    for name, value in finished.outputs.items():
        signed = finished.calculator.output_specs[name].signed
        if isinstance(value, Quantity) and (not math.isfinite(value.base) or (value.base < 0 and not signed)):
            raise ArithmeticError(f"{finished.calculator.name}.{name} came out as {value.base}: a bug in the calculator")


@dataclass(frozen=True)
class Evaluation:
    """One output of one run, as a stated number binds it: a quantity, or 'yes' or 'no', as facts write it."""

    output: str
    value: Quantity | str
    run: Run


def evaluate(written: str) -> Evaluation:
    """Evaluate a written call such as 'decode.time_per_output_token?gpu=l4&batch=8'.

    Raises InputProblems for an unknown calculator, output or input, and for every bad value.
    """
    target, _, query = written.partition("?")
    name, _, wanted = target.partition(".")
    calculator = get(name)
    known = calculator.stateable
    if wanted not in known:
        message = f"{name} has no such number{nearest(wanted, known)}"
        raise InputProblems([InputProblem("output", wanted, message, ", ".join(known))])
    finished = run(name, dict(parse_qsl(query, keep_blank_values=True)))
    value = finished.outputs[wanted]
    if isinstance(value, bool):
        return Evaluation(wanted, "yes" if value else "no", finished)
    if not isinstance(value, Quantity):
        raise InputProblems([InputProblem("output", wanted, "has no value for these inputs", "other inputs, or another output")])
    return Evaluation(wanted, value, finished)


def describe(evaluation: Evaluation) -> str:
    """The working of an evaluation in one line, for tooltips and messages: its own step, after those that feed it."""
    steps = evaluation.run.working.steps
    label = evaluation.run.calculator.output_specs[evaluation.output].label
    if isinstance(evaluation.value, str):
        return f"{label} = {evaluation.value}. {evaluation.run.summary}"
    same = [step for step in steps if step.result == evaluation.value]
    own = next((step for step in same if step.label == label), same[-1] if same else None)
    if own is None:
        return f"{label} = {show(evaluation.value)}"
    taken = {term.base for term in own.terms.values()}
    feeding = [step for step in steps[: steps.index(own)] if step.result.base in taken and step.result.base > 1]
    return "; ".join(str(step) for step in (*feeding, own))

"""What stands behind a stated number: each of the six schemes resolved to the value it binds.

fact:<slug>/<section.key>                     a fact; fact:<slug>/<section.key>/second is what its second source says
calc:<calculator>.<output>?<input>=<value>&…  a number, yes or no of a calculator; a value may be {given} or @label of this page
data:<id>, data:<id>/<detail>                 a measurement; what it was made under: its count, or a detail with a unit
price:<id>                                    a price as printed; price:<id>/each is that of one accelerator
audit:<id>                                    a number that others state
given:<name>                                  an assumption from the front matter of this page
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_plus, urlencode

from calculators import call, schema
from calculators.facts import FactErrors
from calculators.problems import InputProblem, InputProblems, nearest
from calculators.records import AuditEntry, Fact, FactBase, Measurement, MissingFact, Price
from calculators.units import Quantity, UnitError, read_quantity, show
from hooks.checks import targets
from hooks.checks.frontmatter import Given
from hooks.checks.problem import shown_path

Value = Quantity | str


class ClaimProblem(ValueError):
    """A destination that binds nothing: the code, what is wrong, and the way out."""

    def __init__(self, code: str, message: str, fix: str = "") -> None:
        self.code, self.message, self.fix = code, message, fix
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Bound:
    """What a destination binds: its value, the working or source in one line, the page it leads to, and where it is defined.

    `literal` is the value as an input of a calculation reads it.
    """

    destination: str
    value: Value
    working: str
    target: str
    origin: str
    literal: str

    @property
    def scheme(self) -> str:
        return self.destination.partition(":")[0]


@dataclass
class Evaluator:
    """Calculations, each made once per run of the checks."""

    done: dict[str, call.Evaluation | Exception] = field(default_factory=dict)

    def __call__(self, written: str) -> call.Evaluation:
        if written not in self.done:
            try:
                self.done[written] = call.evaluate(written)
            except (InputProblems, ArithmeticError, FactErrors) as error:
                self.done[written] = error
        result = self.done[written]
        if isinstance(result, Exception):
            raise result
        return result


@dataclass
class Bindings:
    """Resolves the destinations of one page, whose assumptions and labels calculations may refer to."""

    base: FactBase
    evaluate: Evaluator
    givens: Mapping[str, Given]
    labels: Mapping[str, str]
    used_givens: set[str] = field(default_factory=set)
    used_labels: set[str] = field(default_factory=set)
    _resolved: dict[str, Bound | ClaimProblem] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def resolve(self, destination: str) -> Bound:
        """The value behind a destination with one of the schemes. Raises ClaimProblem."""
        if destination in self._open:
            chain = " needs ".join([*self._open[self._open.index(destination) :], destination])
            raise ClaimProblem("claim-cycle", chain, "let one of them stand on facts and assumptions alone")
        if destination not in self._resolved:
            self._open.append(destination)
            try:
                scheme, _, rest = destination.partition(":")
                self._resolved[destination] = getattr(self, f"_{scheme}")(destination, rest)
            except ClaimProblem as problem:
                self._resolved[destination] = problem
            finally:
                self._open.pop()
        found = self._resolved[destination]
        if isinstance(found, ClaimProblem):
            raise found
        return found

    def _fact(self, destination: str, address: str) -> Bound:
        try:
            fact = self.base.fact(address)
        except MissingFact as error:
            raise ClaimProblem("claim-unknown", str(error), "name a fact: fact:<slug>/<section.key>") from error
        value = fact.quantity if fact.is_number else str(fact)
        return Bound(destination, value, _sourced(fact), targets.of_fact(self.base, fact), _place(fact), _literal_of(fact))

    def call(self, written: str) -> str:
        """A calculation as written, with each {given} and @label replaced by what it stands for."""
        target, _, query = written.partition("?")
        inputs = {name: self._input(text) for name, text in _pairs(query).items()}
        return f"{target}?{urlencode(inputs)}" if inputs else target

    def _calc(self, destination: str, written: str) -> Bound:
        try:
            evaluation = self.evaluate(self.call(written))
        except InputProblems as error:
            raise ClaimProblem(
                "claim-call", _listed(error.problems), f"try it: python -m calculators {written.partition('.')[0]}"
            ) from error
        except ArithmeticError as error:
            raise ClaimProblem("claim-call", str(error), "correct the calculator") from error
        except FactErrors as error:
            raise ClaimProblem("claim-call", "the fact base cannot be used", "correct the fact files first") from error
        run, value = evaluation.run, evaluation.value
        origin = f"calculators/{run.calculator.name}.py"
        return Bound(destination, value, _last_step(evaluation), targets.of_run(run), origin, _literal(value))

    def _input(self, text: str) -> str:
        """An input of a calculation, with {given} and @label replaced by what they stand for."""
        if text.startswith("@"):
            label = " ".join(text[1:].split()).lower()
            if label not in self.labels:
                raise ClaimProblem(
                    "claim-call", f"no definition [{label}]: in this page{nearest(label, self.labels)}", f"[{label}]: calc:..."
                )
            self.used_labels.add(label)
            bound = self.resolve(self.labels[label])
            return bound.literal
        return re.sub(r"\{([^{}]*)\}", lambda found: self._given_named(found.group(1)).value, text)

    def _given_named(self, name: str) -> Given:
        if name not in self.givens:
            fix = f'declare it in the front matter, under given: {name}: {{value: "...", note: "..."}}'
            raise ClaimProblem("given-unknown", f"the page declares no assumption {name!r}{nearest(name, self.givens)}", fix)
        self.used_givens.add(name)
        if self.givens[name].problem:
            raise ClaimProblem("given-invalid", f"{name} {self.givens[name].problem}")
        return self.givens[name]

    def _given(self, destination: str, name: str) -> Bound:
        given = self._given_named(name)
        try:
            value: Value = read_quantity(given.value)
        except (ValueError, UnitError):
            value = given.value
        working = f"{given.value}: {given.note}" if given.note else given.value
        return Bound(destination, value, f"Assumed here: {working}", targets.of_given(name), f"given: {name}", given.value)

    def _data(self, destination: str, address: str) -> Bound:
        name, _, detail = address.partition("/")
        measurement = self.base.measurements.get(name)
        if measurement is None:
            raise ClaimProblem("claim-unknown", f"unknown measurement {name!r}{nearest(name, self.base.measurements)}")
        value = self._measured_under(measurement, detail) if detail else measurement.quantity
        said = f"Measured under: {detail.replace('_', ' ')}, {show(value, 12)}" if detail else f"Measured: {show(value, 12)}"
        working = f"{said} ({measurement.source.title}, {measurement.where})"
        return Bound(destination, value, working, targets.of_measurement(measurement), _place(measurement), _literal(value))

    def _measured_under(self, measurement: Measurement, detail: str) -> Quantity:
        """The number of devices, or a condition that is a quantity."""
        if detail == "count":
            return Quantity.of(measurement.count, "GPU")
        try:
            return _condition(detail, measurement.details[detail])
        except (KeyError, ValueError, UnitError) as error:
            known = ("count", *measurement.details)
            said = f"measurement {measurement.id} has no quantity {detail!r}{nearest(detail, known)}"
            raise ClaimProblem(
                "claim-unknown", said, f"data:{measurement.id}, or one of /{', /'.join(known)} with a unit"
            ) from error

    def _price(self, destination: str, address: str) -> Bound:
        name, _, part = address.partition("/")
        price = self.base.prices.get(name)
        if price is None or part not in ("", "each"):
            said = f"no price {address!r}{nearest(name, self.base.prices)}"
            raise ClaimProblem("claim-unknown", said, "price:<id>, or price:<id>/each")
        value = price.each if part else price.quantity
        working = f"{show(price.quantity)} for {price.count} ({price.terms}), {price.place}, {price.date}. {price.source.title}"
        return Bound(destination, value, working, targets.of_price(price), _place(price), _literal(value))

    def _audit(self, destination: str, name: str) -> Bound:
        name, _, end = name.partition("/")
        entry = self.base.audit.get(name)
        if entry is None:
            raise ClaimProblem("claim-unknown", f"unknown audit entry {name!r}{nearest(name, self.base.audit)}")
        quoted = entry.numbers
        if end not in quoted:
            known = " or ".join(f"audit:{name}/{end}".rstrip("/") for end in quoted)
            fix = f"write {known}" if known else "give the entry its value and unit"
            raise ClaimProblem("claim-unknown", f"audit entry {name} quotes no {end or 'number'}", fix)
        value = Quantity.of(quoted[end], entry.unit)
        working = f"Said elsewhere: {entry.said} Right: {entry.right}"
        return Bound(destination, value, working, targets.of_audit(entry), _place(entry), _literal(value))


def _pairs(query: str) -> dict[str, str]:
    """The inputs of a call. Unlike a web server this refuses an input without value and one given twice."""
    pairs: dict[str, str] = {}
    for piece in filter(None, query.split("&")):
        name, equals, value = (unquote_plus(part) for part in piece.partition("="))
        if not equals or not value:
            raise ClaimProblem("claim-call", f"input {name!r} has no value", f"{name}=<value>")
        if name in pairs:
            raise ClaimProblem("claim-call", f"input {name!r} is given twice", "keep one of them")
        pairs[name] = value
    return pairs


def _place(entry: Fact | Measurement | Price | AuditEntry) -> str:
    return f"{shown_path(entry.path)}:{entry.line}"


def _listed(problems: tuple[InputProblem, ...]) -> str:
    return "; ".join(str(problem) for problem in problems)


def _last_step(evaluation: call.Evaluation) -> str:
    """The step that gives the value; the steps before it are on the page of the calculator."""
    if isinstance(evaluation.value, str):
        return call.describe(evaluation)
    steps = [step for step in evaluation.run.working.steps if step.result.base == evaluation.value.base]
    return str(steps[-1]) if steps else call.describe(evaluation)


def _sourced(fact: Fact) -> str:
    qualifiers = f" ({', '.join(fact.qualifiers)})" if fact.qualifiers else ""
    return f"{fact.label}: {fact}{qualifiers}. {fact.source.title}, {fact.where}"


def _literal_of(fact: Fact) -> str:
    return f"{fact.value} {fact.unit}".strip() if fact.is_number else str(fact)


def _condition(name: str, value: object) -> Quantity:
    """A condition of a measurement that is a quantity. Raises ValueError or UnitError where it is words."""
    return Quantity.of(value, schema.COUNTED_IN[name]) if name in schema.COUNTED_IN else read_quantity(str(value))


def _literal(value: Value) -> str:
    return value if isinstance(value, str) else f"{value.value!r} {value.unit}".strip()

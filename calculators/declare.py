"""Declarations of calculators: typed inputs and outputs with unit, default, bounds, choices and one line of help.

From this one declaration come the form, validation and its messages, the table in the page, the address parameters and the
command line.
"""

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from calculators.records import Fact
from calculators.units import Quantity, read_quantity, show

Kind = Literal["accelerator", "model", "link", "system", "choice", "quantity", "count", "anything", "text"]

# Inputs that name a record: the part of the fact base it is in, and what it is called.
RECORDS = {
    "accelerator": ("accelerators", "an accelerator"),
    "model": ("models", "a model"),
    "link": ("links", "a link"),
    "system": ("systems", "a system"),
}


@dataclass(frozen=True, slots=True)
class Derived:
    """A number that a record does not state, worked out from facts that it does state, and how."""

    quantity: Quantity
    facts: tuple[Fact, ...]
    how: str


Fallback = Callable[[Mapping[str, Any]], "Fact | Derived | Quantity | None"]


@dataclass(frozen=True, slots=True)
class Input:
    """One input: what it is called, what it means, and what is accepted.

    A `fallback` overrides a number of a record, or what was `learned` from measurements.
    One with a `when` exists only where the choice named there has one of its values: elsewhere it is None, and refused if given.
    """

    kind: Kind
    label: str
    help: str
    default: str = ""
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict)
    fallback: Fallback | None = None
    optional: bool = False
    reader: Callable[[str], Any] | None = None
    form: str = ""
    longest: int = 64
    when: tuple[str, tuple[str, ...]] | None = None
    learned: bool = False

    @property
    def accepted(self) -> str:
        """What this input accepts, in words."""
        if self.kind == "choice":
            return ", ".join(self.choices)
        if self.kind in RECORDS:
            pasted = ", or a Hugging Face config.json" if self.kind == "model" else ""
            return f"the name of {RECORDS[self.kind][1]} in the fact base{pasted}"
        if self.kind == "anything":
            return "a number with its unit ('3.35 TB/s'), or the address of a fact ('l4/memory.bandwidth')"
        if self.kind == "text":
            return self.form
        low, high = (show(Quantity(limit, self.unit)) for limit in (self.low, self.high))
        return f"a {'whole ' if self.kind == 'count' else ''}number from {low} to {high}"


@dataclass(frozen=True, slots=True)
class Output:
    """One output: what it is called, its unit ('' for text and yes/no), and what it means."""

    label: str
    unit: str | None
    help: str
    signed: bool


def _field(spec: Any) -> Any:
    return dataclasses.field(metadata={"spec": spec})


def accelerator(
    default: str, label: str = "GPU", help: str = "The accelerator, from the fact base.", optional: bool = False
) -> Any:
    """An accelerator of the fact base, by slug. An `optional` one may be left empty and is then None."""
    return _field(Input("accelerator", label, help, default, optional=optional))


def model(default: str, label: str = "Model", help: str = "The model, from the fact base.") -> Any:
    """A model of the fact base, by slug."""
    return _field(Input("model", label, help, default))


def link(default: str, label: str = "Link", help: str = "The link, from the fact base.") -> Any:
    """A link of the fact base, by slug."""
    return _field(Input("link", label, help, default))


def system(default: str, label: str = "System", help: str = "The system, from the fact base.") -> Any:
    """A system of the fact base, by slug."""
    return _field(Input("system", label, help, default))


def choice(default: str, choices: Mapping[str, str], label: str, help: str) -> Any:
    """One of a closed list: value -> what the reader sees."""
    return _field(Input("choice", label, help, default, choices=choices))


def count(default: int, low: int, high: int, label: str, help: str, unit: str = "") -> Any:
    """A whole number."""
    return _field(Input("count", label, help, str(default), unit, low, high))


def quantity(default: str, unit: str, low: str, high: str, label: str, help: str) -> Any:
    """A number with a unit; bounds are written as quantities ('0.01 USD/h')."""
    return _field(Input("quantity", label, help, default, unit, *_bounds(low, high, unit)))


def overridable(
    fallback: Fallback,
    unit: str,
    low: str,
    high: str,
    label: str,
    help: str,
    optional: bool = False,
    whole: bool = False,
) -> Any:
    """A number taken from a chosen record (`fallback` of the inputs before it), unless the reader gives an own one.

    An `optional` one is None where the record does not know it: what needs it is then not known either. A `whole` one counts.
    """
    kind = "count" if whole else "quantity"
    return _field(Input(kind, label, help, "", unit, *_bounds(low, high, unit), fallback=fallback, optional=optional))


def learned(fallback: Fallback, unit: str, low: str, high: str, label: str, help: str) -> Any:
    """A number that measurements have taught (`fallback` of the inputs before it), unless the reader gives an own one."""
    return _field(Input("quantity", label, help, "", unit, *_bounds(low, high, unit), fallback=fallback, learned=True))


def anything(default: str, label: str, help: str) -> Any:
    """A quantity of any unit, or the address of a fact."""
    return _field(Input("anything", label, help, default))


def text(
    default: str,
    reader: Callable[[str], Any],
    form: str,
    label: str,
    help: str,
    longest: int = 64,
    fallback: Fallback | None = None,
) -> Any:
    """A text of a form of its own, `form` in words; `reader` raises ValueError for any other."""
    return _field(Input("text", label, help, default, fallback=fallback, reader=reader, form=form, longest=longest))


def only_where(choice: str, values: tuple[str, ...], field: Any) -> Any:
    """The input `field`, where the earlier input `choice` has one of `values`; elsewhere it means nothing and is None."""
    return _field(dataclasses.replace(field.metadata["spec"], when=(choice, values)))


def output(label: str, unit: str | None, help: str, signed: bool = False) -> Any:
    """A result: a quantity shown in `unit`, or text or yes/no when `unit` is None. Only a `signed` one may be negative."""
    return _field(Output(label, unit, help, signed))


def _bounds(low: str, high: str, unit: str) -> tuple[float, float]:
    return read_quantity(low, unit).base, read_quantity(high, unit).base


@dataclass(frozen=True, slots=True)
class Reference:
    """A published worked number that this calculator was checked against: who prints it where, and the inputs that give it.

    `printed` is the number with its unit and its digits, which are the tolerance. `within` widens it where the source rounds on
    the way, and `why` says so. A `slip` is a printed number that is wrong: `why` says what is right.
    """

    source: str
    where: str
    output: str
    printed: str
    inputs: Mapping[str, str] = dataclasses.field(default_factory=dict)
    address: str = ""
    within: str = ""
    slip: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Typical:
    """How a calculator that gives a bound gives what programs typically reach: by inputs that measurements have taught.

    `lesson` names the measurements (`measured.lessons`). `at` says which inputs, in base units, make the calculator give what a
    program gets that reaches a share of the bound and takes some seconds besides. `outputs` are shown as a range. `choose` is for
    a calculator whose inputs do not say what the measurements share: it gives the lesson and the traits.
    """

    lesson: str
    outputs: tuple[str, ...]
    at: Callable[[Any, float, float], dict[str, Any]]
    choose: Callable[[Any], tuple[str, tuple[str, ...]]] | None = None


# What calculators are about, in the order in which a reader plans.
SUBJECTS = ("Memory", "Speed", "Cost and operation", "Hardware", "Comparing and checking")


@dataclass(frozen=True)
class Calculator:
    """A calculator: a pure function from a typed input record to a typed output record, with its working.

    `summary` says the answer in one sentence; `chart`, where looking beats reading, draws it: as a record of a chart, or as HTML
    of its own. `table` shows what has a row for each of several things, `below` what is folded away below it. `subject` is one
    of SUBJECTS. `typical` is for a bound that measurements can be held against.
    """

    title: str
    question: str
    inputs: type
    outputs: type
    calculate: Callable[[Any, Any], Any]
    summary: Callable[[Any, Any], str]
    headline: tuple[str, ...]
    chart: Callable[[Any], Any] | None = None
    table: Callable[[Any], Any] | None = None
    below: Callable[[Any], Any] | None = None
    typical: Typical | None = None
    subject: str = "Comparing and checking"
    name: str = ""

    @cached_property
    def input_specs(self) -> dict[str, Input]:
        return {field.name: field.metadata["spec"] for field in dataclasses.fields(self.inputs)}

    @cached_property
    def output_specs(self) -> dict[str, Output]:
        return {field.name: field.metadata["spec"] for field in dataclasses.fields(self.outputs)}

    @cached_property
    def stateable(self) -> tuple[str, ...]:
        """The outputs that a page can state and be held to: numbers, and yes or no."""
        specs = self.output_specs
        return tuple(
            field.name for field in dataclasses.fields(self.outputs) if specs[field.name].unit is not None or field.type is bool
        )

"""The published examples of each calculator, and whether it gives what they print.

They are read when they are asked for, which no calculation does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from calculators import call, facts
from calculators.call import Run
from calculators.declare import Calculator, Reference
from calculators.reading import references as reading
from calculators.reading.reader import FactProblem, Reader
from calculators.records import Source
from calculators.units import Quantity, parse_unit, read_number


@cache
def of(name: str) -> tuple[Reference, ...]:
    """The references of a calculator; one that cannot be read is left out."""
    return reading.read(Reader(facts.DATA), call.get(name), _known(documents(), facts.load().sources))


@cache
def documents() -> dict[str, reading.Printed]:
    """Title and address of each document that is named by references alone."""
    return reading.documents(Reader(facts.DATA), facts.load().sources)


def problems(root: Path, sources: Mapping[str, Source]) -> list[FactProblem]:
    """Everything that is wrong with the references of a fact base."""
    reader = Reader(root)
    known = _known(reading.documents(reader, sources), sources)
    reading.check_names(reader, call.names())
    for name in call.names():
        reading.read(reader, call.get(name), known)
    return reader.problems


def _known(documents: Mapping[str, reading.Printed], sources: Mapping[str, Source]) -> dict[str, reading.Printed]:
    return {name: (source.title, source.address) for name, source in sources.items()} | dict(documents)


@dataclass(frozen=True, slots=True)
class Checked:
    """A published number next to ours."""

    reference: Reference
    run: Run
    printed: Quantity
    ours: Quantity
    agrees: bool


def check(calculator: Calculator, reference: Reference) -> Checked:
    """Run the example. It agrees when ours rounds to the printed digits, or lies within the stated share of the printed value."""
    run = call.run(calculator.name, reference.inputs)
    ours = run.outputs[reference.output]
    return Checked(reference, run, _quantity(reference.printed), ours, agrees(ours, reference.printed, reference.within))


def agrees(ours: Quantity, printed: str, within: str = "") -> bool:
    """Whether a quantity rounds to the digits of a printed one, or lies within a share of it."""
    number, unit = read_number(printed)
    right = Fraction(_quantity(printed).base)
    slack = Fraction(10) ** int(number.as_tuple().exponent) / 2 * parse_unit(unit).factor
    if within:
        slack = max(slack, Fraction(read_number(within)[0]) / 100 * abs(right))
    return abs(Fraction(ours.base) - right) <= slack


def _quantity(printed: str) -> Quantity:
    return Quantity.of(*read_number(printed))

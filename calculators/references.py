"""Whether a calculator gives what a published example prints."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from calculators import call
from calculators.call import Run
from calculators.declare import Calculator, Reference
from calculators.units import Quantity, parse_unit, read_number


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
    number, unit = read_number(reference.printed)
    printed, ours = Quantity.of(number, unit), run.outputs[reference.output]
    slack = _half_digit(number) * parse_unit(unit).factor
    if reference.within:
        slack = max(slack, Fraction(read_number(reference.within)[0]) / 100 * abs(Fraction(printed.base)))
    return Checked(reference, run, printed, ours, abs(Fraction(ours.base) - Fraction(printed.base)) <= slack)


def _half_digit(number: Decimal) -> Fraction:
    return Fraction(10) ** int(number.as_tuple().exponent) / 2

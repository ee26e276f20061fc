"""What it means that an equation reproduces a printed value: rounded operands stand for every value that rounds to them."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product

from calculators.records import Fact
from calculators.units import Quantity, parse_unit


@dataclass(frozen=True, slots=True)
class Identity:
    """One equation applied to one record: what it says, what it gives, and whether the printed value agrees.

    `circular`: an operand was itself worked back from the result. `weak`: a bound or a rule of names, which can expose a wrong
    value but does not prove a right one. Neither backs a fact.
    """

    target: Fact
    equation: str
    operands: tuple[Fact, ...]
    computed: Quantity
    holds: bool
    circular: bool = False
    weak: bool = False

    @property
    def backs(self) -> bool:
        """Whether the equation is a reason to believe the value."""
        return self.holds and not self.circular and not self.weak


def half_digit(value: Decimal | int) -> Fraction:
    """Half a unit of the last printed digit."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    return Fraction(10) ** int(exponent) / 2


def interval(fact: Fact) -> tuple[Fraction, Fraction]:
    """The values, in base units, that round to the printed one."""
    factor, value, slack = parse_unit(fact.unit).factor, Fraction(fact.value), half_digit(fact.value)
    return (value - slack) * factor, (value + slack) * factor


def exact(fact: Fact) -> Fraction:
    """The printed value itself, in base units."""
    return Fraction(fact.value) * parse_unit(fact.unit).factor


def judge(
    target: Fact,
    equation: str,
    *,
    rounded: tuple[Fact, ...] = (),
    counted: tuple[Fact, ...] = (),
    constant: Fraction | int = 1,
) -> Identity:
    """Whether the product of a constant, of printed and of counted operands reproduces the printed target.

    A printed operand is known to its last digit, a counted one exactly. An operand that was worked back from the target makes the
    equation circular.
    """
    operands = (*rounded, *counted)
    sides = [interval(fact) for fact in rounded] + [(exact(fact), exact(fact)) for fact in counted]
    corners = [_product(constant, corner) for corner in product(*sides)]
    low, high = interval(target)
    computed = Quantity(float(_product(constant, [exact(fact) for fact in operands])), target.unit)
    circular = any(fact.basis == "derived" for fact in operands)
    return Identity(target, equation, operands, computed, min(corners) <= high and low <= max(corners), circular)


def _product(constant: Fraction | int, factors) -> Fraction:
    value = Fraction(constant)
    for factor in factors:
        value *= factor
    return value

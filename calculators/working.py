"""The working of a result: every step with its formula, the numbers put in, what came out, and the facts used."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from typing import Any

from calculators.formula import Formula
from calculators.records import Fact
from calculators.units import Quantity, readable, show


@dataclass(frozen=True)
class Step:
    """One line of working."""

    label: str
    formula: Formula
    values: dict[str, float]  # of the terms, in base units
    result: Quantity
    terms_in: str = ""

    @cached_property
    def terms(self) -> dict[str, Quantity]:
        """What was put in; made when it is asked for, which few edits of a reader come to."""
        units = self.formula.units
        return {symbol: Quantity(float(value), self.terms_in or units[symbol]) for symbol, value in self.values.items()}

    @cached_property
    def numbers(self) -> str:
        """The formula with the numbers put in."""
        return self.formula.substituted({symbol: show(readable(term)) for symbol, term in self.terms.items()})

    def __str__(self) -> str:
        return f"{self.label} = {self.formula.readable} = {self.numbers} = {show(self.result)}"


class Working:
    """Collects the steps, facts and remarks of one calculation."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.facts: dict[str, Fact] = {}
        self.remarks: list[str] = []

    def step(self, label: str, function: Callable, unit: str = "", terms_in: str = "", **terms: float) -> float:
        """Apply a formula to numbers in base units, record the step, and return the result in base units.

        `terms_in` is the unit of all terms, for a formula that takes numbers of any: a ratio of clocks is one of Hz.
        """
        formula: Formula = function.formula
        result = function(**terms)
        shown = Quantity(float(result), unit) if unit else readable(Quantity(float(result), formula.unit))
        self.steps.append(Step(label, formula, terms, shown, terms_in))
        return result

    def use(self, *facts: Fact) -> None:
        """Record facts that the result rests on."""
        self.facts |= {fact.address: fact for fact in facts}

    def remark(self, text: str) -> None:
        """Record something that the reader must know to read the result rightly."""
        self.remarks.append(text)


class Unrecorded(Working):
    """Computes the steps of a calculation without keeping them: for searches and sweeps, which only want the result."""

    def step(self, label: str, function: Callable, unit: str = "", terms_in: str = "", **terms: float) -> float:
        """The result of a formula in base units."""
        return function(**terms)


def remembered[R](function: Callable[..., R]) -> Callable[..., R]:
    """Computes what each point of a sweep asks for only once: where nothing is recorded, the answer is looked up.

    The function takes its working last, and all arguments by position; what comes before the working can be hashed.
    """

    @lru_cache(maxsize=256)
    def known(*asked: Any) -> R:
        return function(*asked, Unrecorded())

    @wraps(function)
    def answered(*arguments: Any) -> R:
        if isinstance(arguments[-1], Unrecorded):
            return known(*arguments[:-1])
        return function(*arguments)

    return answered

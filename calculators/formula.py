"""Formulas that carry their own written form.

A formula is a typed pure function; the decorator adds the line that readers see. A test evaluates that line for random
arguments and compares it with the function, so the text on the page cannot differ from what is computed.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_type_hints

from calculators.units import UNIT_OF_TYPE

_SYMBOL = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_FUNCTIONS = {"min", "max", "ceil", "floor", "log2"}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula's written form, the base unit of each argument and of the result."""

    name: str
    text: str
    units: dict[str, str]
    unit: str

    def substituted(self, values: dict[str, str]) -> str:
        """The written form with every symbol replaced by its value as printed."""
        return _typeset(_SYMBOL.sub(lambda found: values.get(found.group(), found.group()), self.text))

    @property
    def readable(self) -> str:
        """The written form as readers see it: 'weights read / memory bandwidth'."""
        words = _SYMBOL.sub(lambda found: found.group().replace("_", " "), self.text)
        return _typeset(words)


def _typeset(text: str) -> str:
    return text.replace("**", "^").replace(" * ", " × ").replace(" - ", " − ")


def formula(text: str) -> Callable[[Callable], Callable]:
    """Attach the written form `text`, an expression over the function's argument names, to a typed pure function.

    Raises TypeError at import when an argument or the result lacks a unit type, or when the text names something else.
    """

    def attach(function: Callable) -> Callable:
        hints = get_type_hints(function)
        result = hints.pop("return", None)
        arguments = list(inspect.signature(function).parameters)
        untyped = [name for name in arguments if hints.get(name) not in UNIT_OF_TYPE]
        unknown = set(_SYMBOL.findall(text)) - set(arguments) - _FUNCTIONS
        if untyped or result not in UNIT_OF_TYPE or unknown:
            raise TypeError(
                f"{function.__name__}: no unit type for {untyped or 'the result'}, or unknown symbols {sorted(unknown)}"
            )
        units = {name: UNIT_OF_TYPE[hints[name]] for name in arguments}
        function.formula = Formula(function.__name__, text, units, UNIT_OF_TYPE[result])
        return function

    return attach

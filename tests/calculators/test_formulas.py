"""The text of a formula is what its function computes, and its units are what its signature says."""

import math
import operator
import random

import pint
import pytest
from formulas import all_formulas

from calculators.formula import formula
from calculators.units import Bytes, Number

FORMULAS = all_formulas()
PLAIN = {"min": min, "max": max, "ceil": math.ceil, "floor": math.floor, "log2": math.log2}
# Counted things, operations among them, are plain numbers to a formula; bytes, tokens, time, energy and money must agree.
REGISTRY = pint.UnitRegistry(None)
for line in ("byte = [information]", "FLOP = 1", "error = 1", "failure = 1", "request = 1", "token = [token]",
             "second = [time] = s", "joule = [energy] = J", "gram = [mass] = g",
             "watt = joule / second = W", "ampere = [current] = A", "volt = watt / ampere = V",
             "USD = [money]", "hertz = 1 / second = Hz"):  # fmt: skip
    REGISTRY.define(line)


def test_every_module_with_a_formula_is_looked_at():
    assert {name.split(".")[0] for name in FORMULAS} >= {
        "weights",
        "kv_cache",
        "memory_fit",
        "roofline",
        "decode_step",
        "cost",
        "compare",
    }


@pytest.mark.parametrize("name", FORMULAS)
def test_text_computes_what_the_function_computes(name):
    function, draw = FORMULAS[name], random.Random(name)
    drawn = [{symbol: draw.uniform(1, 9) for symbol in function.formula.units} for _ in range(200)]
    written = [eval(function.formula.text, {"__builtins__": {}}, PLAIN | arguments) for arguments in drawn]
    real = [(arguments, found) for arguments, found in zip(drawn, written, strict=True) if not isinstance(found, complex)]
    assert len(real) > 50
    for arguments, found in real:
        assert function(**arguments) == pytest.approx(found, rel=1e-12), arguments


@pytest.mark.parametrize("name", FORMULAS)
def test_units_of_the_result_follow_from_the_units_of_the_arguments(name, monkeypatch):
    function = FORMULAS[name]
    for name, plain in {"raised": operator.pow, "growth": lambda rate, times: (1 + rate) ** times - 1}.items():
        monkeypatch.setitem(function.__globals__, name, plain)  # the module's own knows numbers, not units
    arguments = {symbol: REGISTRY.Quantity(7.0, unit or "dimensionless") for symbol, unit in function.formula.units.items()}
    result = REGISTRY.Quantity(function(**arguments))
    assert result.dimensionality == REGISTRY.Unit(function.formula.unit or "dimensionless").dimensionality


@pytest.mark.parametrize("name", FORMULAS)
def test_docstring_says_what_it_computes(name):
    assert len(FORMULAS[name].__doc__ or "") > 40


def test_a_text_over_other_symbols_is_refused():
    with pytest.raises(TypeError, match="unknown symbols"):

        @formula("a * c")
        def product(a: Bytes, b: Number) -> Bytes:
            return Bytes(a * b)


def test_an_argument_without_unit_is_refused():
    with pytest.raises(TypeError, match=r"product: no unit type for \['b'\]"):

        @formula("a * b")
        def product(a: Bytes, b: float) -> Bytes:
            return Bytes(a * b)


def test_a_result_without_unit_is_refused():
    with pytest.raises(TypeError, match="product: no unit type for the result"):

        @formula("a * b")
        def product(a: Bytes, b: Number) -> float:
            return a * b

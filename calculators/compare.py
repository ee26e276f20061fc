"""How many times as much is one quantity as another, and how many percent more?

Either side is a quantity with its unit or the address of a fact. Facts counted differently (dense and sparse, one direction and
both, FP16 and FP32 accumulation) are refused unless mixing them is asked for.
"""

from dataclasses import dataclass

from calculators.declare import Calculator, anything, choice, output
from calculators.formula import formula
from calculators.problems import InputProblem, InputProblems
from calculators.records import Fact
from calculators.units import Number, Quantity, UnitError, require_same_dimension, show
from calculators.working import Working

MIXED = {"refuse": "refuse facts that are counted differently", "allow": "compare them anyway"}
_OPPOSED = (("dense", "sparse-2:4"), ("per-direction", "both-directions"), ("fp32-accumulate", "fp16-accumulate"))


@formula("a / b")
def ratio(a: Number, b: Number) -> Number:
    """How many times `b` goes into `a`, both in the same base unit."""
    return Number(a / b)


@formula("a / b - 1")
def more(a: Number, b: Number) -> Number:
    """By what share `a` exceeds `b`; negative when it is less."""
    return Number(a / b - 1)


@formula("1 - b / a")
def less(a: Number, b: Number) -> Number:
    """By what share `b` falls short of `a`; negative when it is more."""
    return Number(1 - b / a)


@dataclass(frozen=True)
class Inputs:
    a: Fact | Quantity = anything(
        "h100-sxm5-80gb/memory.bandwidth", "This", "A quantity with its unit, or the address of a fact."
    )
    b: Fact | Quantity = anything("a100-sxm4-80gb/memory.bandwidth", "Compared with", "A quantity of the same kind.")
    mixed: str = choice("refuse", MIXED, "Facts counted differently", "Dense against sparse, one direction against both, ...")


@dataclass(frozen=True)
class Outputs:
    ratio: Number = output("Ratio", "x", "How many times as much.")
    more: Number = output("More", "%", "By how much the first exceeds the second.", signed=True)
    less: Number = output("Less", "%", "By how much the second falls short of the first.", signed=True)


def calculate(i: Inputs, working: Working) -> Outputs:
    """Ratio of two quantities of one kind; see `ratio`, `more`, `less`.

    Raises InputProblems for different dimensions, for a zero, and for facts that are counted differently.
    """
    working.use(*(side for side in (i.a, i.b) if isinstance(side, Fact)))
    _refuse_mixing(i)
    a, b = (_quantity(side) for side in (i.a, i.b))
    try:
        require_same_dimension(b.unit, a.unit)
    except UnitError as error:
        raise InputProblems(
            [InputProblem("b", show(b), f"measures something else: {error}", f"a quantity in {a.unit}")]
        ) from error
    for name, side in (("a", a), ("b", b)):
        if not side.base > 0:
            raise InputProblems([InputProblem(name, show(side), "cannot be divided by", "a quantity above zero")])
    sides = {"a": a.value, "b": b.to(a.unit)}
    return Outputs(
        working.step("Ratio", ratio, "x", **sides),
        working.step("More", more, "%", **sides),
        working.step("Less", less, "%", **sides),
    )


def _quantity(side: Fact | Quantity) -> Quantity:
    return side.quantity if isinstance(side, Fact) else side


def _refuse_mixing(i: Inputs) -> None:
    if i.mixed == "allow" or not (isinstance(i.a, Fact) and isinstance(i.b, Fact)):
        return
    if opposed := counted_differently(i.a, i.b):
        a, b = opposed
        message = f"is {b}, but {i.a.address} is {a}"
        raise InputProblems([InputProblem("b", i.b.address, message, f"a fact that is {a}, or mixed=allow")])


def counted_differently(a: Fact, b: Fact) -> tuple[str, str] | None:
    """The words in which two facts differ so that their ratio would say nothing, such as ('dense', 'sparse-2:4')."""
    for pair in _OPPOSED:
        first, second = ([word for word in pair if word in side.qualifiers] for side in (a, b))
        if first and second and first != second:
            return first[0], second[0]
    return None


def summary(i: Inputs, o: Outputs) -> str:
    a, b = (_named(side) for side in (i.a, i.b))
    relation = f"{show(Quantity(abs(o.more), '%'), 3)} {'more' if o.more >= 0 else 'less'}"
    return f"{a} is {show(Quantity(o.ratio, 'x'), 3)} {b}: {relation}."


def _named(side: Fact | Quantity) -> str:
    return f"{side} ({side.record}, {side.label.lower()})" if isinstance(side, Fact) else show(side)


CALCULATOR = Calculator(
    title="Compare",
    subject="Comparing and checking",
    question="How many times as much is one as the other?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("ratio", "more", "less"),
)

"""Which input decides: how far a result moves when one input is halved or doubled, and where something else begins to limit it.

One input at a time, all others as they are, but for those that are looked up from it. Counts stay whole and every input stays
within its declared bounds.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from calculators.call import Run
from calculators.declare import Input
from calculators.problems import InputProblems
from calculators.units import Quantity

_FACTORS = (0.5, 2.0)
_STRIDE = 4.0  # of the search for a crossing
_REACH = 5  # strides in each direction: a factor of about a thousand
_HALVINGS = 14


@dataclass(frozen=True, slots=True)
class Crossing:
    """The value of an input at which a text or yes/no result becomes another."""

    output: str
    at: Quantity
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Influence:
    """One input: the result with half of it and with twice as much (None where there is none), and the nearest crossing."""

    field: str
    value: Quantity
    low: Quantity | None
    high: Quantity | None
    crossing: Crossing | None

    def reach(self, center: float) -> float:
        """How far the result moves, as the logarithm of its larger change; a side that cannot be computed does not count."""
        moved = [abs(math.log2(end.base / center)) for end in (self.low, self.high) if end and end.base > 0 and center > 0]
        return max(moved, default=0.0)


def target_of(run: Run) -> str:
    """The result looked at: the first headline that is a number."""
    return next(name for name in run.calculator.headline if isinstance(run.outputs[name], Quantity))


def influences(run: Run) -> list[Influence]:
    """Every numeric input by how far it moves the result, the most influential first."""
    target = target_of(run)
    center = run.outputs[target].base
    varied = {field: spec for field, spec in run.calculator.input_specs.items() if _varies(run, field, spec)}
    found = [_influence(run, field, spec, target) for field, spec in varied.items()]
    return sorted(found, key=lambda each: (-each.reach(center), each.field))


def _varies(run: Run, field: str, spec: Input) -> bool:
    value = run.values[field].value
    return spec.kind in ("count", "quantity") and isinstance(value, Quantity) and value.base > 0


def _influence(run: Run, field: str, spec: Input, target: str) -> Influence:
    value = run.values[field].value
    low, high = (_moved(run, field, _within(spec, value.base * factor), target) for factor in _FACTORS)
    return Influence(field, value, low, high, _crossing(run, field, spec))


def _moved(run: Run, field: str, base: float, target: str) -> Quantity | None:
    result = _result(run, field, base)
    moved = None if result is None else getattr(result, target)
    return None if moved is None else Quantity(moved, run.calculator.output_specs[target].unit)


def _within(spec: Input, base: float) -> float:
    bounded = min(max(base, spec.low), spec.high)
    return float(max(math.ceil(spec.low), round(bounded))) if spec.kind == "count" else bounded


def _result(run: Run, field: str, base: float):
    try:
        return run.at(field, base)
    except (InputProblems, ArithmeticError):
        return None


def _crossing(run: Run, field: str, spec: Input) -> Crossing | None:
    """The nearest value, in either direction, at which a text or yes/no output changes."""
    outputs = [name for name, output in run.calculator.output_specs.items() if output.unit is None]
    start = run.values[field].value
    found = [_search(run, field, spec, name, factor) for name in outputs for factor in (_STRIDE, 1 / _STRIDE)]
    near = [crossing for crossing in found if crossing]
    return min(near, key=lambda crossing: abs(math.log(crossing.at.base / start.base)), default=None)


def _search(run: Run, field: str, spec: Input, output: str, factor: float) -> Crossing | None:
    start = inside = run.values[field].value.base
    here = getattr(run.result, output)

    def changed(base: float) -> bool | None:
        result = _result(run, field, base)
        return None if result is None else getattr(result, output) != here

    for _ in range(_REACH):
        outside = _within(spec, inside * factor)
        if outside in (inside, start) or (state := changed(outside)) is None:
            return None
        if state:
            at = _bisected(spec, changed, inside, outside)
            return Crossing(output, Quantity(at, spec.unit), str(here), str(getattr(_result(run, field, at), output)))
        inside = outside
    return None


def _bisected(spec: Input, changed: Callable[[float], bool | None], inside: float, outside: float) -> float:
    """The change between two values, from the side on which it has happened."""
    for _ in range(_HALVINGS):
        middle = _within(spec, math.sqrt(inside * outside))
        if middle in (inside, outside):
            break
        inside, outside = (inside, middle) if changed(middle) else (middle, outside)
    return outside

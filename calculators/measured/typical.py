"""A result of a calculator as programs typically reach it: an interval, from a bound and what measurements of its like teach."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from calculators.call import Run
from calculators.measured import reached
from calculators.measured.lessons import SUBJECTS, Group, Reach, Subject, Unmeasured
from calculators.problems import InputProblems
from calculators.units import Quantity
from calculators.working import Unrecorded


@dataclass(frozen=True, slots=True)
class Interval:
    """An output at the low end of what programs reach, at the median and at the high end."""

    output: str
    low: Quantity
    median: Quantity
    high: Quantity


@dataclass(frozen=True, slots=True)
class Part:
    """What one program reached, of the measurements of a group."""

    program: str
    group: Group


@dataclass(frozen=True)
class Found:
    """The intervals of a run, the inputs at which the calculator gives them, and the measurements that they were learned from.

    `inputs` hold the value of each replaced input at the low end, at the median and at the high end. `alike` counts the
    measurements that share all `traits` of the run; a wider group answered where they are too few. `query` opens the calculator
    at the median; it is empty where that takes an input which no address can say, or which the reader did not choose.
    """

    subject: Subject
    intervals: tuple[Interval, ...]
    inputs: dict[str, tuple[Quantity, Quantity, Quantity]]
    group: Group
    traits: tuple[str, ...]
    alike: int
    programs: tuple[Part, ...]
    query: str

    def document(self) -> dict[str, Any]:
        """Plain data, as it stands in the document of a run."""
        ends = {each.output: {end: getattr(each, end).value for end in _ENDS} for each in self.intervals}
        return {
            "outputs": {each.output: ends[each.output] | {"unit": each.median.unit} for each in self.intervals},
            "inputs": {name: dict(zip(_ENDS, map(_written, values), strict=True)) for name, values in self.inputs.items()},
            "learned_from": list(self.group.traits),
            "measurements": self.group.count,
            "programs": list(self.group.programs),
            "sources": list(self.group.sources),
        }


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why no interval can be given."""

    reason: str

    def document(self) -> dict[str, Any]:
        """Plain data, as it stands in the document of a run."""
        return {"outputs": {}, "reason": self.reason}


_ENDS = ("low", "median", "high")
_TOO_SLOW = "programs at the low end of the measurements cannot keep what is asked for"


def of(run: Run) -> Found | Nothing | None:
    """What programs typically reach of the result of a run; None where the calculator gives no bound that was measured."""
    declared = run.calculator.typical
    if declared is None:
        return None
    try:
        name, traits = _chosen(run)
        subject, lesson = SUBJECTS[name], reached.lesson(name)
        group = lesson.of(traits)
        ends = [_at(run, reach) for reach in (group.low, group.median, group.high)]
    except Unmeasured as why:
        return Nothing(str(why))
    except InputProblems:
        return Nothing(_TOO_SLOW)
    replaced, results = [given for given, _ in ends], [result for _, result in ends]
    _, at_median, _ = replaced
    told = [name for name, value in at_median.items() if isinstance(value, float)]
    inputs = {name: tuple(_quantity(run, name, given[name]) for given in replaced) for name in told}
    programs = tuple(Part(program, own) for program, own in lesson.by_program[group.traits])
    shown = run.given | {name: _written(values[1]) for name, values in inputs.items()}
    query = urlencode(shown) if len(told) == len(at_median) else ""
    known = (output for output in declared.outputs if None not in [getattr(result, output) for result in results])
    intervals = tuple(_interval(run, output, results) for output in known)
    if not intervals:
        return Nothing(_TOO_SLOW)
    return Found(subject, intervals, inputs, group, traits, lesson.alike(traits), programs, query)


def _chosen(run: Run) -> tuple[str, tuple[str, ...]]:
    """The lesson, and the traits that the run has in it."""
    declared = run.calculator.typical
    if declared.choose:
        return declared.choose(run.inputs)
    return declared.lesson, SUBJECTS[declared.lesson].traits(run.inputs)


def _at(run: Run, reach: Reach) -> tuple[dict[str, Any], Any]:
    """The inputs that stand for a reach, and the result with them."""
    given = run.calculator.typical.at(run.inputs, reach.share, reach.besides)
    return given, run.calculator.calculate(run.changed(**given), Unrecorded())


def _interval(run: Run, output: str, results: list[Any]) -> Interval:
    unit = run.calculator.output_specs[output].unit
    low, high = sorted((getattr(results[0], output), getattr(results[2], output)))
    return Interval(output, Quantity(low, unit), Quantity(getattr(results[1], output), unit), Quantity(high, unit))


def _quantity(run: Run, name: str, value: float) -> Quantity:
    return Quantity(value, run.calculator.input_specs[name].unit)


def _written(value: Quantity) -> str:
    """A value as it is put into the form: with all digits that were learned."""
    return f"{value.value:.9g} {value.unit}".replace(" %", "%")

"""Whatever is typed into a calculator: a finite result of the right dimension, or the one error, which names the fields. Soon."""

import math
import random
import time
from typing import Any

import pytest
from random_inputs import value

from calculators import InputProblems, call
from calculators.declare import Input
from calculators.units import Quantity, parse_unit

TRIED = 40  # of each calculator
LONGEST = 1.0  # seconds
WILD: tuple[Any, ...] = (
    "", " ", "0", "-0", "-1", "1e-300", "1e300", "1e999", "nan", "NaN", "inf", "-inf", "infinity", "٣", "½", "1,5", "1_000",
    "0x10", "1/0", "1e5 1e5", "80 GB", "80 GB/s", "3 parsec", "$", "%", "GB", "none", "None", "null", "true", "h100",
    "../../etc/passwd", "<b>1</b>", "{}", "[]", '{"hidden_size": 0}', "a" * 5000, "9" * 400, "\0", "\n", "1\n2", "🙂",
    "1e-400", "-5 tokens", "100%", "1000%", None, True, False, 0, -1, 1e308, -1e308, 5e-324, math.nan, math.inf, -math.inf,
    10**400, [], {}, (), b"1", object,
)  # fmt: skip


def text_of(spec: Input, draw: random.Random) -> Any:
    """What somebody may put into a field: a usual value, a bound, something next to it, or anything at all."""
    kind = draw.random()
    if kind < 0.5:
        return value(spec, draw)
    bounds = [bound for bound in (spec.low, spec.high) if bound is not None] if spec.kind in ("count", "quantity") else []
    if kind < 0.8 and bounds:
        factor = float(parse_unit(spec.unit).factor) if spec.kind == "quantity" else 1.0
        near = draw.choice(bounds) / factor * draw.choice((1, 1, 1 - 1e-9, 1 + 1e-9, 0.5, 2))
        return str(round(near)) if spec.kind == "count" else repr(near)
    return draw.choice(WILD)


def inputs(name: str, seed: int) -> dict[str, Any]:
    """One to all of the fields of a calculator."""
    draw = random.Random(f"any {name} {seed}")
    specs, share = call.get(name).input_specs, draw.choice((0.1, 0.3, 1.0))
    given = {field: text_of(spec, draw) for field, spec in specs.items() if draw.random() < share}
    return given | ({draw.choice(("", "no_such_input", "gpu ")): "1"} if draw.random() < 0.03 else {})


def fault(name: str, given: dict[str, Any]) -> str:
    """What is wrong with the answer to some inputs, or nothing."""
    start = time.process_time()
    try:
        run = call.run(name, given)
    except InputProblems as error:
        return _wrong_refusal(name, given, error)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if time.process_time() - start > LONGEST:
        return f"took {time.process_time() - start:.1f} s"
    for output, result in run.outputs.items():
        unit = run.calculator.output_specs[output].unit
        if isinstance(result, Quantity) and not math.isfinite(result.base):
            return f"{output} is {result.base}"
        if isinstance(result, Quantity) and parse_unit(result.unit).dimension != parse_unit(unit).dimension:
            return f"{output} is in {result.unit}, not {unit}"
    return "" if run.summary.strip() and "nan" not in run.summary.split() else f"the summary is {run.summary!r}"


def _wrong_refusal(name: str, given: dict[str, Any], error: InputProblems) -> str:
    known = {*call.get(name).input_specs, *given}
    for problem in error.problems:
        if problem.field not in known or not problem.message or not problem.accepted:
            return f"the refusal {problem!r} does not say which field, why, and what is accepted"
    return "" if error.problems else "a refusal without a problem"


@pytest.mark.parametrize("name", call.names())
def test_any_input_is_answered_or_refused(name):
    faults = {seed: found for seed in range(TRIED) if (found := fault(name, inputs(name, seed)))}
    assert {seed: (found, inputs(name, seed)) for seed, found in faults.items()} == {}


def test_half_of_what_is_tried_is_no_usual_value():
    """The trial reaches both ends: results, and refusals."""
    refused = 0
    for seed in range(TRIED):
        try:
            call.run("decode", inputs("decode", seed))
        except InputProblems:
            refused += 1
    assert 0 < refused < TRIED

"""What the reader's browser calls: inputs as JSON in, parts of the result as JSON out."""

import importlib
import json
import pkgutil
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import calculators
from calculators import call
from calculators.call import Run
from calculators.present import result
from calculators.present.spreadsheet import as_csv
from calculators.problems import InputProblem, InputProblems

FILES: Mapping[str, Callable[[Run], Any]] = {"json": Run.document, "csv": as_csv}
PARTS: Mapping[str, Callable[[Run], Any]] = {**result.PARTS, **FILES}
_QUICK = " ".join(name for name in PARTS if name in result.AT_ONCE or name in FILES)

_MOST = 1000
_swept: dict[tuple, Any] = {}  # an edit of the input along a chart leaves all other points of the chart as they are


def answer(calculator: str, inputs: str, parts: str = _QUICK) -> str:
    """Run a calculator on the form's fields (a JSON object of texts) and return what is asked for, and all problems, as JSON.

    `parts` names what is asked for, with spaces between; by default all but what takes long. `placeholders` says what each field
    that was left empty stands for, so that the form shows it for the chosen GPU or model; `given` is the inputs as understood.
    """
    try:
        run = _run(calculator, inputs)
    except InputProblems as wrong:
        return json.dumps({"parts": None, "problems": [_problem(one) for one in wrong.problems]})
    placeholders = {name: value.shown for name, value in run.values.items() if run.calculator.input_specs[name].fallback}
    made = {name: PARTS[name](run) or "" for name in parts.split()}
    return json.dumps({"parts": made, "problems": [], "placeholders": placeholders, "given": run.given})


@lru_cache(maxsize=1)  # the parts of one result are asked for one after the other
def _run(calculator: str, inputs: str) -> Run:
    if len(_swept) > _MOST:
        _swept.clear()
    return call.run(calculator, json.loads(inputs), _swept)


def prepare() -> None:
    """Import and read all that an answer may ever need: memory that is kept for a later visit has no files to read."""
    for module in pkgutil.walk_packages(calculators.__path__, "calculators."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    rehearse("decode", _QUICK)


def rehearse(calculator: str, parts: str) -> None:
    """Make parts of the answer to the default inputs, all anew, and drop them."""
    run = call.run(calculator)
    for name in parts.split():
        PARTS[name](run)


def forget() -> None:
    """Compute everything anew from now on."""
    _run.cache_clear()
    _swept.clear()


def _problem(one: InputProblem) -> dict[str, str]:
    message = f"“{one.given}” {one.message}." if one.given else f"{one.message}."
    return {"field": one.field, "message": message, "accepted": one.accepted}

"""What is compared of a calculation: every bit of every number, and every text. Runs in CPython and, as text, in Pyodide."""

import json
from hashlib import sha256

from calculators import InputProblems, call
from calculators.units import Quantity

REFUSED = "refused"


def outcome(name: str, given: dict[str, str]) -> str:
    """The numbers of a calculation in hexadecimal, and its texts; or the refusal."""
    try:
        run = call.run(name, given)
    except InputProblems as error:
        return f"{REFUSED} {error}"
    shown = {key: _bits(value) for key, value in run.outputs.items()}
    steps = [(step.label, step.numbers, _bits(step.result)) for step in run.working.steps]
    return json.dumps([shown, steps, run.working.remarks, run.summary])


def _bits(value: Quantity | str | bool) -> str:
    return f"{float(value.base).hex()} {value.unit}" if isinstance(value, Quantity) else repr(value)


def digests(cases: list[tuple[str, dict[str, str]]]) -> list[str]:
    """A short digest of each outcome, with a mark on those that are refusals."""
    found = []
    for name, given in cases:
        text = outcome(name, given)
        found.append(("-" if text.startswith(REFUSED) else "+") + sha256(text.encode()).hexdigest()[:16])
    return found

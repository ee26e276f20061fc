"""What every calculator declares of its inputs and outputs, in a line each: python tests/calculators/declared.py writes it anew.

A limit or default that moves is written a second time, knowingly, and shows in the review.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from calculators import call
from calculators.declare import Input, Output
from calculators.units import parse_unit

CONFIRMED = Path(__file__).with_name("declared.toml")


def of_input(spec: Input) -> str:
    """What is accepted: kind, default, limits in the unit of the input, choices, and what else is special."""
    parts = [spec.kind, f"default {spec.default}" if spec.default else "", _flags(spec)]
    if spec.kind in ("count", "quantity"):
        low, high = (limit / float(parse_unit(spec.unit).factor) for limit in (spec.low, spec.high))
        parts.append(f"{low:.12g} to {high:.12g} {spec.unit}".strip())
    parts += [", ".join(spec.choices), f"where {spec.when[0]} is {' or '.join(spec.when[1])}" if spec.when else ""]
    return "; ".join(part for part in parts if part)


def _flags(spec: Input) -> str:
    length = f"at most {spec.longest} characters" if spec.kind == "text" else ""
    flags = {"from a record": spec.fallback, "optional": spec.optional, "learned": spec.learned, length: length}
    return ", ".join(name for name, is_set in flags.items() if is_set)


def of_output(spec: Output) -> str:
    """What is shown: its unit, and whether it may be negative."""
    unit = "text" if spec.unit is None else spec.unit or "number"
    return f"{unit}, may be negative" if spec.signed else unit


def of(name: str) -> dict[str, str]:
    """Field -> what is declared of it."""
    calculator = call.get(name)
    inputs = {f"in.{field}": of_input(spec) for field, spec in calculator.input_specs.items()}
    return inputs | {f"out.{field}": of_output(spec) for field, spec in calculator.output_specs.items()}


def _text() -> str:
    lines = ["# What every calculator declares, a second time. Written by: python tests/calculators/declared.py"]
    for name in call.names():
        lines += ["", f"[{name}]", *(f'"{field}" = "{text}"' for field, text in of(name).items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    CONFIRMED.write_text(_text(), "utf-8")

"""Random valid-looking inputs for any calculator, made from its declaration; the same seed gives the same inputs."""

import math
import random

from calculators import call, facts
from calculators.declare import RECORDS, Input
from calculators.units import parse_unit

COMPARED = (
    "3.35 TB/s",
    "2039 GB/s",
    "l4/memory.bandwidth",
    "h100-sxm5-80gb/memory.bandwidth",
    "1 GB",
    "0.5 GiB",
    "rtx-4090/memory.capacity",
)


def _log_uniform(low: float, high: float, draw: random.Random) -> float:
    low = max(low, high * 1e-9, 1e-9)
    return math.exp(draw.uniform(math.log(low), math.log(high)))


def value(spec: Input, draw: random.Random) -> str:
    """One text that the input's declaration allows; cross-field rules may still refuse it."""
    if spec.kind in RECORDS:
        return draw.choice(sorted(getattr(facts.load(), RECORDS[spec.kind][0])))
    if spec.kind == "choice":
        return draw.choice(sorted(spec.choices))
    if spec.kind == "anything":
        return draw.choice(COMPARED)
    if spec.kind == "text":
        return spec.default
    number = _log_uniform(spec.low, spec.high, draw)
    if spec.kind == "count":
        return str(max(int(spec.low), min(int(spec.high), round(number))))
    return f"{number / float(parse_unit(spec.unit).factor):.9g}"


def inputs(name: str, seed: int) -> dict[str, str]:
    """Some fields given, some left to their defaults; none that means nothing with the choices made before it."""
    draw, given = random.Random(f"{name} {seed}"), {}
    specs = call.get(name).input_specs
    for field, spec in specs.items():
        governor, wanted = spec.when or (None, ())
        counts = governor is None or given.get(governor, specs[governor].default) in wanted
        if draw.random() < 0.5 and counts:
            given[field] = value(spec, draw)
    return given

"""Facts, records and measurements made up for a test: what they say is what the test says of them, and nothing else."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from calculators import facts
from calculators.records import Fact, Measurement, Record

BASE = facts.load()
_RECORD = BASE.accelerators["h100-sxm5-80gb"]
_FACT = _RECORD["memory.capacity"]
_MEASUREMENT = BASE.measurements["gpt-fast-001"]
_NUMBER = re.compile(r"[\d.]+(E\+\d+)?")
BOTH = ("both-directions",)


def fact(key: str, value: Any, unit: str = "", **others: Any) -> Fact:
    """A fact as printed: a number in a text keeps its digits."""
    printed = Decimal(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value
    plain = {"record": "x", "label": key, "qualifiers": (), "second": None, "basis": "read", "disagreement": ""}
    return replace(_FACT, key=key, value=printed, unit=unit, **plain | others)


def record(*found: Fact, **others: Any) -> Record:
    """A record with these facts alone."""
    named = {each.key: each for each in found}
    return replace(_RECORD, **{"slug": "x", "facts": named, "missing": {}, "mig": {}} | others)


def measurement(
    metric: str, hardware: str = "h100-sxm5-80gb", count: int = 1, where: str = "p. 1", **details: Any
) -> Measurement:
    """A measurement under these conditions; what was measured does not matter."""
    return replace(_MEASUREMENT, metric=metric, hardware=hardware, count=count, where=where, details=details)

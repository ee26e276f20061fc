"""Facts, records and measurements made up for a test: what they say is what the test says of them, and nothing else."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from calculators import facts
from calculators.measured.question import Question, Unpredictable
from calculators.records import Fact, FactBase, Measurement, Record

BASE = facts.load()
_RECORD = BASE.accelerators["h100-sxm5-80gb"]
_FACT = _RECORD["memory.capacity"]
_MEASUREMENT = BASE.measurements["gpt-fast-001"]
_NUMBER = re.compile(r"[\d.]+(E\+\d+)?")
Ask = Callable[[Measurement, FactBase], Question]
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


def asked(question: Ask, *args: Any, **details: Any) -> Question:
    """What a measurement under these conditions asks a calculator."""
    return question(measurement("", *args, **details), BASE)


def refused(question: Ask, *args: Any, **details: Any) -> str:
    """Why it can ask none."""
    with pytest.raises(Unpredictable) as why:
        asked(question, *args, **details)
    return str(why.value)

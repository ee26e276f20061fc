"""Facts, records and measurements made up for a test: what they say is what the test says of them, and nothing else."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from calculators import facts
from calculators.measured import comparison
from calculators.measured.comparison import Comparison
from calculators.measured.lessons import Group, Lesson, Reach
from calculators.measured.question import Question, Unpredictable
from calculators.measured.step import Step
from calculators.records import Fact, FactBase, Measurement, Record
from calculators.units import Quantity

BASE = facts.load()
_RECORD = BASE.accelerators["h100-sxm5-80gb"]
_FACT = _RECORD["memory.capacity"]
_MEASUREMENT = BASE.measurements["gpt-fast-001"]
_NUMBER = re.compile(r"[\d.]+(E\+\d+)?")
Ask = Callable[[Measurement, FactBase], Question]
ASKED = Question("decode", "token_rate", {})
WHOLE = Step(1.0, 0.0)
TURNS = "layers split over the GPUs"
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


def compared(
    share: float, metric: str = "decode_rate", question: Question = ASKED, source: str = "", **others: Any
) -> Comparison:
    """A measurement of 1,000, which is this share of its bound."""
    entry = replace(measurement(metric, **others), value=1000)
    entry = replace(entry, source=replace(entry.source, id=source)) if source else entry
    return Comparison(entry, question, Quantity(1000 * share if comparison.is_time(metric) else 1000 / share, entry.unit))


def decoded(truth: Step, milliseconds: float, **others: Any) -> Comparison:
    """A decoding rate with this bound for a step, measured of a program that does as `truth` says."""
    bound = 1e3 / milliseconds
    entry = replace(measurement("decode_rate", batch=1, **others), value=bound * truth.share(milliseconds / 1e3))
    return Comparison(entry, ASKED, Quantity(bound, entry.unit))


def group(*traits: str, count: int = 5, share: float = 0.5) -> Group:
    """What measurements with these traits reached: half of a share, the share and twice as much."""
    return Group(traits, Reach(share / 2), Reach(share), Reach(share * 2 if share <= 0.5 else 1.0), count, ("a source",))


def lesson_of(*groups: Group, programs: tuple[tuple[str, Group], ...] = ()) -> Lesson:
    """A lesson of these groups."""
    return Lesson({each.traits: each for each in groups}, {each.traits: programs for each in groups})

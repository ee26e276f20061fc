"""What can go wrong with a fact as it is entered: its value, its unit, its qualifiers."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from calculators.records import Fact
from proof.slips.changes import changes, digits, other_units

VALUE, UNIT, QUALIFIER = "value of a fact", "unit of a fact", "qualifier of a fact"
_OTHER = {
    "dense": "sparse-2:4", "sparse-2:4": "dense", "sparse-4:16": "dense",
    "fp32-accumulate": "fp16-accumulate", "fp16-accumulate": "fp32-accumulate",
    "per-direction": "both-directions", "both-directions": "per-direction",
    "marketed": "device-reported", "device-reported": "marketed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slip:
    """One field of an entry with another content: the class of the slip and its kind, the field, both contents."""

    what: str
    kind: str
    field: str
    before: Any
    after: Any


def slips(fact: Fact, others: tuple[str, ...]) -> Iterator[Slip]:
    """Every slip of a fact; `others` are the texts that other records have for the same key."""
    for kind, value in values(fact.value, others):
        yield Slip(VALUE, kind, "value", fact.value, value)
    for change in (
        other_units(fact.unit) if fact.unit and not fact.key.startswith("mig.") else ()
    ):  # columns of a table have theirs from its key
        yield Slip(UNIT, change.kind, "unit", fact.unit, change.text)
    for qualifier in fact.qualifiers:
        left = tuple(word for word in fact.qualifiers if word != qualifier)
        yield Slip(QUALIFIER, "dropped", "qualifiers", fact.qualifiers, left)
        if qualifier in _OTHER:
            yield Slip(QUALIFIER, "swapped", "qualifiers", fact.qualifiers, (*left, _OTHER[qualifier]))


def values(value: Any, others: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The kind of each slip of a value, and the value with it."""
    if isinstance(value, bool):
        yield "flag", not value
    elif isinstance(value, int | Decimal):
        for change in changes(str(value)):
            if change.text in ("", "."):  # the only digit is dropped: that is no number, which the reader refuses
                continue
            number = Decimal(change.text)
            whole = isinstance(value, int) and number == number.to_integral_value()
            if number != value:
                yield change.kind, int(number) if whole else number
    elif isinstance(value, str):
        for change in list(digits(value))[:6]:
            yield "digit", change.text
        yield from (("another word", other) for other in others if other != value)

"""The number of an audit entry stands in what is said: in figures for the checks, and in the words of the statement."""

import re
from decimal import Decimal

from calculators.records import AuditEntry
from calculators.units import parse_unit
from hooks.checks.text import MULTIPLIERS, NUMBER, split_unit

_WORDS = {
    "no": 0, "one": 1, "an": 1, "a": 1, "two": 2, "twice": 2, "double": 2, "doubles": 2, "doubled": 2, "second-generation": 2,
    "three": 3, "third-generation": 3, "four": 4, "fourth-generation": 4, "five": 5, "fifth-generation": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "order of magnitude": 10, "twelve": 12, "half": Decimal("0.5"), "all": 100, "whole": 100,
    "about half": 50, "same": 1, "as fast as": 1,
}  # fmt: skip


# Statements that imply their number: the memory of the card they name, the instances of MIG, a slip of the pen in them.
IMPLIED = frozenset(
    {"s1-012", "s1-139", "s1-159", "s1-221", "s1-223", "s1-255", "s1-262", "s2-172", "s2-183", "s2-224"},
)


def missing(entry: AuditEntry) -> list[Decimal]:
    """The numbers of an entry that its statement does not hold, in the unit of the entry; none where it has no numbers."""
    return [Decimal(value) for value in entry.numbers.values() if not _holds(entry, Decimal(value))]


def _holds(entry: AuditEntry, value: Decimal) -> bool:
    units = []
    for found in NUMBER.finditer(entry.said):
        number = Decimal(re.sub(r"[,\s]", "", found["digits"]) + (found["exponent"] or ""))
        word = re.match(r"\s+(thousand|million|billion|trillion)\b", entry.said[found.end() :])
        scaled = number.scaleb(MULTIPLIERS[word.group(1)]) if word and word.group(1) != entry.unit else number
        if scaled == abs(value):
            units.append(split_unit(entry.said[found.end() : found.end() + 40])[0])
    if units:
        return any(not unit or not entry.unit or _same(unit, entry.unit) for unit in units)
    return any(number == value and re.search(rf"\b{word}\b", entry.said, re.I) for word, number in _WORDS.items())


def _same(unit: str, other: str) -> bool:
    one, two = parse_unit(unit), parse_unit(other)
    return one.factor == two.factor or one.dimension != two.dimension

"""MIG: a profile is named after its slices and memory, holds its share of the memory, and fits as often as it is said to."""

import re
from collections.abc import Iterator
from fractions import Fraction

from calculators.identities.judge import Identity, exact
from calculators.records import Fact, MigProfile, Record
from calculators.units import Quantity

_NAME = re.compile(r"(\d+)g\.(\d+)gb")
_HALF = Fraction(1, 2)


def profiles(record: Record) -> Iterator[Identity]:
    """Every profile against its name, against the whole card, and against what the card has of each slice."""
    whole = max(record.mig.values(), key=lambda profile: _number(profile, "memory"), default=None)
    for profile in record.mig.values():
        yield from _as_named(profile)
        yield from _within(record, profile, whole)
        if all(key in found.facts for key in ("memory", "memory_slices") for found in (profile, whole)):
            yield _share(record, profile, whole)


def _share(record: Record, profile: MigProfile, whole: MigProfile) -> Identity:
    memory, card = profile.facts["memory"], record["memory.capacity"]
    if profile is whole:
        # The profiles share what the driver sees, which may round to 1 GB less than the card is sold with (B300, GB300).
        equation = "memory of the card, or 1 GB less"
        holds = exact(card) - 10**9 <= exact(memory) <= exact(card)
        return Identity(memory, equation, (card,), Quantity.of(card.value, card.unit), holds)
    share = exact(profile.facts["memory_slices"]) / exact(whole.facts["memory_slices"])
    rounded = int(exact(whole.facts["memory"]) / 10**9 * share + _HALF)  # NVIDIA rounds to whole GB
    equation = "memory of the largest profile × share of the memory slices, rounded to GB"
    return Identity(memory, equation, (whole.facts["memory"],), Quantity.of(rounded, "GB"), rounded == memory.value)


def _as_named(profile: MigProfile) -> Iterator[Identity]:
    found = _NAME.match(profile.name)
    for key, said in zip(("compute_slices", "memory"), found.groups() if found else (), strict=False):
        if fact := profile.facts.get(key):
            computed = Quantity.of(int(said), fact.unit)
            yield Identity(fact, "the name of the profile", (), computed, int(said) == fact.value, weak=True)


def _within(record: Record, profile: MigProfile, whole: MigProfile) -> Iterator[Identity]:
    limits = {key: whole.facts.get(key) for key in ("compute_slices", "memory_slices")} | {
        "sms": record.facts.get("compute.sm_count")
    }
    count = profile.facts.get("max_count")
    for key, limit in limits.items():
        fact = profile.facts.get(key)
        if fact and limit and count and count.value:
            most = limit.value // count.value
            equation = f"{count.value} at once have at most {most} each of {limit.value} {fact.unit}s; this many"
            yield _bound(fact, equation, limit, Quantity.of(most, fact.unit))


def _bound(fact: Fact, equation: str, limit: Fact, most: Quantity) -> Identity:
    return Identity(fact, equation, (limit,), most, fact.base <= most.base, weak=True)


def _number(profile: MigProfile, key: str) -> float:
    return float(profile.facts[key].value) if key in profile.facts else 0.0

"""What somebody asked for an accelerator, as a default that a reader overrides: the newest recorded price, with date and place.

Prices of the same date differ by place; the middle one is taken, and the range is said with it. A machine sold whole holds more
than its accelerators, so only prices of single ones count as a purchase price.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from calculators import facts
from calculators.declare import Derived
from calculators.records import MissingFact, Price, Record
from calculators.units import show

HOURLY = ("on-demand",)
PURCHASE = ("street", "list")
_WORDS = {HOURLY: "on-demand rent", PURCHASE: "price of a single one"}


@cache
def of_newest_date(hardware: str, terms: tuple[str, ...]) -> list[Price]:
    """The prices of an accelerator with one of the terms, of the newest date on which there are any; the cheapest first."""
    prices = facts.load().prices.values()
    found = [price for price in prices if price.hardware == hardware and price.terms in terms]
    if terms == PURCHASE:
        found = [price for price in found if price.count == 1]
    last = max((price.date for price in found), default="")
    return sorted((price for price in found if price.date == last), key=lambda price: (price.each.base, price.id))


def newest(gpu: Record, terms: tuple[str, ...]) -> Derived:
    """The middle one of the newest recorded prices, and where and when it was asked. Raises MissingFact where there is none."""
    found = of_newest_date(gpu.slug, terms)
    if not found:
        raise MissingFact(f"no {_WORDS[terms]} of {gpu.short} is recorded")
    middle = found[(len(found) - 1) // 2]
    how = f"{show(middle.each)} for {gpu.short}, asked on {middle.date} by {middle.place}."
    if len(found) > 1:
        lowest, highest = show(found[0].each), show(found[-1].each)
        how = f"{how[:-1]}; the middle one of {len(found)} prices of that date, from {lowest} to {highest}."
    return Derived(middle.each, (), how)


def default(field: str, terms: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Derived]:
    """The newest recorded price of the accelerator in the input `field`, as the fallback of an input."""

    return lambda known: newest(known[field], terms)

"""Prices of the fact base by what they are for, which of them still hold, and the newest one as the default of an input.

Prices of the same date differ by place; as a default the middle one is taken, and the range is said with it. A machine sold whole
holds more than its accelerators, so only prices of single ones count as a purchase price.
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
_MONTHS_FRESH = 12
_WORDS = {HOURLY: "on-demand rent", PURCHASE: "price of a single one"}


def as_of() -> str:
    """The month of the newest price: what is old is judged by it, so that the same facts always give the same result."""
    return max((price.date[:7] for price in facts.load().prices.values()), default="")


def is_old(price: Price, today: str) -> bool:
    """Whether a price is past its own `until`, or more than a year older than `today` (a month, YYYY-MM)."""
    return bool(price.until and price.until[:7] < today) or months(today) - months(price.date) > _MONTHS_FRESH


def months(date: str) -> int:
    """Months since the year 0 of a date such as 2026-03 or 2026-03-15."""
    year, month = date[:7].split("-")
    return 12 * int(year) + int(month)


def current(hardware: str, kind: str, terms: tuple[str, ...]) -> list[Price]:
    """The prices of an accelerator that still hold, the lowest for one accelerator first."""
    today = as_of()
    found = [price for price in facts.load().prices.values() if (price.hardware, price.kind) == (hardware, kind)]
    return sorted(
        (price for price in found if price.terms in terms and not is_old(price, today)), key=lambda price: price.each.base
    )


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
    how = f"{show(middle.each)} for {gpu.short}, asked on {middle.date} by {middle.place}"
    if len(found) > 1:
        lowest, highest = show(found[0].each), show(found[-1].each)
        how += f"; the middle one of {len(found)} prices of that date, from {lowest} to {highest}"
    return Derived(middle.each, (), f"{how}; an old price." if is_old(middle, as_of()) else f"{how}.")


def default(field: str, terms: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Derived]:
    """The newest recorded price of the accelerator in the input `field`, as the fallback of an input."""
    return lambda known: newest(known[field], terms)

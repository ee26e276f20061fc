"""Prices of the fact base by what they are for, which of them still hold, and the newest one as the default of an input.

Prices of the same date differ by place; as a default the middle one is taken, and the range is said with it. A machine sold whole
holds more than its accelerators, so only prices of single ones count as a purchase price. Where no offer of one is recorded, an
estimate stands in for it, and is called one; the ends of a range are two estimates, and their middle is taken.
"""

from collections.abc import Callable, Mapping
from functools import cache
from statistics import median
from typing import Any

from calculators import facts
from calculators.declare import Derived, overridable
from calculators.records import MissingFact, Price, Record
from calculators.units import Quantity, show

HOURLY = ("on-demand",)
PURCHASE = ("street", "list")
ESTIMATE = ("estimate",)
_MONTHS_FRESH = 12
_WORDS = {HOURLY: "no on-demand rent of {}", PURCHASE: "no purchase price of a single {}, nor an estimate,"}


@cache
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
    if terms in (PURCHASE, ESTIMATE):
        found = [price for price in found if price.count == 1]
    last = max((price.date for price in found), default="")
    return sorted((price for price in found if price.date == last), key=lambda price: (price.each.base, price.id))


def newest(gpu: Record, terms: tuple[str, ...]) -> Derived:
    """The middle one of the newest recorded prices, and where and when it was asked; to buy, an estimate where there is none.

    Raises MissingFact where nothing is recorded.
    """
    found = _newest(gpu.slug, gpu.short, terms)
    if found is None:
        raise MissingFact(missing(gpu, terms))
    return found


@cache
def _newest(slug: str, name: str, terms: tuple[str, ...]) -> Derived | None:
    if found := of_newest_date(slug, terms):
        return _offered(name, found)
    if terms == PURCHASE and (found := of_newest_date(slug, ESTIMATE)):
        return _estimated(name, found)
    return None


def missing(gpu: Record, terms: tuple[str, ...]) -> str:
    """Which price is not recorded, in words."""
    return f"{_WORDS[terms].format(gpu.short)} is recorded"


def ask_for(gpu: Record, terms: tuple[str, ...]) -> str:
    """What to say of a result that lacks a price, left to the record where nothing is recorded."""
    said = missing(gpu, terms)
    return f"{said[0].upper()}{said[1:]}: give your own."


def _offered(name: str, found: list[Price]) -> Derived:
    """The middle one of some offers, which is one that somebody made."""
    middle = found[(len(found) - 1) // 2]
    how = f"{show(middle.each)} for {name}, asked on {middle.date} by {middle.place}"
    if len(found) > 1:
        how += f"; the middle one of {len(found)} prices of that date, {_range(found)}"
    return Derived(middle.each, (), _aged(how, middle))


def _estimated(name: str, found: list[Price]) -> Derived:
    """The middle of some estimates."""
    middle = Quantity(median(price.each.base for price in found), found[0].each.unit)
    by = " and ".join(dict.fromkeys(price.place for price in found))
    several = f"the middle of {len(found)} estimates, {_range(found)}," if len(found) > 1 else "an estimate"
    how = f"{show(middle)} for {name}, {several} by {by}, {found[0].date}: not an offer"
    return Derived(middle, (), _aged(how, *found))


def _range(found: list[Price]) -> str:
    return f"from {show(found[0].each)} to {show(found[-1].each)}"


def _aged(how: str, *prices: Price) -> str:
    return f"{how}; an old price." if any(is_old(price, as_of()) for price in prices) else f"{how}."


def default(field: str, terms: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Derived]:
    """The newest recorded price of the accelerator in the input `field`, as the fallback of an input."""
    return lambda known: newest(known[field], terms)


def to_buy(field: str, label: str, help: str = "Without the host: the newest recorded one, else an estimate; or yours.") -> Any:
    """The purchase price of the accelerator in the input `field`; None where nothing is recorded or given."""
    return overridable(default(field, PURCHASE), "USD", "1 USD", "10000000 USD", label, help, optional=True)


def to_rent(field: str, label: str, help: str = "By the hour: the newest recorded on-demand price, or yours.") -> Any:
    """The rent of the accelerator in the input `field`; None where nothing is recorded or given."""
    return overridable(default(field, HOURLY), "USD/h", "0.001 USD/h", "10000 USD/h", label, help, optional=True)

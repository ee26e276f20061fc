"""Prices of the fact base by what they are for, and which of them still hold."""

from calculators import facts
from calculators.records import Price

_MONTHS_FRESH = 12


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

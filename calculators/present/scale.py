"""Axis scales, ticks and the numbers printed on charts.

A chart must come out as the same bytes in CPython and in Pyodide: steps and decades are decimal numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property, lru_cache
from math import frexp

from calculators.elementary import log10

MOST = 1e30  # no quantity of this site comes near; beyond it a chart would only hide a mistake
LEAST = 1e-30
PREFIXES = ("", "k", "M", "G", "T", "P")
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5))


@dataclass(frozen=True)
class Tick:
    """A value of an axis and the text printed there."""

    value: float
    label: str


@dataclass(frozen=True)
class Scale:
    """Maps low..high (values) to start..end (drawing units), evenly or by logarithm."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def position(self, value: float) -> float:
        """The drawing coordinate of `value`; values outside low..high land outside start..end."""
        low, extent = self._range
        return self.start + ((log10(value) if self.log else value) - low) / extent * (self.end - self.start)

    @cached_property
    def _range(self) -> tuple[float, float]:
        """Low, and how far it is to high: of the values, or of their logarithms."""
        low, high = (log10(self.low), log10(self.high)) if self.log else (self.low, self.high)
        return low, high - low


def domain(
    values: Iterable[float],
    *,
    log: bool = False,
    low: float | None = None,
    high: float | None = None,
    rounded: bool = False,
) -> tuple[float, float]:
    """The range an axis shows: that of `values`, unless `low` or `high` say otherwise.

    With `rounded`, the ends that were not given move outward to round values, and a linear axis
    without negative values starts at zero, so that heights can be compared.
    """
    known = list(values)
    bottom = min(known) if low is None else low
    top = max(known) if high is None else high
    if rounded and not log and low is None and bottom >= 0:
        bottom = 0.0
    bottom, top = _widen(bottom, top, log)
    if not rounded:
        return bottom, top
    round_bottom, round_top = _log_round(bottom, top) if log else _linear_round(bottom, top)
    return (round_bottom if low is None else bottom), (round_top if high is None else top)


def _widen(low: float, high: float, log: bool) -> tuple[float, float]:
    """A range with some extent: a flat one (or values all on one side of a given end) is opened."""
    size = max(abs(low), abs(high))
    if high - low > max(size * 1e-9, LEAST):
        return low, high
    if log:
        return min(low, high) / 2, max(low, high) * 2
    if size <= LEAST:
        return low, low + 1.0
    return min(low, high) - size / 2, max(low, high) + size / 2


def _log_round(low: float, high: float) -> tuple[float, float]:
    return _one_two_five(low, up=False), _one_two_five(high, up=True)


def _one_two_five(value: float, up: bool) -> float:
    """The nearest of 1, 2, 5 x 10^n that is not above (or, with `up`, not below) `value`."""
    exact = Decimal(repr(value))
    steps = [Decimal(m).scaleb(exact.adjusted()) for m in (1, 2, 5, 10)]
    chosen = min(s for s in steps if s >= exact) if up else max(s for s in steps if s <= exact)
    return float(chosen)


def _linear_round(low: float, high: float, limit: int = 6) -> tuple[float, float]:
    for _ in range(3):  # rounding outward may call for the next larger step
        step = _linear_step(low, high, limit)
        first = (Decimal(repr(low)) / step).to_integral_value(ROUND_FLOOR)
        last = (Decimal(repr(high)) / step).to_integral_value(ROUND_CEILING)
        low, high = float(first * step), float(last * step)
    return low, high


@lru_cache(maxsize=64)
def linear_ticks(low: float, high: float, limit: int) -> tuple[Tick, ...]:
    """At most `limit` (5 or more) ticks at round multiples, all within low..high."""
    step = _linear_step(low, high, limit)
    first, last = _multiples(low, high, step)
    values = [index * step for index in range(first, last + 1)]
    labels = _even_labels(values, step)
    return tuple(Tick(float(v), label) for v, label in zip(values, labels, strict=True))


def _linear_step(low: float, high: float, limit: int) -> Decimal:
    exponent = Decimal(repr((high - low) / limit)).adjusted()
    while True:
        for mantissa in _STEPS:
            step = mantissa.scaleb(exponent)
            first, last = _multiples(low, high, step)
            if last - first + 1 <= limit:
                return step
        exponent += 1


def _multiples(low: float, high: float, step: Decimal) -> tuple[int, int]:
    # repr, not the exact binary value: 0.1 must count as a multiple of 0.1
    first = (Decimal(repr(low)) / step).to_integral_value(ROUND_CEILING)
    last = (Decimal(repr(high)) / step).to_integral_value(ROUND_FLOOR)
    return int(first), int(last)


@lru_cache(maxsize=64)  # most edits leave an axis as it is
def log_ticks(low: float, high: float, limit: int, base: int = 10) -> tuple[Tick, ...]:
    """At most `limit` (5 or more) ticks within low..high: powers of `base` (10 or 2).

    A short decimal range gets 1, 2, 5 or 1, 3 of each decade, a long one every second, third, ...
    power. A range too short for that has the ticks of a linear axis.
    """
    choices = _doublings(low, high) if base == 2 else _decades(low, high)
    fitting = next(values for values in choices if len(values) <= limit)
    if len(fitting) < 3:
        return linear_ticks(low, high, limit)
    return tuple(Tick(v, number(v) if base == 2 else short(v)) for v in fitting)


def _decades(low: float, high: float) -> Iterable[list[float]]:
    first, last = Decimal(repr(low)).adjusted(), Decimal(repr(high)).adjusted()
    exponents = range(first, last + 1)
    for family in ((1, 2, 5), (1, 3)):
        yield [v for e in exponents for m in family if low <= (v := float(f"{m}e{e}")) <= high]
    for stride in range(1, len(exponents) + 1):
        yield [v for e in exponents if e % stride == 0 and low <= (v := float(f"1e{e}")) <= high]


def _doublings(low: float, high: float) -> Iterable[list[float]]:
    exponents = range(frexp(low)[1] - 1, frexp(high)[1])
    for stride in range(1, len(exponents) + 1):
        yield [v for e in exponents if e % stride == 0 and low <= (v := 2.0**e) <= high]


def minor_ticks(low: float, high: float) -> tuple[float, ...]:
    """The values 2..9 x 10^n within low..high: the rhythm by which a log axis is recognized."""
    exponents = range(Decimal(repr(low)).adjusted(), Decimal(repr(high)).adjusted() + 1)
    values = (float(f"{m}e{e}") for e in exponents for m in range(2, 10))
    return tuple(v for v in values if low <= v <= high)


def _even_labels(values: list[Decimal], step: Decimal) -> list[str]:
    """Labels of evenly spaced ticks: one prefix and one number of decimals for the whole axis."""
    largest = max((abs(v) for v in values), default=Decimal(0))
    if largest and not -4 <= largest.adjusted() < 18:
        return [_scientific(v, largest.adjusted() - step.adjusted() + 2) for v in values]
    thousands = largest.adjusted() // 3 if largest >= 10_000 else 0
    step = step.scaleb(-3 * thousands).normalize()
    decimals = max(0, -int(step.as_tuple().exponent))
    labels = []
    for value in values:
        text = f"{value.scaleb(-3 * thousands):,.{decimals}f}"
        labels.append(_minus(text + PREFIXES[thousands]) if value else "0")
    return labels


def short(value: float) -> str:
    """A tick label of at most three digits: 0.01, 1, 250, 1k, 2.5M, 10⁻⁶."""
    exact = Decimal(repr(value))
    if not exact:
        return "0"
    if not -3 <= exact.adjusted() < 18:
        return _scientific(exact, 3)
    thousands = max(0, exact.adjusted() // 3)
    return _minus(_plain(exact.scaleb(-3 * thousands), 3) + PREFIXES[thousands])


def month(year: float) -> str:
    """A year with its months as a fraction: 2018.25 is 2018-04."""
    whole, part = divmod(round(year * 12), 12)
    return f"{whole}-{part + 1:02d}"


@lru_cache(maxsize=4096)
def number(value: float) -> str:
    """A value for reading: whole numbers in full, others with four digits: 131,072 or 295.1."""
    exact = Decimal(repr(value))
    if not exact:
        return "0"
    if not -4 <= exact.adjusted() < 15:
        return _scientific(exact, 4)
    if exact == exact.to_integral_value():
        return _minus(f"{exact:,.0f}")
    return _minus(_plain(exact, 4))


def _plain(value: Decimal, digits: int) -> str:
    text = f"{value:,.{max(0, digits - 1 - value.adjusted())}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scientific(value: Decimal, digits: int) -> str:
    if not value:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    power = f"10{str(int(exponent)).translate(SUPERSCRIPT)}"
    return power if mantissa == "1" else _minus(f"{mantissa}×{power}")


def _minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")

"""Units: read them, check their dimension, convert, and print a quantity.

A quantity is kept in base units (byte, FLOP, second, token, joule, US dollar, ...) next to the unit it is shown in. Decimal and
binary prefixes are different units: 1 GB = 1e9 byte, 1 GiB = 2**30 byte (IEC 80000-13). Counted things (GPUs, layers, heads)
are dimensions of their own, so that "80 layers" can never stand for 80 GB or for 80 heads.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from typing import NewType

from calculators.problems import nearest

Dimension = tuple[tuple[str, int], ...]

# Typed base units for the signatures of formulas. They cost nothing at run time; tests prove their dimensions.
Amperes = NewType("Amperes", float)
Bytes = NewType("Bytes", float)
BytesPerJoule = NewType("BytesPerJoule", float)
BytesPerSecond = NewType("BytesPerSecond", float)
BytesPerSecondPerByte = NewType("BytesPerSecondPerByte", float)
BytesPerSecondPerUsd = NewType("BytesPerSecondPerUsd", float)
BytesPerToken = NewType("BytesPerToken", float)
BytesPerUsd = NewType("BytesPerUsd", float)
Errors = NewType("Errors", float)
ErrorsPerByteSecond = NewType("ErrorsPerByteSecond", float)
Failures = NewType("Failures", float)
FailuresPerSecond = NewType("FailuresPerSecond", float)
Flop = NewType("Flop", float)
FlopPerByte = NewType("FlopPerByte", float)
FlopPerJoule = NewType("FlopPerJoule", float)
FlopPerSecond = NewType("FlopPerSecond", float)
FlopPerUsd = NewType("FlopPerUsd", float)
Grams = NewType("Grams", float)
GramsPerJoule = NewType("GramsPerJoule", float)
Hertz = NewType("Hertz", float)
Joules = NewType("Joules", float)
JoulesPerToken = NewType("JoulesPerToken", float)
Number = NewType("Number", float)
RequestsPerSecond = NewType("RequestsPerSecond", float)
Seconds = NewType("Seconds", float)
Tokens = NewType("Tokens", float)
TokensPerSecond = NewType("TokensPerSecond", float)
Usd = NewType("Usd", float)
UsdPerJoule = NewType("UsdPerJoule", float)
UsdPerSecond = NewType("UsdPerSecond", float)
UsdPerToken = NewType("UsdPerToken", float)
Volts = NewType("Volts", float)
Watts = NewType("Watts", float)

UNIT_OF_TYPE = {
    Amperes: "A",
    Bytes: "byte",
    BytesPerJoule: "byte/J",
    BytesPerSecond: "byte/s",
    BytesPerSecondPerByte: "byte/s/byte",
    BytesPerSecondPerUsd: "byte/s/USD",
    BytesPerToken: "byte/token",
    BytesPerUsd: "byte/USD",
    Errors: "error",
    ErrorsPerByteSecond: "error/byte/s",
    Failures: "failure",
    FailuresPerSecond: "failure/s",
    Flop: "FLOP",
    FlopPerByte: "FLOP/byte",
    FlopPerJoule: "FLOP/J",
    FlopPerSecond: "FLOP/s",
    FlopPerUsd: "FLOP/USD",
    Grams: "g",
    GramsPerJoule: "g/J",
    Hertz: "Hz",
    Joules: "J",
    JoulesPerToken: "J/token",
    Number: "",
    RequestsPerSecond: "request/s",
    Seconds: "s",
    Tokens: "token",
    TokensPerSecond: "token/s",
    Usd: "USD",
    UsdPerJoule: "USD/J",
    UsdPerSecond: "USD/s",
    UsdPerToken: "USD/token",
    Volts: "V",
    Watts: "W",
}

COUNTED = (
    "GPU layer head parameter sequence core SM CU XeCore MME MXU NeuronCore die stack slice engine link lane expert instance "
    "request transistor clock step page fact port chip error failure"
).split()

_DECIMAL = {"k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4}
_HOUR = 3600
_YEAR = 8760 * _HOUR  # the year of cost arithmetic: 365 days


class UnitError(ValueError):
    """A unit that is not known, or two quantities whose dimensions do not agree."""


def _table() -> dict[str, tuple[Fraction, Counter]]:
    table: dict[str, tuple[Fraction, Counter]] = {}

    def add(name: str, factor, **dimension: int) -> None:
        table[name] = (Fraction(factor), Counter(dimension))

    for thing in COUNTED:
        add(thing, 1, **{thing: 1})
    add("", 1)
    add("x", 1)
    add("%", Fraction(1, 100))
    add("billion", 10**9)
    add("million", 10**6)
    for name, factor in {
        "s": 1,
        "min": 60,
        "h": _HOUR,
        "day": 86400,
        "month": Fraction(_YEAR, 12),
        "year": _YEAR,
    }.items():
        add(name, factor, s=1)
    for name, exponent in {"ms": 3, "us": 6, "ns": 9}.items():
        add(name, Fraction(1, 10**exponent), s=1)
    add("m", 1, m=1)
    add("A", 1, A=1)
    add("V", 1, J=1, s=-1, A=-1)
    add("mm", Fraction(1, 1000), m=1)
    add("USD", 1, USD=1)
    for name, exponent in {"g": 0, "kg": 3, "t": 6}.items():
        add(name, 10**exponent, g=1)
    scaled = {
        "byte": (1, {"byte": 1}), "B": (1, {"byte": 1}), "bit": (Fraction(1, 8), {"byte": 1}),
        "FLOP": (1, {"FLOP": 1}), "OP": (1, {"FLOP": 1}),
        "FLOPS": (1, {"FLOP": 1, "s": -1}), "OPS": (1, {"FLOP": 1, "s": -1}),
        "token": (1, {"token": 1}), "J": (1, {"J": 1}), "W": (1, {"J": 1, "s": -1}), "Wh": (_HOUR, {"J": 1}),
        "Hz": (1, {"s": -1}),
    }  # fmt: skip
    for name, (factor, dimension) in scaled.items():
        add(name, factor, **dimension)
        for prefix, exponent in _DECIMAL.items():
            add(prefix + name, Fraction(factor) * 10**exponent, **dimension)
    for prefix, exponent in _BINARY.items():
        add(prefix + "B", 1024**exponent, byte=1)
    return table


UNITS = _table()  # factor to the base units, and dimension, by name

_SPELLINGS = {
    "bytes": "byte", "bits": "bit", "tokens": "token", "tok": "token", "Mtok": "Mtoken", "ktok": "ktoken", "FLOPs": "FLOP",
    "second": "s", "seconds": "s", "sec": "s", "minute": "min", "minutes": "min", "hour": "h", "hours": "h", "hr": "h",
    "days": "day", "months": "month", "years": "year", "milliseconds": "ms", "millisecond": "ms", "microseconds": "us",
    "µs": "us", "μs": "us", "×": "x", "times": "x", "percent": "%", "$": "USD", "dollars": "USD", "watts": "W", "watt": "W",
    "million token": "Mtoken", "million tokens": "Mtoken", "thousand tokens": "ktoken", "1K token": "ktoken",
    "Gb": "Gbit", "clk": "clock",
} | {thing + "s": thing for thing in COUNTED}  # fmt: skip


_EXACT = 2**53  # every whole number up to here is a float


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its name as written, its size in base units, and its dimension as (base, exponent) pairs."""

    name: str
    factor: Fraction
    dimension: Dimension

    def of_base(self, number: float) -> float:
        """A number of base units in this unit: the float nearest to the exact quotient. Raises OverflowError if none is."""
        above, below = self.factor.numerator, self.factor.denominator
        if above <= _EXACT and below <= _EXACT and (above == 1 or below == 1):
            quotient = float(number / above if below == 1 else number * below)  # one rounding, as IEEE 754 has it
            if math.isfinite(quotient):
                return quotient
        return float(Fraction(number) / self.factor)

    @property
    def dimension_name(self) -> str:
        above = [base if n == 1 else f"{base}^{n}" for base, n in self.dimension if n > 0]
        below = [base if n == -1 else f"{base}^{-n}" for base, n in self.dimension if n < 0]
        return "/".join(["*".join(above) or "1", *below]) if self.dimension else "a plain number"


_POWER = re.compile(r"[1-9]")  # no unit has a higher one, and the factor of "GB^999999999" would never be computed


def _factor_of(name: str) -> tuple[Fraction, Counter]:
    text = name.strip().replace("²", "^2").replace("³", "^3")
    text, raised, power = text.partition("^")
    text = _SPELLINGS.get(text, text)
    if text not in UNITS or (raised and not _POWER.fullmatch(power)):
        raise UnitError(f"unknown unit {name.strip()!r}{nearest(text, UNITS)}")
    factor, dimension = UNITS[text]
    exponent = int(power or 1)
    return factor**exponent, Counter({base: n * exponent for base, n in dimension.items()})


@cache
def parse_unit(text: str) -> Unit:
    """Read a unit such as 'GB/s', 'USD/h', 'tokens per second' or '' (a plain number).

    Raises UnitError, naming the nearest known units, when a part is not known.
    """
    written = re.sub(r"\s+per\s+", "/", f" {text.strip()} ").strip()
    factor, dimension = Fraction(1), Counter()
    for position, part in enumerate(written.split("/")):
        names = re.split(r"[*·]", part)
        for name in names:
            if not name.strip() and (position or len(names) > 1):
                raise UnitError(f"{text.strip()!r} has an empty part")
            size, its_dimension = _factor_of(name)
            sign = 1 if position == 0 else -1
            factor *= size**sign
            for base, n in its_dimension.items():
                dimension[base] += sign * n
    return Unit(text, factor, tuple(sorted((base, n) for base, n in dimension.items() if n)))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in base units and the unit it is shown in."""

    base: float
    unit: str

    @classmethod
    def of(cls, value: float | int | Decimal, unit: str) -> "Quantity":
        """Make a quantity from a value written in `unit`."""
        exact = Fraction(value) * parse_unit(unit).factor
        return cls(float(exact), unit)

    @property
    def value(self) -> float:
        """The number in the quantity's own unit."""
        return self.to(self.unit)

    def to(self, unit: str) -> float:
        """The number in another unit of the same dimension. Raises UnitError when the dimensions differ."""
        if unit != self.unit:
            require_same_dimension(self.unit, unit)
        return parse_unit(unit).of_base(self.base)

    def __str__(self) -> str:
        return show(self)


def require_same_dimension(have: str, want: str) -> None:
    """Raise UnitError unless both units measure the same thing."""
    a, b = parse_unit(have), parse_unit(want)
    if a.dimension != b.dimension:
        raise UnitError(f"{have or 'a plain number'} is {a.dimension_name}, but {want or 'a plain number'} is {b.dimension_name}")


def require_one_dimension_of(have: str, wanted: tuple[str, ...]) -> None:
    """Raise UnitError, about the first wanted unit, unless one of them measures the same thing."""
    if parse_unit(have).dimension not in {parse_unit(want).dimension for want in wanted}:
        require_same_dimension(have, wanted[0])


# In the digits 0 to 9 alone: those of other scripts are taken for each other, and for letters.
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:[,\u202f ]\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,3}(?!\d))?", re.ASCII)
_MULTIPLIERS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}


def read_number(text: str) -> tuple[Decimal, str]:
    """Split '1,979 TFLOPS' into the number and the rest ('TFLOPS'). Raises ValueError when there is no number."""
    found = _NUMBER.match(text)
    digits = re.sub(r"[,\u202f ]", "", found.group()) if found else ""
    if not re.match(r"[+-]?\.?[0-9]", digits):  # an exponent alone, as in "E0", is none
        raise ValueError(f"{text!r} does not start with a number")
    rest = text[found.end() :].strip().replace("\u00a0", " ")
    word = rest.split(" ", 1)[0]
    number = Decimal(digits)
    if word in _MULTIPLIERS and not re.match(r"\w+ tokens?$", rest):
        number, rest = number.scaleb(_MULTIPLIERS[word]), rest[len(word) :].strip()
    return number, rest


def read_quantity(text: str, default_unit: str = "") -> Quantity:
    """Read '3.35 TB/s', '$2.50/h' or '80GB'; a number without unit takes `default_unit`.

    Raises ValueError when there is no number and UnitError when the unit is unknown or has another dimension
    than `default_unit`.
    """
    written = text.strip()
    dollars = written.startswith("$")
    number, rest = read_number(written.lstrip("$").strip())
    if dollars:
        rest = re.sub(r"^\s*(?:/|per\s+)", "USD/", rest) if rest else "USD"
    unit = rest or default_unit
    if default_unit:
        require_same_dimension(unit, default_unit)
    return Quantity.of(number, _SPELLINGS.get(unit, unit))


_SURE = 12


def _rounded(value: float, significant: int) -> str:
    if value == 0:
        return "0"
    decimals = max(0, significant - 1 - math.floor(math.log10(abs(value))))
    text = _fixed(value, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fixed(value: float, decimals: int) -> str:
    """With this many decimals. Halves go up, as readers round, and a half is one in the digits that a float is sure of."""
    if abs(abs(value) * 10**decimals % 1 - 0.5) < 1e-6:
        return f"{Decimal(f'{value:.{_SURE}g}').quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
    return f"{value:,.{decimals}f}"


def show_number(value: float, significant: int) -> str:
    """Print a number with thousands separators and at most `significant` digits after rounding; whole numbers stay whole."""
    if value != 0 and not 1e-6 <= abs(value) < 1e15:
        return f"{value:.{significant - 1}e}"
    return _rounded(value, significant)


_PLURAL_FREE = {"SM", "CU", "MME", "MXU", "x", "%"}
_FAMILIES = (
    ("byte", "kB", "MB", "GB", "TB", "PB"),
    ("byte/s", "kB/s", "MB/s", "GB/s", "TB/s", "PB/s"),
    ("byte/token", "kB/token", "MB/token", "GB/token"),
    ("FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "EFLOP"),
    ("FLOPS", "kFLOPS", "MFLOPS", "GFLOPS", "TFLOPS", "PFLOPS", "EFLOPS"),
    ("ns", "us", "ms", "s", "min", "h", "day", "year"),
    ("Hz", "kHz", "MHz"),
)
_SHOWN_AS = {"USD/s": "USD/h", "USD/token": "USD/Mtoken", "J": "kWh", "USD/J": "USD/kWh",
             "error/byte/s": "error/GB/year", "failure/s": "failure/year", "g/J": "g/kWh"}  # fmt: skip
_SAME = {"FLOP/s": "FLOPS"}


def readable(quantity: Quantity) -> Quantity:
    """The same quantity in the unit of its family that needs neither many zeros nor many digits (131 kB, not 0.000131 GB)."""
    quantity = Quantity(quantity.base, _SAME.get(quantity.unit, quantity.unit))
    if quantity.unit in _SHOWN_AS:
        return Quantity(quantity.base, _SHOWN_AS[quantity.unit])
    for family in _FAMILIES:
        if quantity.unit in family and quantity.base > 0 and not 1 <= quantity.value < 10_000:
            sizes = [name for name in family if quantity.to(name) >= 1]
            return Quantity(quantity.base, sizes[-1] if sizes else family[0])
    return quantity


def unit_text(unit: str, value: float) -> str:
    """The unit as readers see it after a number: '%', '×', 'GB/s', 'tokens/s', 'µs'."""
    return _unit_text(unit, abs(value) == 1)


@cache
def _unit_text(unit: str, one: bool) -> str:
    if unit == "x":
        return "×"
    head, *rest = unit.split("/")
    if head == "us":
        head = "µs"
    elif not one and head in (*COUNTED, "token", "byte", "bit", "year", "day", "month"):
        head = _plural(head)
    return "/".join([head, *rest]).replace("Mtoken", "million tokens").replace("ktoken", "thousand tokens")


def _plural(name: str) -> str:
    return name if name in _PLURAL_FREE else name + "s"


def show(quantity: Quantity, significant: int = 4) -> str:
    """Print a quantity as readers see it: '41.16 ms', '1,979 TFLOPS', '67.5%', '3.2×', '$2.50/h'."""
    value, unit = quantity.value, quantity.unit
    if unit == "USD" or unit.startswith("USD/"):
        return _show_dollars(value, unit)
    number = show_number(value, significant)
    if unit in ("", "%", "x"):
        return number + unit_text(unit, value)
    return f"{number} {unit_text(unit, value)}"


def _show_dollars(value: float, unit: str) -> str:
    amount = _fixed(value, 2) if abs(value) >= 0.995 or value == 0 else show_number(value, 3)
    sign, amount = ("-", amount[1:]) if amount.startswith("-") else ("", amount)
    per = unit[len("USD") :]
    if re.search(r"\.\d$", amount):
        amount += "0"
    return f"{sign}${amount}{per}" if len(per) < 5 else f"{sign}${amount} per {unit_text(per[1:], 1)}"

"""How number formats encode values: layout, special patterns, the value of a bit pattern, rounding to nearest even; exact.

Sources: IEEE 754-2019, section 3.4, for the layout; OCP 8-bit Floating Point Specification (OFP8) 1.0, tables 1 and 2, and
Micikevicius et al., "FP8 formats for deep learning" (arXiv:2209.05433), table 1, for E4M3 and E5M2; OCP Microscaling Formats (MX)
1.0, section 5.3, for FP6 and FP4 and the scale E8M0; the README of ml_dtypes for the FNUZ variants.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Special = Literal["ieee", "one-nan", "fnuz", "none"]


@dataclass(frozen=True, slots=True)
class Encoding:
    """A signed format: bits of exponent and mantissa, bias, and which patterns are no finite numbers.

    `special` is "ieee" (top exponent: infinities and NaN), "one-nan" (all ones: NaN, no infinity), "fnuz" (negative zero is the
    NaN, no infinity) or "none". Without exponent bits it is an integer in two's complement, used symmetrically.
    """

    label: str
    exponent_bits: int
    mantissa_bits: int
    bias: int = 0
    special: Special = "ieee"
    stored_bits: int = 0

    @property
    def bits(self) -> int:
        return 1 + self.exponent_bits + self.mantissa_bits

    @property
    def is_integer(self) -> bool:
        return not self.exponent_bits

    @property
    def top_exponent(self) -> int:
        """Exponent of the largest finite value; of an integer format, of its highest bit."""
        if self.is_integer:
            return self.mantissa_bits - 1
        reserved = 2 if self.special == "ieee" else 1
        return 2**self.exponent_bits - reserved - self.bias

    @property
    def top_significand(self) -> Fraction:
        """Largest finite value over 2^top_exponent: E4M3 gives its last pattern to NaN."""
        lost = 1 if self.is_integer or self.special == "one-nan" else 0
        return 2 - Fraction(2) ** (lost - self.mantissa_bits)

    @property
    def largest(self) -> Fraction:
        if self.is_integer:
            return Fraction(2**self.mantissa_bits - 1)
        return self.top_significand * Fraction(2) ** self.top_exponent

    @property
    def finite_values(self) -> int:
        """How many different finite values there are; the two zeros are one."""
        if self.is_integer:
            return 2 * int(self.largest) + 1
        return 2 * self.pattern_of(self.largest) + 1

    def pattern_of(self, value: Fraction) -> int:
        """The bits of a value that the format holds exactly."""
        if self.is_integer:
            return int(value) % 2**self.bits
        negative = 2 ** (self.bits - 1) if value < 0 else 0
        size = abs(value)
        exponent = max(exponent_of(size), 1 - self.bias) if size else 1 - self.bias
        units = int(size / Fraction(2) ** (exponent - self.mantissa_bits))
        # a normal number has a leading one, which the exponent field counts instead
        return negative + units + (exponent + self.bias - 1) * 2**self.mantissa_bits

    def written(self, pattern: int) -> str:
        """A pattern in hexadecimal, with all its digits."""
        return f"0x{pattern:0{math.ceil(self.bits / 4)}X}"


FLOATS = {
    "fp64": Encoding("FP64", 11, 52, 1023),
    "fp32": Encoding("FP32", 8, 23, 127),
    "tf32": Encoding("TF32", 8, 10, 127, stored_bits=32),
    "bf16": Encoding("BF16", 8, 7, 127),
    "fp16": Encoding("FP16", 5, 10, 15),
    "fp8_e4m3": Encoding("FP8 E4M3", 4, 3, 7, "one-nan"),
    "fp8_e5m2": Encoding("FP8 E5M2", 5, 2, 15),
    "fp8_e4m3fnuz": Encoding("FP8 E4M3 FNUZ", 4, 3, 8, "fnuz"),
    "fp8_e5m2fnuz": Encoding("FP8 E5M2 FNUZ", 5, 2, 16, "fnuz"),
    "fp6_e2m3": Encoding("FP6 E2M3", 2, 3, 1, "none"),
    "fp6_e3m2": Encoding("FP6 E3M2", 3, 2, 3, "none"),
    "fp4_e2m1": Encoding("FP4 E2M1", 2, 1, 1, "none"),
}
INTEGERS = {"int8": Encoding("INT8", 0, 7, special="none"), "int4": Encoding("INT4", 0, 3, special="none")}


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a bit pattern means: its kind, and for a number its exponent, significand and value."""

    kind: Literal["normal", "subnormal", "zero", "integer", "infinity", "NaN"]
    negative: bool
    exponent: int = 0
    significand: Fraction = Fraction(0)

    @property
    def value(self) -> Fraction | None:
        """The exact value; None for infinity and NaN."""
        if self.kind in ("infinity", "NaN"):
            return None
        return self.significand * Fraction(2) ** self.exponent * (-1 if self.negative else 1)


def exponent_of[Real: (float, Fraction)](size: Real) -> int:
    """The exponent e of a positive number with 2^e <= size < 2^(e+1)."""
    if isinstance(size, float):
        return math.frexp(size)[1] - 1
    guess = size.numerator.bit_length() - size.denominator.bit_length()
    return guess if Fraction(2) ** guess <= size else guess - 1


def decode(encoding: Encoding, pattern: int) -> Decoded:
    """The meaning of a bit pattern of at most `encoding.bits` bits."""
    negative = bool(pattern >> (encoding.bits - 1))
    if encoding.is_integer:
        value = pattern - 2**encoding.bits * negative
        return Decoded("integer" if value else "zero", negative, 0, Fraction(abs(value)))
    field = pattern >> encoding.mantissa_bits & (2**encoding.exponent_bits - 1)
    mantissa = pattern & (2**encoding.mantissa_bits - 1)
    if kind := _special(encoding, negative, field, mantissa):
        return Decoded(kind, negative)
    fraction = Fraction(mantissa, 2**encoding.mantissa_bits)
    if field:
        return Decoded("normal", negative, field - encoding.bias, 1 + fraction)
    return Decoded("subnormal" if mantissa else "zero", negative, 1 - encoding.bias, fraction)


def _special(encoding: Encoding, negative: bool, field: int, mantissa: int) -> Literal["infinity", "NaN"] | None:
    top = field == 2**encoding.exponent_bits - 1
    if encoding.special == "ieee" and top:
        return "NaN" if mantissa else "infinity"
    if encoding.special == "one-nan" and top and mantissa == 2**encoding.mantissa_bits - 1:
        return "NaN"
    if encoding.special == "fnuz" and negative and not field and not mantissa:
        return "NaN"
    return None


def spacing[Real: (float, Fraction)](encoding: Encoding, size: Real) -> Real:
    """Distance of neighboring values around `size` >= 0, were there no largest one."""
    number = type(size)
    if encoding.is_integer:
        return number(1)
    lowest = 1 - encoding.bias
    return number(2) ** ((max(exponent_of(size), lowest) if size else lowest) - encoding.mantissa_bits)


def nearest[Real: (float, Fraction)](encoding: Encoding, size: Real) -> Real:
    """`size` >= 0 rounded to the nearest value, ties to even, as if there were no largest one. Exact for both types."""
    step = spacing(encoding, size)
    return round(size / step) * step

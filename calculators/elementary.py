"""Logarithms and powers that have the same bits in CPython and in Pyodide.

Those of the C library may differ in their last bit from platform to platform. Here they are made of additions, multiplications
and divisions alone, which are the same everywhere, of floats or of decimal numbers.
"""

from decimal import Context, Decimal
from functools import lru_cache
from math import frexp

_LN_2, _LN_10 = 0.6931471805599453, 2.302585092994046
_ROOT_OF_HALF = 0.7071067811865476
_TERMS = tuple(1 / odd for odd in range(21, 0, -2))
_SNAP = 1e-13  # a power of ten has a whole logarithm
_PRECISE = Context(prec=40)  # more than twice the digits of a float


@lru_cache(maxsize=4096)  # a point of a chart is asked for by its line, its marker and its title
def log10(value: float) -> float:
    """Decimal logarithm. Raises ValueError for what is not positive."""
    if value <= 0:
        raise ValueError(f"{value} has no logarithm")
    mantissa, exponent = frexp(value)
    if mantissa < _ROOT_OF_HALF:
        mantissa, exponent = 2 * mantissa, exponent - 1
    ratio = (mantissa - 1) / (mantissa + 1)  # ln(mantissa) = 2 atanh(ratio), and the ratio is below 0.172
    square, series = ratio * ratio, 0.0
    for term in _TERMS:
        series = series * square + term
    found = (exponent * _LN_2 + 2 * ratio * series) / _LN_10
    return float(round(found)) if abs(found - round(found)) < _SNAP else found


@lru_cache(maxsize=4096)
def raised(base: float, exponent: float) -> float:
    """`base`, which is not negative, to an `exponent`. Raises ValueError for others, and for zero to zero or less."""
    if base < 0 or (base == 0 and exponent <= 0):
        raise ValueError(f"{base} to the {exponent} is no number")
    return float(_PRECISE.power(Decimal(base), Decimal(exponent)))


@lru_cache(maxsize=4096)
def growth(rate: float, times: float) -> float:
    """What is gained by growing by a `rate` some `times` over, as a share of the start: exact for a small rate too."""
    return float(_PRECISE.subtract(_PRECISE.power(_PRECISE.add(1, Decimal(rate)), Decimal(times)), 1))

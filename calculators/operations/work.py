"""What an operation takes, and the number of rows, tokens or sequences at which arithmetic begins to limit it."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from calculators.formula import formula
from calculators.units import Bytes, Flop, FlopPerByte, Number
from calculators.working import Working

ELEMENT_BYTES = {
    "fp64": 8,
    "fp32": 4,
    "tf32": 4,
    "bf16": 2,
    "fp16": 2,
    "fp8": 1,
    "fp6": 0.75,
    "fp4": 0.5,
    "int8": 1,
    "int4": 0.5,
}
_MOST = 2**24  # beyond what anybody batches: where a search gives up


@formula("max(1, ceil((ridge * fixed_bytes - fixed_flop) / (flop_each - ridge * bytes_each)))")
def count_at_ridge(ridge: FlopPerByte, fixed_bytes: Bytes, fixed_flop: Flop, flop_each: Flop, bytes_each: Bytes) -> Number:
    """Smallest whole number of rows, tokens or sequences whose arithmetic per byte reaches `ridge` FLOP/byte.

    What does not grow with them takes `fixed_bytes` and `fixed_flop`, each of them takes `bytes_each` and `flop_each`.
    4096 x 4096 in two bytes at 295 FLOP/byte: 295 * 33.55e6 / (33.55e6 - 295 * 16,384) = 344.7, so 345 rows.
    """
    return Number(max(1, math.ceil((ridge * fixed_bytes - fixed_flop) / (flop_each - ridge * bytes_each))))


@dataclass(frozen=True, slots=True)
class Growth:
    """FLOP and bytes, both divided by whatever they have in common, as straight lines over a number of `what`."""

    what: str
    flop_each: float
    bytes_each: float
    fixed_bytes: float
    fixed_flop: float = 0.0

    @property
    def constant(self) -> bool:
        """Whether the arithmetic per byte is the same for any number."""
        return not self.fixed_bytes and not self.fixed_flop

    @property
    def limit(self) -> float:
        """The arithmetic per byte that the largest numbers approach."""
        return self.flop_each / self.bytes_each if self.bytes_each else math.inf

    def at_ridge(self, ridge: float, working: Working) -> float | None:
        """The number from which arithmetic limits; None where the ridge is never reached."""
        if self.constant or self.limit <= ridge:
            return None
        terms = {"fixed_bytes": self.fixed_bytes, "fixed_flop": self.fixed_flop}
        each = {"flop_each": self.flop_each, "bytes_each": self.bytes_each}
        return working.step(f"Compute bound from ({self.what})", count_at_ridge, ridge=ridge, **terms, **each)


@dataclass(frozen=True, slots=True)
class Searched:
    """Arithmetic per byte that grows along no straight line: found by halving, since it never falls."""

    what: str
    intensity: Callable[[float], float]
    constant: bool = False

    @property
    def limit(self) -> float:
        """The arithmetic per byte at the largest number looked at."""
        return self.intensity(_MOST)

    def at_ridge(self, ridge: float, working: Working) -> float | None:
        """The smallest whole number that reaches the ridge; None where none does."""
        if self.limit < ridge:
            return None
        below, above = 0, _MOST
        while above - below > 1:
            middle = (below + above) // 2
            below, above = (below, middle) if self.intensity(middle) >= ridge else (middle, above)
        return float(above)


@dataclass(frozen=True, slots=True)
class Work:
    """One operation: FLOP, bytes moved, the bytes that it touches at all, and how it grows (None: it has no rows to add)."""

    flop: float
    traffic: float
    working_set: float
    growth: Growth | Searched | None
    alone: str = ""  # why an operation that cannot grow does not, in words

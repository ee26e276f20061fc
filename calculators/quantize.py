"""What quantizing does to a sample of numbers: scales per tensor or per block, what is clipped, what becomes zero, the error.

The sample is no random one: the quantiles of a normal distribution in a fixed order, some of them enlarged. Scales: OCP
Microscaling Formats (MX) 1.0, section 6.3 (a power of two from the largest exponent of the block); NVIDIA, "Introducing NVFP4"
(E4M3 per block of 16 under one FP32 scale per tensor); NVIDIA Transformer Engine (largest value over amax, per tensor).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from statistics import NormalDist

from calculators.encodings import FLOATS, Encoding, exponent_of, nearest

SIZE = 512
_STRIDE = 197  # coprime to SIZE: neighbors in the sample are far apart in the distribution


@dataclass(frozen=True, slots=True)
class Block:
    """Elements that share a scale: how many, and how the scale is stored."""

    elements: int
    scale: str
    scale_bits: int = 8


@dataclass(frozen=True, slots=True)
class Loss:
    """What quantizing loses: share clipped to the largest value, share that became zero, root mean square error over that of the
    sample."""

    clipped: float
    zeroed: float
    error: float


@cache
def _quantiles() -> tuple[float, ...]:
    # Six decimals: the last bits of a logarithm may differ between platforms, the result must not.
    normal = NormalDist()
    return tuple(round(normal.inv_cdf((i * _STRIDE % SIZE + 0.5) / SIZE), 6) for i in range(SIZE))


@lru_cache(maxsize=64)
def sample(spread: float, outlier_share: float, outlier_size: float) -> tuple[float, ...]:
    """Normal quantiles of standard deviation `spread`; every (1/share)-th is `outlier_size` times as large."""
    values = []
    for i, quantile in enumerate(_quantiles()):
        is_outlier = int((i + 1) * outlier_share) > int(i * outlier_share)
        values.append(quantile * spread * (outlier_size if is_outlier else 1.0))
    return tuple(values)


@lru_cache(maxsize=256)
def loss(encoding: Encoding, block: Block | None, scale: float, values: tuple[float, ...]) -> Loss:
    """Quantize `values` and compare: with one scale for all, or with one for each block where the format has blocks."""
    clipped = zeroed = 0
    wrong = total = 0.0
    largest = float(encoding.largest)
    for part, factor in _scaled(encoding, block, scale, values):
        for value in part:
            size = nearest(encoding, abs(value) * factor)
            if size > largest:
                size, clipped = largest, clipped + 1
            zeroed += not size and bool(value)
            off = size / factor - abs(value)
            wrong += off * off
            total += value * value
    return Loss(clipped / len(values), zeroed / len(values), math.sqrt(wrong / total))


def _scaled(
    encoding: Encoding, block: Block | None, scale: float, values: tuple[float, ...]
) -> Iterator[tuple[tuple[float, ...], float]]:
    """Parts of the values with the factor that each is multiplied by."""
    if block is None:
        yield values, scale
        return
    of_tensor = max(map(abs, values)) / (float(encoding.largest) * float(FLOATS["fp8_e4m3"].largest))
    for start in range(0, len(values), block.elements):
        part = values[start : start + block.elements]
        amax = max(map(abs, part))
        if block.scale == "E8M0":
            yield part, 2.0 ** (encoding.top_exponent - exponent_of(amax))
        else:
            stored = nearest(FLOATS["fp8_e4m3"], amax / float(encoding.largest) / of_tensor)
            # where the scale itself rounds to zero, so do the elements: any factor that small does
            yield part, 1 / (stored * of_tensor) if stored else 1e-300

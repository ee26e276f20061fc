"""The roofs of an accelerator: its peak rate in a format, its memory bandwidth and that of its L2 cache, and where they meet.

The roofline model: Williams, Waterman, Patterson, "Roofline: an insightful visual performance model for multicore
architectures", CACM 52(4), 2009. The ridge point is the arithmetic intensity at which both limits meet. A cache is a second,
steeper slope: Ilic, Pratas, Sousa, "Cache-aware Roofline model", IEEE Computer Architecture Letters 13(1), 2014.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from calculators.declare import Derived
from calculators.formula import formula
from calculators.peak_rate import known_peak
from calculators.records import Fact, MissingFact, Record
from calculators.schema import FORMATS
from calculators.units import Bytes, BytesPerSecond, Flop, FlopPerByte, FlopPerSecond, Hertz, Quantity, Seconds

_BINARY = 1024**2 / 1000**2  # cache sizes are counted in 1,024s, however they are printed


@formula("peak / bandwidth")
def ridge_point(peak: FlopPerSecond, bandwidth: BytesPerSecond) -> FlopPerByte:
    """Arithmetic intensity, in FLOP/byte, at which the peak rate and the memory bandwidth limit alike.

    H100 SXM, dense BF16: 989.4e12 / 3.352e12 = 295 FLOP/byte.
    """
    return FlopPerByte(peak / bandwidth)


@formula("flop / traffic")
def arithmetic_intensity(flop: Flop, traffic: Bytes) -> FlopPerByte:
    """Arithmetic per byte moved, in FLOP/byte. 4096 cubed in FP16: 137.4e9 / 100.7e6 = 1365 FLOP/byte."""
    return FlopPerByte(flop / traffic)


@formula("min(peak, intensity * bandwidth)")
def attainable(peak: FlopPerSecond, intensity: FlopPerByte, bandwidth: BytesPerSecond) -> FlopPerSecond:
    """Highest rate the roofline allows at an arithmetic intensity, in FLOP/s."""
    return FlopPerSecond(min(peak, intensity * bandwidth))


@formula("flop / rate")
def time_at(flop: Flop, rate: FlopPerSecond) -> Seconds:
    """Time for `flop` FLOP at `rate` FLOP/s, in seconds."""
    return Seconds(flop / rate)


@formula("per_clock * clock")
def cache_bandwidth(per_clock: Bytes, clock: Hertz) -> BytesPerSecond:
    """Bandwidth of a cache in bytes/s that delivers `per_clock` bytes in each clock. A100: 5120 * 1.41e9 = 7.22e12 bytes/s."""
    return BytesPerSecond(per_clock * clock)


def peak_fact(known: Mapping[str, Any]) -> Fact | Derived:
    """The peak of the chosen format: tensor cores where the GPU has them for it, else the vector units."""
    kind, gpu, sparsity = known["format"], known["gpu"], known["sparsity"]
    if known["accumulate"] == "fp16":
        return known_peak(gpu, f"{kind}_tensor_fp16_accumulate", sparsity)
    try:
        return known_peak(gpu, f"{kind}_tensor", sparsity)
    except MissingFact:
        if sparsity == "dense":
            with suppress(MissingFact):
                return known_peak(gpu, f"{kind}_vector")
        raise


def vector_peak(known: Mapping[str, Any]) -> Fact | Derived:
    """The dense peak of the vector units, which do what is no multiplication of matrices."""
    return known_peak(known["gpu"], f"{known['format']}_vector")


def formats_of(gpu: Record, sparsity: str, accumulate: str) -> list[str]:
    """The formats of which a peak of the accelerator is known, counted in this way."""
    found = []
    for kind in FORMATS:
        with suppress(MissingFact):
            peak_fact({"gpu": gpu, "format": kind, "sparsity": sparsity, "accumulate": accumulate})
            found.append(kind)
    return found


def cache_size(gpu: Record) -> Quantity:
    """The size of the L2 cache. Raises MissingFact with the recorded reason."""
    fact = gpu["memory.l2_cache"]
    return Quantity(fact.base * _BINARY, "MiB") if fact.unit == "MB" else fact.quantity


def cache_rate(gpu: Record) -> Derived:
    """What the L2 cache delivers when read at the boost clock. Raises MissingFact where either is not known."""
    per_clock, clock = gpu["memory.l2_read_per_clock"], gpu["compute.boost_clock"]
    rate = cache_bandwidth(per_clock=per_clock.base, clock=clock.base)
    how = f"{per_clock} read at the boost clock of {clock}."
    return Derived(Quantity(rate, "GB/s"), (per_clock, clock), how)

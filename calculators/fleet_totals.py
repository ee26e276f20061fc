"""What all GPUs of a fleet have together, what one job gets out of them, and what that is for a dollar or a joule.

Sums, quotients and no more: what a fleet costs is in `cost`, what a job reaches in `fleet_share`.
"""

from calculators.formula import formula
from calculators.units import (
    Bytes,
    BytesPerSecond,
    BytesPerSecondPerUsd,
    FlopPerJoule,
    FlopPerSecond,
    FlopPerUsd,
    Number,
    Usd,
    UsdPerSecond,
    Watts,
)


@formula("gpus * peak")
def summed_peak(gpus: Number, peak: FlopPerSecond) -> FlopPerSecond:
    """Peak rates of all GPUs added up, in FLOP/s. 8 A100 in BF16, dense: 8 * 312 = 2,496 TFLOPS."""
    return FlopPerSecond(gpus * peak)


@formula("gpus * memory")
def summed_memory(gpus: Number, memory: Bytes) -> Bytes:
    """Memory of all GPUs added up, in bytes: what fits only if it can be cut into pieces. 8 * 80 GB = 640 GB."""
    return Bytes(gpus * memory)


@formula("gpus * bandwidth")
def summed_bandwidth(gpus: Number, bandwidth: BytesPerSecond) -> BytesPerSecond:
    """Memory bandwidth of all GPUs added up, in bytes/s."""
    return BytesPerSecond(gpus * bandwidth)


@formula("gpus * power")
def summed_power(gpus: Number, power: Watts) -> Watts:
    """Power limits of all GPUs added up, in watts, without hosts and cooling."""
    return Watts(gpus * power)


@formula("peak * efficiency")
def usable(peak: FlopPerSecond, efficiency: Number) -> FlopPerSecond:
    """Rate that one job gets out of the whole fleet, in FLOP/s: the summed peak times the share that it reaches."""
    return FlopPerSecond(peak * efficiency)


@formula("other_usable / peak")
def efficiency_to_match(other_usable: FlopPerSecond, peak: FlopPerSecond) -> Number:
    """Share of its summed peak that a fleet must reach to do as much as the other; above 1, it cannot."""
    return Number(other_usable / peak)


@formula("usable / cost_rate")
def per_dollar(usable: FlopPerSecond, cost_rate: UsdPerSecond) -> FlopPerUsd:
    """Arithmetic done for a dollar, in FLOP/USD: the usable rate over what the fleet costs per time."""
    return FlopPerUsd(usable / cost_rate)


@formula("usable / power")
def per_watt(usable: FlopPerSecond, power: Watts) -> FlopPerJoule:
    """Arithmetic done for a joule, in FLOP/J: the usable rate over the power limits."""
    return FlopPerJoule(usable / power)


@formula("bandwidth / price")
def bandwidth_per_dollar(bandwidth: BytesPerSecond, price: Usd) -> BytesPerSecondPerUsd:
    """Memory bandwidth for each dollar of the purchase price. RTX 4090: 1008 GB/s / $1,600 = 0.63 GB/s per dollar."""
    return BytesPerSecondPerUsd(bandwidth / price)


@formula("fleet_cost / cost_each")
def same_cost(fleet_cost: UsdPerSecond, cost_each: UsdPerSecond) -> Number:
    """How many GPUs of one kind cost what a fleet of another costs."""
    return Number(fleet_cost / cost_each)

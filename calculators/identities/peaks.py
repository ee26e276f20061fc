"""A dense peak is units times arithmetic per clock times clock; formats of half the width have twice the rate."""

from collections.abc import Iterator
from fractions import Fraction

from calculators.identities.judge import Identity, judge
from calculators.records import Fact, Record
from calculators.schema import UNITS

# A rate of matrix units against another of the same card, as halving the width of the operands would have it.
_LADDER = (
    ("bf16_tensor", "fp16_tensor", Fraction(1), "the FP16 rate"),
    ("tf32_tensor", "fp16_tensor", Fraction(1, 2), "FP16 rate ÷ 2"),
    ("fp8_tensor", "fp16_tensor", Fraction(2), "2 × FP16 rate"),
    ("fp8_tensor_fp16_accumulate", "fp16_tensor_fp16_accumulate", Fraction(2), "2 × FP16 rate with FP16 accumulate"),
    ("fp4_tensor", "fp8_tensor", Fraction(2), "2 × FP8 rate"),
    ("int4_tensor", "int8_tensor", Fraction(2), "2 × INT8 rate"),
)


def units_of(record: Record, rate: Fact) -> Fact | None:
    """The count of the units that a rate per clock is about: FLOP/clock/SM is about SMs."""
    counted = rate.unit.rpartition("/")[2]
    keys = [f"compute.{key}" for key, (_, unit) in UNITS.items() if unit == counted]
    return next((record[key] for key in keys if key in record), None)


def clock_of(record: Record, key: str) -> Fact | None:
    """The clock at which the peak of a format is quoted."""
    return record.facts.get(f"peak_clock.{key}") or record.facts.get("peak_clock.default")


def dense(record: Record) -> Iterator[Identity]:
    """Units × arithmetic per clock and unit × clock."""
    for key, rate in record.section("rate").items():
        units, clock = units_of(record, rate), clock_of(record, key)
        if f"peak.{key}" in record and units and clock:
            equation = f"{units.label} × arithmetic per clock of each × clock"
            yield judge(record[f"peak.{key}"], equation, rounded=(clock,), counted=(units, rate))


def sparse(record: Record) -> Iterator[Identity]:
    """A 2:4 sparse peak is twice the dense one, or twice what units and clock give where the dense one is not printed."""
    for key, printed in record.section("peak_sparse").items():
        if f"peak.{key}" in record:
            yield judge(printed, "2 × dense peak", rounded=(record[f"peak.{key}"],), constant=2)
            yield judge(record[f"peak.{key}"], "2:4 sparse peak ÷ 2", rounded=(printed,), constant=Fraction(1, 2))
            continue
        rate, clock = record.facts.get(f"rate.{key}"), clock_of(record, key)
        units = units_of(record, rate) if rate else None
        if rate and units and clock:
            equation = f"2 × {units.label} × arithmetic per clock of each × clock"
            yield judge(printed, equation, rounded=(clock,), counted=(units, rate), constant=2)


def ladder(record: Record) -> Iterator[Identity]:
    """Operands of half the width go through the matrix units twice as fast."""
    for key, of, factor, equation in (*_LADDER, _int8(record)):
        if f"peak.{key}" in record and f"peak.{of}" in record:
            yield judge(record[f"peak.{key}"], equation, rounded=(record[f"peak.{of}"],), constant=factor)


def _int8(record: Record) -> tuple[str, str, Fraction, str]:
    # Where FP32 sums halve the FP16 rate (GeForce), integers go at twice the full one.
    full = "fp16_tensor_fp16_accumulate"
    if f"peak.{full}" in record:
        return "int8_tensor", full, Fraction(2), "2 × FP16 rate with FP16 accumulate"
    return "int8_tensor", "fp16_tensor", Fraction(2), "2 × FP16 rate"

"""Cores are units times cores per unit; transistors on the die area give a density that the process can reach."""

import re
from collections.abc import Iterator
from fractions import Fraction

from calculators.identities.judge import Identity, exact, judge
from calculators.records import Record
from calculators.units import Quantity

_CORES = (
    ("cuda_cores", "sm_count", "cuda_cores_per_sm"),
    ("tensor_cores", "sm_count", "tensor_cores_per_sm"),
    ("stream_processors", "cu_count", "stream_processors_per_cu"),
    ("matrix_cores", "cu_count", "matrix_cores_per_cu"),
    ("xmx_engines", "xe_core_count", "xmx_engines_per_xe_core"),
)
# Millions of transistors per mm² that chips of a process have: wide enough for all of them, too narrow for a slipped digit.
_DENSITY = (
    (r"\b(16|12)\b", 20, 30),
    (r"\b8N?\b|\b10\b", 30, 60),
    (r"\b7\b|\bN7\b|\bN6\b|\b6\b", 30, 80),
    (r"\b[45]\b|\b[45]NP?\b|\bN[45]P?\b", 60, 160),
    (r"\b3\b|\bN3[EPB]?\b", 80, 300),
)


def cores(record: Record) -> Iterator[Identity]:
    """Units × cores per unit; CUDA cores also follow from the FP32 rate, one multiply-add each per clock."""
    for total, units, per_unit in _CORES:
        found = [record.facts.get(f"compute.{key}") for key in (total, units, per_unit)]
        if all(found):
            yield judge(
                found[0], f"{found[1].label} × {found[2].label[0].lower()}{found[2].label[1:]}", counted=(found[1], found[2])
            )
    keys = ("compute.cuda_cores", "compute.sm_count", "rate.fp32_vector")
    if all(key in record for key in keys):
        target, sms, rate = (record[key] for key in keys)
        yield judge(target, "SMs × FP32 operations per clock ÷ 2", counted=(sms, rate), constant=Fraction(1, 2))


def density(record: Record) -> Iterator[Identity]:
    """Transistors ÷ die area lies where the process puts it. A slipped digit does not; a right value is not proven by it."""
    keys = ("identity.transistors", "identity.die_area", "identity.process")
    if not all(key in record for key in keys):
        return
    transistors, area, process = (record[key] for key in keys)
    band = next(((low, high) for pattern, low, high in _DENSITY if re.search(pattern, str(process))), None)
    if band:
        per_mm2 = exact(transistors) / exact(area) / 10**12
        equation = (
            f"{band[0]} to {band[1]} million per mm² are usual for {process}, and this is {float(per_mm2):.0f}; transistors"
        )
        holds = band[0] <= per_mm2 <= band[1]
        yield Identity(transistors, equation, (area,), Quantity.of(transistors.value, transistors.unit), holds, weak=True)

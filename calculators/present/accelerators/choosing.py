"""Which inputs make a calculator use exactly one peak of an accelerator."""

from calculators import call
from calculators.records import Fact


def kind_and_unit(peak: Fact) -> tuple[str, str]:
    """('fp16', 'tensor_fp16_accumulate') of the fact peak.fp16_tensor_fp16_accumulate."""
    kind, _, unit = peak.key.partition(".")[2].partition("_")
    return kind, unit


def choosing(peak: Fact) -> dict[str, str]:
    """Inputs with which `roofline` and `balance` use this peak: its format, and the rate itself where they would take another."""
    kind, unit = kind_and_unit(peak)
    inputs = {"gpu": peak.record, "format": kind} | ({"accumulate": "fp16"} if unit.endswith("_accumulate") else {})
    chosen = call.run("roofline", inputs).values["peak"].fact
    return inputs if chosen == peak else inputs | {"peak": f"{peak.value} {peak.unit}"}

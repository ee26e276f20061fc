"""Which inputs make a calculator use exactly one peak of an accelerator."""

from calculators import call
from calculators.declare import Derived
from calculators.records import Fact, Record


def kind_and_unit(key: str) -> tuple[str, str]:
    """('fp16', 'tensor_fp16_accumulate') of fp16_tensor_fp16_accumulate."""
    kind, _, unit = key.partition("_")
    return kind, unit


def choosing(gpu: Record, key: str, peak: Fact | Derived) -> dict[str, str]:
    """Inputs with which `roofline` and `balance` use this peak: its format, and the rate itself where they would take another."""
    kind, unit = kind_and_unit(key)
    inputs = {"gpu": gpu.slug, "format": kind} | ({"accumulate": "fp16"} if unit.endswith("_accumulate") else {})
    chosen = call.run("roofline", inputs).values["peak"]
    if peak in (chosen.fact, chosen.derived):
        return inputs
    printed = f"{peak.value} {peak.unit}" if isinstance(peak, Fact) else f"{peak.quantity.to('TFLOPS'):.6g} TFLOPS"
    return inputs | {"peak": printed}

"""Rooflines of cards, and where the operations of a language model lie under one of them."""

from typing import Any

from calculators import call
from calculators.present.chart import Axis, Chart, Mark, Series, figure
from calculators.present.html import Html
from calculators.present.roofline_chart import Roof

_CARDS = {"h100-sxm5-80gb": "H100 SXM", "a100-sxm4-80gb": "A100 SXM", "rtx-4090": "RTX 4090"}
_LOW, _HIGH = 0.1, 10_000.0
_X = Axis("Arithmetic intensity", "FLOP/byte", log=True)
_Y = Axis("Rate", "TFLOPS", log=True)
_OPERATIONS = {
    "Addition of two tensors": {"workload": "elementwise", "reads": 2},
    "A layer of Llama 3.1 8B, batch 1": {"workload": "layer", "model": "llama-3.1-8b", "batch": 1},
    "The same, batch 64": {"workload": "layer", "model": "llama-3.1-8b", "batch": 64},
    "Attention of a prompt": {"workload": "prefill", "sequence": 4096},
}


def _roof(gpu: str) -> Roof:
    run = call.run("roofline", {"gpu": gpu})
    return Roof(_CARDS[gpu], run.inputs.peak, run.inputs.bandwidth, None)


def _line(gpu: str, role: str) -> Series:
    roof = _roof(gpu)
    return Series(roof.name, roof.line(_LOW, _HIGH, roof.bandwidth), role)


def cards() -> Html:
    """The roofs of a data-center card, its predecessor and a consumer card, with the ridge point of each."""
    roofs = [call.run("roofline", {"gpu": gpu}) for gpu in _CARDS]
    marks = (Mark(f"Ridge, {run.inputs.gpu.short}", run.result.ridge_point, run.inputs.peak / 1e12) for run in roofs)
    return figure(
        Chart(
            title="Rooflines in BF16, dense",
            description="Each roof rises with the memory bandwidth and ends flat at the peak. The ridge is where they meet. The "
            "H100 is above the other two everywhere, and needs the most arithmetic per byte to reach its peak.",
            x=_X,
            y=_Y,
            series=tuple(_line(gpu, role) for gpu, role in zip(_CARDS, "abc", strict=True)),
            marks=tuple(marks),
        ),
        "roofline-cards",
    )


def operations() -> Html:
    """Operations of a language model under the roof of an H100."""

    def mark(label: str, inputs: dict[str, Any]) -> Mark:
        result = call.run("roofline", {"gpu": "h100-sxm5-80gb", **inputs}).result
        return Mark(label, result.intensity, result.attainable / 1e12)

    return figure(
        Chart(
            title="Operations of a language model under the roof of an H100 (BF16)",
            description="Elementwise work and a layer that decodes one sequence lie on the slope, where memory limits them. A "
            "larger batch moves the layer up the slope. The attention of a prompt lies under the flat part.",
            x=_X,
            y=_Y,
            series=(_line("h100-sxm5-80gb", "a"),),
            marks=tuple(mark(label, inputs) for label, inputs in _OPERATIONS.items()),
        ),
        "roofline-operations",
    )

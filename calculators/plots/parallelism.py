"""What tensor parallelism gives, over the number of GPUs: large and small messages, fast and slow links."""

from calculators import call
from calculators.present.chart import Axis, Chart, Series, figure
from calculators.present.html import Html

_GPUS = (1, 2, 4, 8)
_CARDS = {"H100, NVLink": ("h100-sxm5-80gb", "links"), "RTX 4090, PCIe": ("rtx-4090", "pcie")}
_STEPS = {"prompt of 8,192": ("prefill", 8192), "decoding": ("decode", 1)}


def efficiency_by_gpus() -> Html:
    """Efficiency over GPUs for a long prompt and for one sequence that is decoded, on two kinds of cards."""

    def points(gpu: str, path: str, phase: str, tokens: int) -> tuple[tuple[float, float], ...]:
        inputs = {"gpu": gpu, "path": path, "model": "llama-2-70b", "phase": phase, "tokens": tokens, "gpus": 2}
        swept = call.run("parallel_efficiency", inputs).sweep("gpus", _GPUS)
        return tuple((gpus, result.efficiency * 100) for gpus, result in swept)

    lines = [
        (f"{card}, {step}", points(gpu, path, phase, tokens))
        for card, (gpu, path) in _CARDS.items()
        for step, (phase, tokens) in _STEPS.items()
    ]
    return figure(
        Chart(
            title="Efficiency of tensor parallelism: Llama 2 70B in BF16, all-reduce around a ring",
            description="With a long prompt the messages are large, and the faster link keeps more of the efficiency. While "
            "decoding they are tiny, and waiting takes a share that grows with the number of GPUs. It is larger on the faster "
            "card, whose work is over sooner.",
            x=Axis("GPUs", "", log=True, base=2),
            y=Axis("Efficiency", "%", low=0, high=100),
            series=tuple(Series(label, line, role) for (label, line), role in zip(lines, "abcd", strict=True)),
        ),
        "parallelism-efficiency",
    )

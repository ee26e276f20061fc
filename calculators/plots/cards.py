"""What a 70B model takes by format and context, against what cards hold."""

from calculators import call
from calculators.present.chart import Axis, Chart, Series, figure
from calculators.present.html import Html

_MODEL = "llama-3.1-70b"
_FORMATS = (("BF16", "bf16", "linear", "a"), ("FP8", "fp8", "linear", "b"), ("Q4_K_M", "q4_k_m", "everything", "c"))
_HOLD = (
    ("One RTX 4090", "rtx-4090", 1),
    ("Two RTX 4090", "rtx-4090", 2),
    ("One H100", "h100-sxm5-80gb", 1),
    ("One H200", "h200-sxm-141gb", 1),
    ("Two H100", "h100-sxm5-80gb", 2),
)
_CONTEXTS = tuple(2**power for power in range(10, 18))
_GIGA = 1e9


def seventy_by_context() -> Html:
    """Weights, cache and overhead of one request to a 70B model, by context length, with the memory of cards as limits."""

    def total(weights: str, scope: str) -> tuple[tuple[float, float], ...]:
        inputs = {"gpu": "h100-sxm5-80gb", "gpus": "1", "model": _MODEL, "weights": weights, "scope": scope}
        run = call.run("memory_fit", inputs)
        return tuple((context, result.total / _GIGA) for context, result in run.sweep("context", _CONTEXTS))

    def held(gpu: str, gpus: int) -> tuple[tuple[float, float], ...]:
        run = call.run("memory_fit", {"gpu": gpu, "gpus": str(gpus), "model": _MODEL})
        return tuple((context, run.result.capacity / _GIGA) for context in _CONTEXTS)

    return figure(
        Chart(
            title="Llama 3.1 70B, one request: memory by context length, and what cards hold",
            description="In Q4_K_M the model fits two RTX 4090 with short contexts and one H100 with long ones. In FP8 it fits "
            "one H100 with contexts of some ten thousand tokens. In BF16 it needs an H200, or two H100, which leave more "
            "room for long contexts. No format shown fits one RTX 4090.",
            x=Axis("Context length", "tokens", log=True, base=2),
            y=Axis("Weights, KV cache and overhead", "GB", low=0),
            series=(
                *(Series(name, total(weights, scope), role) for name, weights, scope, role in _FORMATS),
                *(Series(name, held(gpu, gpus), "limit") for name, gpu, gpus in _HOLD),
            ),
        ),
        "cards-seventy-by-context",
    )

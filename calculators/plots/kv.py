"""How the KV cache grows with the context, and how it stands beside the weights on a card."""

from calculators import call
from calculators.present.chart import Axis, Bar, Bars, Chart, Limit, Segment, Series, figure
from calculators.present.html import Html

_CONTEXTS = tuple(2**power for power in range(10, 18))
_GROWING = {
    "llama-2-7b": "Llama 2 7B (MHA)",
    "llama-3.1-70b": "Llama 3.1 70B (GQA)",
    "llama-3.1-8b": "Llama 3.1 8B (GQA)",
    "gemma-3-27b": "Gemma 3 27B (windows)",
    "deepseek-v3": "DeepSeek-V3 (MLA)",
}
_CASES = {
    "7B, FP16, one sequence": {"model": "llama-2-7b", "batch": 1},
    "7B, FP16, 32 sequences": {"model": "llama-2-7b", "batch": 32},
    "70B, INT4, one sequence": {"model": "llama-2-70b", "weights": "int4-g128", "batch": 1},
    "70B, INT4, 32 sequences": {"model": "llama-2-70b", "weights": "int4-g128", "batch": 32},
    "70B, FP16, one sequence": {"model": "llama-2-70b", "batch": 1},
}


def growth() -> Html:
    """The cache of one sequence over its length, for models of different kinds of attention."""

    def points(model: str) -> tuple[tuple[float, float], ...]:
        run = call.run("kv_cache", {"model": model})
        return tuple((context, result.per_sequence / 1e9) for context, result in run.sweep("context", _CONTEXTS))

    models = zip(_GROWING.items(), "abcde", strict=True)
    return figure(
        Chart(
            title="KV cache of one sequence, in 16 bits",
            description="The cache grows in proportion to the context. At equal length a small model of the older kind takes "
            "more than a model ten times its size with grouped heads; a latent takes least of all at first. Sliding windows bend "
            "the line down once the context is longer than the window.",
            x=Axis("Tokens of the sequence", "", log=True, base=2),
            y=Axis("KV cache", "GB", log=True),
            series=tuple(Series(label, points(model), role) for (model, label), role in models),
        ),
        "kv-growth",
    )


def beside_weights() -> Html:
    """Weights, cache and overhead of common cases against the memory of an H100."""

    def bar(label: str, inputs: dict[str, str | int]) -> Bar:
        fit = call.run("memory_fit", {"gpu": "h100-sxm5-80gb", "gpus": 1, "context": 4096, **inputs}).result
        parts = (("Weights", fit.weights, "a"), ("KV cache", fit.kv_cache, "b"), ("Overhead", fit.overhead, "c"))
        return Bar(label, tuple(Segment(name, size / 1e9, role) for name, size, role in parts))

    room = call.run("memory_fit", {"gpu": "h100-sxm5-80gb", "gpus": 1}).result.capacity
    return figure(
        Bars(
            title="Llama 2 on one H100, 4,096 tokens per sequence",
            description="Of a small model the cache of a full batch takes several times what the weights take. Of a large model "
            "the weights take most. In FP16 the large model is over the memory of the card before it has read a token.",
            x=Axis("Memory", "GB"),
            bars=tuple(bar(label, inputs) for label, inputs in _CASES.items()),
            limit=Limit("H100, as the driver reports it", room / 1e9),
        ),
        "kv-beside-weights",
    )

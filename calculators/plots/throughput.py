"""How many tokens a second one card can decode, by batch and by how weights are stored and multiplied."""

from calculators import call
from calculators.present.chart import Axis, Chart, Series, figure
from calculators.present.html import Html

_BATCHES = (1, 2, 4, 8, 16, 32, 64, 96, 128, 160, 192, 256, 320, 384, 448, 512)
_CARDS = (
    ("H100, FP8 with its cache", {"gpu": "h100-sxm5-80gb", "weights": "fp8", "compute": "fp8", "kv": "fp8"}, "a"),
    ("H100, BF16", {"gpu": "h100-sxm5-80gb", "weights": "bf16", "compute": "bf16"}, "b"),
    ("A100, INT8 weights", {"gpu": "a100-sxm4-80gb", "weights": "int8", "compute": "bf16"}, "c"),
    ("A100, BF16", {"gpu": "a100-sxm4-80gb", "weights": "bf16", "compute": "bf16"}, "d"),
)


def by_batch() -> Html:
    """The bound on tokens per second of Llama 3.1 8B, by batch, as far as the cache fits."""
    return figure(
        Chart(
            title="Most tokens per second from one card, by batch: Llama 3.1 8B, contexts of 1,024 tokens",
            description="Tokens per second rise nearly in proportion to a small batch, since the weights are read once for all. "
            "They level off as the caches of the batch come to be most of what is read.",
            x=Axis("Batch", "sequences", log=True, base=2),
            y=Axis("Tokens per second, at most", "tokens/s", log=True),
            series=tuple(Series(label, _rates(card), role) for label, card, role in _CARDS),
        ),
        "throughput-by-batch",
    )


def _rates(card: dict[str, str]) -> tuple[tuple[float, float], ...]:
    run = call.run("decode", {"gpus": 1, "model": "llama-3.1-8b", "context": 1024, **card})
    return tuple((float(batch), result.token_rate) for batch, result in run.sweep("batch", _BATCHES))

"""What a language model does in its two phases: decoding by batch, reading a prompt by chunk."""

from calculators import call
from calculators.present.chart import Axis, Chart, Series, figure
from calculators.present.html import Html

# An example of a common kind: a model that leaves most of the card's memory to the cache.
_SERVED = {"gpu": "h100-sxm5-80gb", "gpus": 1, "model": "llama-3.1-8b"}
_BATCHES = tuple(2**power for power in range(10))
_CHUNKS = tuple(2**power for power in range(5, 14))
_CROWDS = (1, 2, 4, 8, 16, 32, 64, 96, 128, 160, 192, 256, 320, 384, 448, 512, 576)


def by_batch() -> Html:
    """Tokens per second of all sequences and of each one, over the batch, up to what fits."""
    run = call.run("decode", {**_SERVED, "context": 1024})
    points = run.sweep("batch", _BATCHES)
    return figure(
        Chart(
            title="Decoding by batch: Llama 3.1 8B on an H100, 1,024 tokens per sequence",
            description="The rate of the whole batch rises nearly in proportion at first and levels off as the KV caches come to "
            "outweigh the weights. The rate of each sequence falls slowly at first, then in proportion.",
            x=Axis("Sequences decoded together", "", log=True, base=2),
            y=Axis("Output rate, at most", "tokens/s", log=True),
            series=(
                Series("All sequences", tuple((batch, result.token_rate) for batch, result in points), "a"),
                Series("Each sequence", tuple((batch, result.rate_per_sequence) for batch, result in points), "b"),
            ),
        ),
        "inference-by-batch",
    )


def by_chunk() -> Html:
    """Time to read a long prompt, by arithmetic and by memory, over the size of its chunks."""
    run = call.run("prefill", {**_SERVED, "prompt": 32768})
    points = run.sweep("chunk", _CHUNKS)
    return figure(
        Chart(
            title="A prompt of 32,768 tokens in chunks: Llama 3.1 8B on an H100",
            description="Multiplying takes the same time whatever the chunk. Reading takes longer the smaller the chunks are, "
            "since each of them reads all weights again; below about two hundred tokens it decides.",
            x=Axis("Tokens of a chunk", "", log=True, base=2),
            y=Axis("Time, at least", "ms", log=True),
            series=(
                Series("To multiply", tuple((chunk, result.arithmetic_time * 1e3) for chunk, result in points), "a"),
                Series("To move bytes", tuple((chunk, result.memory_time * 1e3) for chunk, result in points), "b"),
            ),
        ),
        "inference-by-chunk",
    )


def lead_by_batch() -> Html:
    """How far the H100 leads the A100 in decoding, over the batch, for contexts of several lengths."""
    return figure(
        Chart(
            title="How far four H100s lead four A100s when decoding Llama 2 70B in FP16",
            description="The lead stays at the ratio of the bandwidths until the A100s run out of arithmetic. It climbs later "
            "when contexts are longer, and the line ends where the batch no longer fits.",
            x=Axis("Batch size", "sequences", log=True, base=2),
            y=Axis("Tokens per second, H100 over A100", "×"),
            series=(
                Series("512-token contexts", _leads(512), "a"),
                Series("1,024-token contexts", _leads(1024), "b"),
                Series("2,048-token contexts", _leads(2048), "c"),
            ),
        ),
        "inference-lead",
    )


def _leads(context: int) -> tuple[tuple[int, float], ...]:
    """How many times as fast four H100s decode as four A100s, by batch, as long as the batch fits both."""
    a100, h100 = (
        dict(call.run("decode", {"gpu": gpu, "gpus": 4, "context": context}).sweep("batch", _CROWDS))
        for gpu in ("a100-sxm4-80gb", "h100-sxm5-80gb")
    )
    return tuple((batch, h100[batch].token_rate / a100[batch].token_rate) for batch in _CROWDS if batch in a100 and batch in h100)

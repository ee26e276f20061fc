"""What a token costs by batch on a data-center and on a consumer card, and what a dollar buys for each kind of work."""

from calculators import call, facts
from calculators.present.chart import Axis, Bar, Bars, Chart, Limit, Mark, Segment, Series, figure
from calculators.present.html import Html

# Offers of one marketplace in one month, so that they compare.
_RENTS = {"h100-sxm5-80gb": "vast-h100-2026-08", "rtx-4090": "vast-rtx-4090-2026-08"}
_SERVED = {"gpus": 1, "model": "llama-3.1-8b", "context": 1024}
_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
_MILLION = 1e6


def _rent(gpu: str) -> float:
    """USD per second of one card, from its recorded offer."""
    return facts.load().prices[_RENTS[gpu]].each.base


def _most(gpu: str) -> int:
    return int(call.run("memory_fit", {**_SERVED, "gpu": gpu}).result.max_batch)


def costs(gpu: str) -> list[tuple[float, float]]:
    """USD per million tokens by batch, at the bandwidth bound, up to the largest batch that fits."""
    most = _most(gpu)
    run = call.run("decode", {**_SERVED, "gpu": gpu})
    batches = [*(batch for batch in _BATCHES if batch < most), most]
    return [(batch, _rent(gpu) / result.token_rate * _MILLION) for batch, result in run.sweep("batch", batches)]


def crossing() -> tuple[float, float] | None:
    """The first batch at which the H100's token costs no more than the RTX 4090's at the largest batch of that card."""
    least = costs("rtx-4090")[-1][1]
    run = call.run("decode", {**_SERVED, "gpu": "h100-sxm5-80gb"})
    every = run.sweep("batch", range(1, _most("h100-sxm5-80gb") + 1))
    priced = ((batch, _rent("h100-sxm5-80gb") / result.token_rate * _MILLION) for batch, result in every)
    return next(((batch, cost) for batch, cost in priced if cost <= least), None)


def by_batch() -> Html:
    """Cost per million tokens over the batch on both cards, with the batch from which the H100 is the cheaper one."""
    crossed = crossing()
    return figure(
        Chart(
            title="Cost of a million output tokens by batch: Llama 3.1 8B, 1,024 tokens per sequence",
            description="At equal batches the RTX 4090 makes the cheaper token. Its memory is full first. With a batch that only "
            "the H100 holds, its token gets below the least that the RTX 4090 can reach, if the two lines cross at all.",
            x=Axis("Sequences decoded together", "", log=True, base=2),
            y=Axis("Cost, at least", "USD per million tokens", log=True),
            series=(
                Series("H100 SXM", tuple(costs("h100-sxm5-80gb")), "a"),
                Series("RTX 4090", tuple(costs("rtx-4090")), "b"),
            ),
            marks=(Mark("H100 cheaper from here", *crossed),) if crossed else (),
        ),
        "cost-by-batch",
    )


def per_dollar() -> Html:
    """What a dollar of rent buys on an H100, over what it buys on an RTX 4090, by kind of work."""
    work = {gpu: _work(gpu) for gpu in _RENTS}
    ratios = {name: work["h100-sxm5-80gb"][name] / work["rtx-4090"][name] for name in work["rtx-4090"]}
    return figure(
        Bars(
            title="H100 over RTX 4090, per dollar of rent",
            description="Below one the RTX 4090 gives more for a dollar, above one the H100 does. The RTX 4090 leads for a "
            "single user and in memory, the H100 where its memory allows a larger batch; for prompts they are about even.",
            x=Axis("Work per dollar, RTX 4090 as one", "×"),
            bars=tuple(Bar(name, (Segment("H100 per dollar", ratio, "a"),)) for name, ratio in ratios.items()),
            limit=Limit("Equal", 1),
        ),
        "cost-per-dollar",
    )


def _work(gpu: str) -> dict[str, float]:
    """Work per dollar, by name."""
    rent = _rent(gpu)
    one = call.run("decode", {**_SERVED, "gpu": gpu}).result
    full = call.run("decode", {**_SERVED, "gpu": gpu, "batch": _most(gpu)}).result
    prompt = call.run("prefill", {"gpu": gpu, "gpus": 1, "model": "llama-3.1-8b", "prompt": 4096}).result
    capacity = call.run("memory_fit", {**_SERVED, "gpu": gpu}).result.capacity
    return {
        "Decoding, one sequence": one.token_rate / rent,
        "Decoding, as many as fit": full.token_rate / rent,
        "Reading prompts, BF16": prompt.prompt_rate / rent,
        "Memory held": capacity / rent,
    }

"""Consumer cards against a data-center card, by what the same money buys, and what each device at home decodes."""

from dataclasses import dataclass

from calculators import call, facts
from calculators.present.chart import Axis, Bar, Bars, Segment, figure
from calculators.present.html import Html

_H100, _4090 = "h100-sxm5-80gb", "rtx-4090"
_7B, _70B = "llama-2-7b", "llama-2-70b"
_CONTEXT, _LONG = 512, 4096
_PRICES = ("s1-039", "s1-040")  # of the H100 and the RTX 4090, in the comparison that the pages with these charts check
_HOME = ("rtx-3090", _4090, "rtx-5090", "apple-m4-max", "apple-m3-ultra", "dgx-spark")


@dataclass(frozen=True)
class _Lead:
    """How many times as much work one group of cards does as the other, and how many cards each has."""

    workload: str
    h100: float
    rtx_4090: float
    h100_cards: int = 1
    rtx_4090_cards: int = 1


def _peak(gpu: str, kind: str) -> float:
    return facts.load().record(gpu)[f"peak.{kind}"].base


def _decode(gpu: str, gpus: int, model: str, **inputs: object) -> float:
    given = {"gpu": gpu, "gpus": gpus, "model": model, "context": _CONTEXT, **inputs}
    return call.run("decode", {name: str(value) for name, value in given.items()}).result.token_rate


def _full(gpu: str) -> float:
    """The token rate of the 7B model at the largest batch of long contexts that the card holds."""
    inputs = {"gpu": gpu, "gpus": "1", "model": _7B, "context": str(_LONG)}
    batch = call.run("memory_fit", inputs).result.max_batch
    return _decode(gpu, 1, _7B, context=_LONG, batch=int(batch))


def _leads() -> tuple[_Lead, ...]:
    small = {"weights": "int4-g128", "batch": 16}
    return (
        _Lead("Decode 7B FP16, one request", _decode(_H100, 1, _7B), _decode(_4090, 1, _7B)),
        _Lead(f"Decode 7B FP16, fullest batch of {_LONG:,} tokens", _full(_H100), _full(_4090)),
        _Lead("Prefill in FP16", _peak(_H100, "fp16_tensor"), _peak(_4090, "fp16_tensor")),
        _Lead("Prefill in FP8", _peak(_H100, "fp8_tensor"), _peak(_4090, "fp8_tensor")),
        _Lead(
            "Decode 70B INT4, batch 16: one H100, two 4090",
            _decode(_H100, 1, _70B, **small),
            _decode(_4090, 2, _70B, exchange="pcie", **small),
            rtx_4090_cards=2,
        ),
        _Lead(
            "Decode 70B FP16, batch 32: two H100, eight 4090",
            _decode(_H100, 2, _70B, batch=32, exchange="links"),
            _decode(_4090, 8, _70B, batch=32, exchange="pcie"),
            h100_cards=2,
            rtx_4090_cards=8,
        ),
        _Lead("FP64 matrices", _peak(_H100, "fp64_tensor"), _peak(_4090, "fp64_vector")),
    )


def per_dollar() -> Html:
    """Work per dollar of purchase price by workload, the RTX 4090 over the H100; hosts and electricity left out."""
    h100, rtx_4090 = (_in_circulation(entry) for entry in _PRICES)
    bars = []
    for lead in _leads():
        ratio = lead.rtx_4090 / (lead.rtx_4090_cards * rtx_4090) / (lead.h100 / (lead.h100_cards * h100))
        name, role = ("RTX 4090 ahead", "a") if ratio > 1 else ("H100 ahead", "b")
        bars.append(Bar(lead.workload, (Segment(name, round(ratio, 2), role),)))
    return figure(
        Bars(
            title=f"Work per dollar, RTX 4090 (${rtx_4090:,.0f}) over H100 (${h100:,.0f}), at the bounds",
            description="The RTX 4090 does more per dollar wherever the work fits it, most in decoding and least where eight "
            "cards exchange partial results over PCIe or where a small memory keeps its batch small. In FP64 the H100 does. What "
            "the cards are put into, and the electricity, are left out.",
            x=Axis("Per dollar, RTX 4090 over H100; equal at 1", "×"),
            bars=tuple(bars),
        ),
        "consumer-per-dollar",
    )


def _in_circulation(entry: str) -> float:
    return float(facts.load().audit[entry].value[0])


def cards_for_one() -> Html:
    """What as many RTX 4090 as one H100 costs add up to, as multiples of that H100."""
    run = call.run("fleet", {"a": _H100, "b": _4090})
    found, cards = run.result, int(run.inputs.b_gpus)
    sums = (
        ("Memory bandwidth", found.b_bandwidth / found.a_bandwidth),
        ("Memory", found.b_memory / found.a_memory),
        ("FP16 arithmetic", found.b_peak / found.a_peak),
        ("Power", found.b_power / found.a_power),
        ("Failures to expect", found.b_failures / found.a_failures),
        ("Link of each card, one way", found.b_link / found.a_link),
    )
    return figure(
        Bars(
            title=f"{cards} RTX 4090 against one H100, for about the same price",
            description="The sums of memory, bandwidth and arithmetic are several times those of one H100, and so are power and "
            "failures. The link of each card is a small fraction.",
            x=Axis("Sum over the cards, one H100 = 1", "×"),
            bars=tuple(Bar(name, (Segment("RTX 4090 over H100", round(value, 2), "a"),)) for name, value in sums),
        ),
        "consumer-cards-for-one",
    )


def at_home() -> Html:
    """The most tokens per second of an 8B model in four bits that the memory of each device allows."""
    base = facts.load()
    rates = [
        (base.record(gpu).short, _decode(gpu, 1, "llama-3.1-8b", weights="q4_k_m", scope="everything", context=_LONG))
        for gpu in _HOME
    ]
    return figure(
        Bars(
            title=f"Llama 3.1 8B in Q4_K_M, one request of {_LONG:,} tokens: the bound by bandwidth",
            description="The bound follows the memory bandwidth alone: highest on the RTX 5090, lowest on the DGX Spark.",
            x=Axis("At most", "tokens/s"),
            bars=tuple(Bar(name, (Segment("Tokens per second", round(rate), "a"),)) for name, rate in rates),
        ),
        "consumer-at-home",
    )

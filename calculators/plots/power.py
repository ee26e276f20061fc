"""Power and what it buys: arithmetic per watt, the rate under a power cap, several cards on one circuit."""

from calculators import call, facts
from calculators.present.chart import Axis, Bar, Bars, Chart, Segment, Series, figure
from calculators.present.html import Html
from calculators.records import Record

_CARDS = ("b200-sxm-180gb", "h100-sxm5-80gb", "h100-pcie-80gb", "a100-pcie-80gb", "a100-sxm4-80gb", "l4",
          "rtx-5090", "rtx-4090", "rtx-3090")  # fmt: skip
_TERA = 1e12
_CAPPED = "rtx-4090"
_SHARES = tuple(share / 100 for share in range(40, 101, 5))
_IN_BOX = tuple(range(1, 9))


def per_watt() -> Html:
    """Dense FP16 peaks, summed in FP32, over the power limit."""
    cards = [facts.load().accelerators[slug] for slug in _CARDS]
    return figure(
        Bars(
            title="Dense FP16 arithmetic per watt of the power limit",
            description="The B200 leads, the PCIe cards of a generation lie ahead of its SXM modules, and GeForce cards reach "
            "about a quarter of the SXM modules of their time, or less.",
            x=Axis("Peak over power limit", "TFLOPS/W"),
            bars=tuple(
                Bar(
                    gpu.short,
                    (Segment("FP16", gpu["peak.fp16_tensor"].quantity.base / _TERA / gpu["power.tdp"].quantity.base, "a"),),
                )
                for gpu in cards
            ),
        ),
        "power-per-watt",
    )


def _fp16(gpu: Record) -> float:
    return gpu["peak.fp16_tensor"].quantity.base / _TERA


def capped() -> Html:
    """What share of the rated peak the cube law leaves under a power cap, by the share of the power limit."""

    def rates(slug: str) -> tuple[tuple[float, float], ...]:
        run = call.run("sustained_rate", {"gpu": slug, "format": "fp16", "box": "unlimited", "cards": "1"})
        full = facts.load().accelerators[slug]["power.tdp"].quantity.base
        limits = run.sweep("limit", [share * full for share in _SHARES])
        return tuple((100 * limit / full, 100 * result.clock_share) for limit, result in limits)

    return figure(
        Chart(
            title="Under a power cap: clock, and with it the arithmetic",
            description="The curve is flat at the right: the last fifth of the power buys less than a tenth of the clock. It "
            "steepens towards low power, where the part that does not follow the clock takes most of it.",
            x=Axis("Power cap, of the power limit", "%"),
            y=Axis("Clock, of the rated one", "%", low=0, high=100),
            series=(Series("By the cube law", rates(_CAPPED), "a"),),
        ),
        "power-capped",
    )


def in_a_box() -> Html:
    """RTX 4090s on one circuit: what all of them do together, and what each does."""
    run = call.run("sustained_rate", {"gpu": "rtx-4090", "format": "fp16"})
    results = run.sweep("cards", _IN_BOX)
    return figure(
        Chart(
            title="RTX 4090s on one circuit of 15 A at 120 V",
            description="Two cards run at full power. Beyond that each further card takes power from the others: the sum "
            "grows ever more slowly up to five cards, and falls with more.",
            x=Axis("Cards in the box", ""),
            y=Axis("Peak rate", "TFLOPS", low=0),
            series=(
                Series("All cards", tuple((cards, result.all_cards / _TERA) for cards, result in results), "a"),
                Series("Each card", tuple((cards, result.rate / _TERA) for cards, result in results), "b"),
            ),
        ),
        "power-box",
    )

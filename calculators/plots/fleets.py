"""Figures of the guides on fleets: what a latency limit costs, when owning pays, what a mix of MIG instances leaves idle."""

from calculators import call
from calculators.present.chart import Axis, Chart, Series, figure
from calculators.present.chart_records import Bar, Bars, Segment
from calculators.present.html import Html

_MILLI, _HOUR = 1e-3, 3600.0
_SERVICE = {
    "model": "llama-3.1-70b",
    "prompt": "2000 token",
    "output": "300 token",
    "first_limit": "2 s",
    "demand": "20 request/s",
    "utilization": "70%",
    "bandwidth_efficiency": "70%",
    "compute_efficiency": "50%",
    "exchange": "links",
}
_GROUPS = (
    ("2 H200, FP8", {"gpu": "h200-sxm-141gb", "gpus": 2, "weights": "fp8", "compute": "fp8"}, "a"),
    ("4 H100, FP8", {"gpu": "h100-sxm5-80gb", "gpus": 4, "weights": "fp8", "compute": "fp8"}, "b"),
    ("2 H100, FP8", {"gpu": "h100-sxm5-80gb", "gpus": 2, "weights": "fp8", "compute": "fp8"}, "c"),
    ("4 A100, INT8 weights", {"gpu": "a100-sxm4-80gb", "gpus": 4, "weights": "int8", "compute": "bf16"}, "d"),
)
_LIMITS = (10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 100, 150)  # ms
_BUSY = (10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100)  # percent
OWNED = "h100-pcie-80gb"
_RESALES = (("Owned, sold for nothing", "0%", "a"), ("Owned, sold for 40%", "40%", "b"))
SHARED = "h100-sxm5-80gb"
# The whole card as one instance comes last: its SMs are those of the card.
_MIXES = ("7x 1g.10gb", "4x 1g.20gb", "3x 2g.20gb", "3g.40gb, 2g.20gb, 2x 1g.10gb", "2x 3g.40gb", "7g.80gb")


def goodput() -> Html:
    """Requests per second and GPU of some groups, by the limit on the time per output token."""
    return figure(
        Chart(
            title="Requests answered per GPU, by the limit on TPOT: Llama 3.1 70B, 2,000 tokens in and 300 out",
            description="A tight limit allows small batches only, and each GPU answers little. Answers per GPU rise steeply at "
            "first and level off once most of the time goes to prompts. Groups too slow for a limit have no point there.",
            x=Axis("Limit on the time per output token", "ms", log=True),
            y=Axis("Requests per second and GPU, at 70% load", "requests/s", low=0.0),
            series=tuple(Series(label, _by_limit(group), role) for label, group, role in _GROUPS),
        ),
        "fleets-goodput-figure",
    )


def _by_limit(group: dict[str, object]) -> tuple[tuple[float, float], ...]:
    swept = call.run("serving", {**_SERVICE, **group, "token_limit": "150 ms"}).sweep(
        "token_limit", [limit * _MILLI for limit in _LIMITS]
    )
    return tuple((limit / _MILLI, result.goodput) for limit, result in swept)


def break_even() -> Html:
    """What an hour of use costs on an owned H100 PCIe and on a rented one, by the share of hours used."""
    rent = call.run("ownership", {"gpu": OWNED}).result.rent_hourly * _HOUR
    owned = tuple(Series(label, _by_busy(resale), role) for label, resale, role in _RESALES)
    return figure(
        Chart(
            title="Cost of an hour used: an H100 PCIe owned for four years, and rented on demand",
            description="An owned card costs nearly the same whether used or not, so each hour used gets cheaper the more there "
            "are of them. Rent on demand is paid for hours used only. Where a curve crosses the rent, both cost the same.",
            x=Axis("Share of all hours in which the card works", "%"),
            y=Axis("Cost of an hour used", "USD", low=0.0),
            series=(*owned, Series("Rented on demand", tuple((float(busy), rent) for busy in _BUSY), "limit")),
        ),
        "fleets-break-even-figure",
    )


def _by_busy(resale: str) -> tuple[tuple[float, float], ...]:
    swept = call.run("ownership", {"gpu": OWNED, "resale": resale}).sweep("busy", [busy / 100 for busy in _BUSY])
    return tuple((100 * busy, result.own_per_used_hour * _HOUR) for busy, result in swept)


def mixes() -> Html:
    """How many SMs of an H100 the instances of some mixes hold, and how many nobody can use."""
    runs = [(mix, call.run("mig", {"gpu": SHARED, "mix": mix}).result) for mix in _MIXES]
    whole = runs[-1][1]
    units = whole.sms + whole.idle_sms
    return figure(
        Bars(
            title="SMs of an H100 in instances, and left idle, by mix",
            description="Instances come in fixed sizes, so most mixes leave SMs that no instance can use. Seven of the smallest "
            "leave more than a tenth idle, three of two slices more than a quarter.",
            x=Axis("Streaming multiprocessors", "SM"),
            bars=tuple(
                Bar(mix, (Segment("In instances", units - result.idle_sms, "a"), Segment("Idle", result.idle_sms, "free")))
                for mix, result in runs
            ),
        ),
        "fleets-mixes-figure",
    )

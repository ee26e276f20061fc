"""Two fleets against each other: N cheaper cards for the price of one, or old cards against new.

Sums of peaks, memory and bandwidth say what a fleet has, not what one job gets out of it. A job that runs on all cards at once
has to communicate; the share of the summed peak that it then reaches is an input for each fleet, because it depends on the job,
on the links and on how the cards are joined. Its default is what published training runs reached on the family.

Cost: capital over the years of use plus energy times PUE (Barroso, Hölzle, Ranganathan, "The datacenter as a computer", 3rd ed.,
chapter 6), or rent of every hour of the year. Failures: arXiv:2407.21783, table 5.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from calculators import cost, fleet_share, inputs, prices
from calculators.accelerator_figures import Known, to_others
from calculators.compare import ratio
from calculators.declare import (
    Calculator,
    Derived,
    accelerator,
    choice,
    count,
    learned,
    only_where,
    output,
    overridable,
    quantity,
)
from calculators.fleet_totals import (
    bandwidth_per_dollar,
    efficiency_to_match,
    per_dollar,
    per_watt,
    same_cost,
    summed_bandwidth,
    summed_memory,
    summed_peak,
    summed_power,
    usable,
)
from calculators.present.chart import Axis, Bar, Bars, Segment
from calculators.present.html import Html, scrolling_table, tag
from calculators.records import Fact, MissingFact, Record
from calculators.reliability import expected_failures
from calculators.roofs import peak_fact
from calculators.schema import FORMATS
from calculators.units import (
    Bytes,
    BytesPerSecond,
    BytesPerSecondPerUsd,
    Failures,
    FlopPerJoule,
    FlopPerSecond,
    FlopPerUsd,
    Number,
    Quantity,
    Usd,
    Watts,
    show,
)
from calculators.working import Working

PAID = {"buy": "bought, with power", "rent": "rented by the hour"}
SIDES = {"a": "first", "b": "second"}
_TYPICAL = "Usable rate of eight tenths of training runs"
YEAR = Quantity.of(1, "year").base


def _of(side: str, key: str) -> Callable[[Mapping[str, Any]], Fact]:
    return lambda known: known[side][key]


def _peak(side: str) -> Callable[[Mapping[str, Any]], Fact | Derived]:
    return lambda known: peak_fact({"gpu": known[side], "format": known["format"], "sparsity": "dense", "accumulate": "fp32"})


def _link(side: str) -> Callable[[Mapping[str, Any]], Fact | Derived]:
    def find(known: Mapping[str, Any]) -> Fact | Derived:
        found: Known | None = to_others(known[side])
        if found is None:
            raise MissingFact(f"{known[side].short} has no link of a known rate")
        if len(found.facts) == 1 and found.facts[0].base == found.quantity.base:
            return found.facts[0]
        how = found.remark or "One direction; the source adds both."
        return Derived(found.quantity, found.facts, how)

    return find


def _named(side: str, what: str) -> str:
    return f"{what} ({SIDES[side]})"


def _hourly(side: str) -> Any:
    help = "By the hour: the newest recorded on-demand price, or yours."
    return only_where("paid", ("rent",), prices.to_rent(side, _named(side, "Rent of one GPU"), help))


def _efficiency(side: str) -> Any:
    help = "Of the summed peak, communication included: measure it. Empty: the median of published training runs."
    return learned(lambda known: fleet_share.default(known, side), "%", "0.1%", "100%", _named(side, "Efficiency"), help)


def _failures(side: str) -> Any:
    help = "Per GPU. The default counts every interruption of a training run on 16,384 H100."
    return quantity("0.173 failure/year", "failure/year", "0 failure/year", "1000 failure/year", _named(side, "Failures"), help)


def _from_facts(side: str, what: str, fallback: Callable, unit: str, optional: bool = True) -> Any:
    low, high = f"0.001 {unit}", f"10000000 {unit}"
    return overridable(fallback, unit, low, high, _named(side, what), "Of one GPU, from its facts; or your own.", optional)


@dataclass(frozen=True)
class Inputs:
    a: Record = accelerator("h100-sxm5-80gb", "First fleet", "Its accelerator.")
    a_gpus: float = count(1, 1, 1_000_000, "How many", "Of the first.", "GPU")
    b: Record = accelerator("rtx-4090", "Second fleet", "Its accelerator.")
    b_gpus: float = count(16, 1, 1_000_000, "How many", "Of the second.", "GPU")
    a_price: float | None = prices.to_buy("a", _named("a", "Price of one GPU"))
    b_price: float | None = prices.to_buy("b", _named("b", "Price of one GPU"))
    format: str = choice("bf16", FORMATS, "Number format", "Of the peak rates, dense and summed in FP32.")
    a_efficiency: float = _efficiency("a")
    b_efficiency: float = _efficiency("b")
    paid: str = choice("buy", PAID, "GPUs are", "Hosts and network are shares of the price; a rent includes them.")
    a_hourly: float | None = _hourly("a")
    b_hourly: float | None = _hourly("b")
    a_failures: float = _failures("a")
    b_failures: float = _failures("b")
    host_share: float = inputs.host_share()
    lifetime: float = inputs.lifetime()
    electricity: float = inputs.electricity()
    pue: float = inputs.pue()
    a_peak: float | None = _from_facts("a", "Peak rate", _peak("a"), "TFLOPS")
    b_peak: float | None = _from_facts("b", "Peak rate", _peak("b"), "TFLOPS")
    a_memory: float = _from_facts("a", "Memory", _of("a", "memory.capacity"), "GB", optional=False)
    b_memory: float = _from_facts("b", "Memory", _of("b", "memory.capacity"), "GB", optional=False)
    a_bandwidth: float = _from_facts("a", "Memory bandwidth", _of("a", "memory.bandwidth"), "GB/s", optional=False)
    b_bandwidth: float = _from_facts("b", "Memory bandwidth", _of("b", "memory.bandwidth"), "GB/s", optional=False)
    a_power: float | None = _from_facts("a", "Power", _of("a", "power.tdp"), "W")
    b_power: float | None = _from_facts("b", "Power", _of("b", "power.tdp"), "W")
    a_link: float | None = _from_facts("a", "Link, one way", _link("a"), "GB/s")
    b_link: float | None = _from_facts("b", "Link, one way", _link("b"), "GB/s")


@dataclass(frozen=True, slots=True)
class Fleet:
    """What a fleet has, what a job gets out of it, what it costs. A part that needs an unknown fact is None."""

    peak: FlopPerSecond | None
    usable: FlopPerSecond | None
    memory: Bytes
    bandwidth: BytesPerSecond
    link: BytesPerSecond | None
    power: Watts | None
    failures: Failures
    cost_year: Usd | None
    per_dollar: FlopPerUsd | None
    per_watt: FlopPerJoule | None
    bandwidth_per_dollar: BytesPerSecondPerUsd


# Each part of a fleet: its name, unit and meaning, and whether more or less of it is better.
PARTS = {
    "peak": ("Summed peak", "TFLOPS", "Dense.", True),
    "usable": ("Usable rate", "TFLOPS", "What one job on all GPUs gets, at your efficiency.", True),
    "memory": ("Summed memory", "GB", "As marketed, in as many pieces as there are GPUs.", True),
    "bandwidth": ("Summed memory bandwidth", "GB/s", "Each GPU reading its own memory.", True),
    "link": ("Link of one GPU", "GB/s", "One way, to another of the fleet in the same node.", True),
    "power": ("Summed power", "W", "Power limits of the GPUs alone.", False),
    "failures": ("Expected failures a year", "failure", "Of all GPUs.", False),
    "cost_year": ("Cost a year", "USD", "Of all GPUs.", False),
    "per_dollar": ("Arithmetic per dollar", "EFLOP/USD", "Usable rate over cost.", True),
    "per_watt": ("Arithmetic per joule", "GFLOP/J", "Usable rate over power.", True),
    "bandwidth_per_dollar": ("Bandwidth per dollar", "GB/s/USD", "Of the purchase price of one GPU.", True),
}


def _outputs() -> type:
    """What compares the two, then every part of both."""
    fields = [
        ("same_cost", Number | None, output("GPUs of the second for the cost of the first", "GPU", "Fleet for fleet.")),
        ("ratio_usable", Number | None, output("Usable rate, second over first", "x", "Of the fleets as they are.")),
        ("ratio_cost", Number | None, output("Cost, second over first", "x", "Of the fleets as they are.")),
        ("price_ratio", Number | None, output("Price, first over second", "x", "Of one GPU.")),
        (
            "efficiency_to_match",
            Number | None,
            output("Efficiency at which the second matches", "%", "Its usable rate is then that of the first; above 100% never."),
        ),
    ]
    for side, which in SIDES.items():
        for key, (label, unit, help, _) in PARTS.items():
            spec = output(f"{label}, {which}", unit, help)
            fields.append((f"{side}_{key}", float | None, spec))
    fields.append(("first_wins", str, output("The first wins in", None, "Where it has more, or needs less.")))
    fields.append(("second_wins", str, output("The second wins in", None, "Where it has more, or needs less.")))
    return dataclasses.make_dataclass("Outputs", fields, frozen=True, module=__name__)


Outputs = _outputs()


def calculate(i: Inputs, working: Working):
    """Both fleets and what compares them; see `summed_peak`, `usable`, `per_dollar`, `same_cost`."""
    fleets = {side: _fleet(i, side, working) for side in SIDES}
    a, b = fleets["a"], fleets["b"]
    step = _known_only(working)
    rates = {side: None if fleet.cost_year is None else fleet.cost_year / YEAR for side, fleet in fleets.items()}
    each = None if rates["b"] is None else rates["b"] / i.b_gpus
    found = {
        "same_cost": step(
            "GPUs of the second for the cost of the first", same_cost, "GPU", fleet_cost=rates["a"], cost_each=each
        ),
        "ratio_usable": step("Usable rate, second over first", ratio, "x", a=b.usable, b=a.usable),
        "ratio_cost": step("Cost, second over first", ratio, "x", a=b.cost_year, b=a.cost_year),
        "price_ratio": step("Price, first over second", ratio, "x", a=i.a_price, b=i.b_price),
        "efficiency_to_match": step(
            "Efficiency at which the second matches", efficiency_to_match, "%", other_usable=a.usable, peak=b.peak
        ),
    }
    for side, fleet in fleets.items():
        found |= {f"{side}_{key}": getattr(fleet, key) for key in PARTS}
    wins = {side: [] for side in SIDES}
    for key, (label, *_) in PARTS.items():
        if winner := winner_of(key, a, b):
            wins[winner].append(label[0].lower() + label[1:])
    _remark(i, working)
    return Outputs(**found, first_wins=", ".join(wins["a"]) or "nothing", second_wins=", ".join(wins["b"]) or "nothing")


def winner_of(key: str, a: Any, b: Any) -> str:
    """The side that has more of a good thing or less of a bad one; empty for a draw or where one is not known."""
    first, second = getattr(a, key), getattr(b, key)
    if first is None or second is None or first == second:
        return ""
    return "a" if (first > second) == PARTS[key][3] else "b"


def _known_only(working: Working) -> Callable[..., Any]:
    def step(label: str, function: Callable, unit: str, **terms: float | None) -> Any:
        return None if None in terms.values() else working.step(label, function, unit, **terms)

    return step


def _fleet(i: Inputs, side: str, working: Working) -> Fleet:
    step = _known_only(working)
    gpu, gpus = getattr(i, side), getattr(i, f"{side}_gpus")
    one = {key: getattr(i, f"{side}_{key}") for key in ("peak", "memory", "bandwidth", "power", "link", "price", "efficiency")}
    where = f"{gpus:,.0f} × {gpu.short}"
    peak = step(f"Summed peak of {where}", summed_peak, "TFLOPS", gpus=gpus, peak=one["peak"])
    reached = step(f"Usable rate of {where}", usable, "TFLOPS", peak=peak, efficiency=one["efficiency"])
    memory = step(f"Summed memory of {where}", summed_memory, "GB", gpus=gpus, memory=one["memory"])
    bandwidth = step(f"Summed bandwidth of {where}", summed_bandwidth, "GB/s", gpus=gpus, bandwidth=one["bandwidth"])
    power = step(f"Summed power of {where}", summed_power, "W", gpus=gpus, power=one["power"])
    rate = getattr(i, f"{side}_failures")
    failures = step(f"Failures a year of {where}", expected_failures, "failure", rate=rate, gpus=gpus, time=YEAR)
    paid = _cost(i, side, working)
    return Fleet(
        peak=peak,
        usable=reached,
        memory=memory,
        bandwidth=bandwidth,
        link=one["link"],
        power=power,
        failures=failures,
        cost_year=None if paid is None else Usd(paid * YEAR),
        per_dollar=step(f"Arithmetic per dollar of {where}", per_dollar, "EFLOP/USD", usable=reached, cost_rate=paid),
        per_watt=step(f"Arithmetic per joule of {where}", per_watt, "GFLOP/J", usable=reached, power=power),
        bandwidth_per_dollar=step(
            f"Bandwidth per dollar of {gpu.short}",
            bandwidth_per_dollar,
            "GB/s/USD",
            bandwidth=one["bandwidth"],
            price=one["price"],
        ),
    )


def _cost(i: Inputs, side: str, working: Working) -> float | None:
    """What a fleet costs per time, in USD/s; None where its price is not known, or it is bought and its power is not."""
    gpu, gpus, power = getattr(i, side), getattr(i, f"{side}_gpus"), getattr(i, f"{side}_power")
    asked = getattr(i, f"{side}_hourly" if i.paid == "rent" else f"{side}_price")
    if asked is None or (i.paid == "buy" and power is None):
        return None
    if i.paid == "rent":
        return working.step(f"Rent of {gpu.short}", cost.renting, "USD/h", gpus=gpus, price_per_gpu=asked)
    price = {"price_per_gpu": asked, "host_share": i.host_share, "lifetime": i.lifetime}
    capital = working.step(f"Capital of {gpu.short}", cost.capital, "USD/h", gpus=gpus, **price)
    spent = {"power": power, "pue": i.pue, "electricity": i.electricity}
    energy = working.step(f"Energy of {gpu.short}", cost.energy, "USD/h", gpus=gpus, **spent)
    return working.step(f"Cost of {gpu.short}", cost.owning, "USD/h", capital=capital, energy=energy)


def _remark(i: Inputs, working: Working) -> None:
    for side in SIDES:
        gpu = getattr(i, side)
        names = {"peak": f"a dense {FORMATS[i.format]} peak", "power": "a power limit", "link": "a link of a known rate"}
        if missing := [words for key, words in names.items() if getattr(i, f"{side}_{key}") is None]:
            working.remark(f"{gpu.short} has no {' and no '.join(words.split(' ', 1)[1] for words in missing)}: give your own.")
        for key, terms in (("price", prices.PURCHASE), ("hourly", prices.HOURLY)):
            if getattr(i, f"{side}_{key}") is None and (key == "price" or i.paid == "rent"):
                working.remark(prices.ask_for(gpu, terms))
    if i.a_efficiency == i.b_efficiency and (i.a_gpus > 1 or i.b_gpus > 1):
        working.remark("Both fleets reach the same share of their peak here. More cards on slower links reach less: measure it.")


def summary(i: Inputs, o) -> str:
    second, first = f"{i.b_gpus:,.0f} × {i.b.short}", f"{i.a_gpus:,.0f} × {i.a.short}"
    said = []
    if o.ratio_usable is not None:
        said.append(f"{show(Quantity(o.ratio_usable, 'x'), 3)} the usable rate")
    said.append(f"{show(Quantity(o.b_memory / o.a_memory, 'x'), 3)} the memory")
    if o.ratio_cost is not None:
        said.append(f"{show(Quantity(o.ratio_cost, 'x'), 3)} the cost")
    return f"{second} against {first}: {', '.join(said)}."


def chart(run) -> Bars:
    """The second fleet over the first, part by part."""
    i, o = run.inputs, run.result
    bars = []
    for key, (label, *_) in PARTS.items():
        first, second = getattr(o, f"a_{key}"), getattr(o, f"b_{key}")
        if first and second is not None:
            bars.append(Bar(label, (Segment("second over first", second / first, "b"),)))
    return Bars(
        title=f"{i.b_gpus:,.0f} × {i.b.short} over {i.a_gpus:,.0f} × {i.a.short}",
        description=summary(i, o),
        x=Axis("Ratio", "×"),
        bars=tuple(bars),
    )


def table(run) -> Html:
    """Both fleets side by side, and which one wins each row."""
    i, o = run.inputs, run.result
    fleets = {side: Fleet(**{key: getattr(o, f"{side}_{key}") for key in PARTS}) for side in SIDES}
    names = {side: f"{getattr(i, f'{side}_gpus'):,.0f} × {getattr(i, side).short}" for side in SIDES}
    rows = []
    for key, (label, unit, *_) in PARTS.items():
        values = [getattr(fleet, key) for fleet in fleets.values()]
        cells = ["not known" if value is None else show(Quantity(value, unit)) for value in values]
        over = "–" if None in values or not values[0] else show(Quantity(values[1] / values[0], "x"), 3)
        winner = names.get(winner_of(key, *fleets.values()), "–")
        rows.append(tag("tr", tag("th", label, scope="row"), *(tag("td", cell) for cell in (*cells, over, winner))))
        if key == "usable":
            cells = [_typical(i, side, fleet.peak) for side, fleet in fleets.items()]
            rows.append(tag("tr", tag("th", _TYPICAL, scope="row"), *(tag("td", cell) for cell in (*cells, "–", "–"))))
    return scrolling_table(("", *names.values(), "Second over first", "Better"), rows, "rp-table", generated=True)


def _typical(i: Inputs, side: str, peak: float | None) -> str:
    """The rates between which eight tenths of published training runs would be on a fleet."""
    if peak is None:
        return "not known"
    known = {"a": i.a, "b": i.b, "format": i.format}
    runs = fleet_share.group(known, side)
    low, high = (show(Quantity(usable(peak, reach.share), "TFLOPS"), 3) for reach in (runs.low, runs.high))
    return f"{low} to {high}"


CALCULATOR = Calculator(
    title="Fleet against fleet",
    subject="Cost and operation",
    question="What do N cards of one kind give against M of another, for what they cost?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("same_cost", "ratio_usable", "ratio_cost", "efficiency_to_match"),
    chart=chart,
    table=table,
)

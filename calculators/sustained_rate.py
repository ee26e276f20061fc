"""What rate does a card sustain, alone and with others in one box, when power, cooling or the outlet is the limit?

Switching takes power as C V^2 f (capacitance, voltage, clock). Near the limit the voltage has to rise with the clock, so that
this power grows about as the cube of the clock, next to a part that does not follow it: a simplification, with both as inputs.
In the box each card has what a supply and a circuit give, less the host, over the cards. North American circuits are loaded to
80% of their breaker by loads that last three hours and more (National Electrical Code, section 210.20).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculators import facts, inputs
from calculators.declare import Calculator, Typical, accelerator, choice, count, output, overridable, quantity
from calculators.formula import formula
from calculators.identities.peaks import clock_of
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.problems import InputProblem, InputProblems
from calculators.records import Fact, MissingFact, Record
from calculators.roofs import peak_fact
from calculators.schema import FORMATS
from calculators.units import Amperes, FlopPerSecond, Hertz, Number, Quantity, Volts, Watts, show
from calculators.working import Working

BOX = {"limited": "supply and circuit as below", "unlimited": "enough power for every card"}
_ROUNDED = 1.005  # a printed rate is rounded


@formula("measured / rated")
def achieved(measured: FlopPerSecond, rated: FlopPerSecond) -> Number:
    """Share of the rated peak that was measured. 258 of 312 TFLOPS: 83%."""
    return Number(measured / rated)


@formula("rated * clock / rated_clock")
def at_clock(rated: FlopPerSecond, clock: Hertz, rated_clock: Hertz) -> FlopPerSecond:
    """Peak rate at another clock than the rated one, in FLOP/s: no measurement at that clock can lie above it."""
    return FlopPerSecond(rated * clock / rated_clock)


@formula("voltage * current * continuous")
def circuit_power(voltage: Volts, current: Amperes, continuous: Number) -> Watts:
    """Power that a circuit gives for hours: 120 V * 15 A * 80% = 1440 W."""
    return Watts(voltage * current * continuous)


@formula("min(supply, circuit * efficiency)")
def inside(supply: Watts, circuit: Watts, efficiency: Number) -> Watts:
    """Power inside the box: what the supply can give, or what the circuit leaves after the losses of the supply."""
    return Watts(min(supply, circuit * efficiency))


@formula("(inside - host) / cards")
def share_of_card(inside: Watts, host: Watts, cards: Number) -> Watts:
    """Power for each card, after the rest of the machine."""
    return Watts((inside - host) / cards)


@formula("((cap / demand - static) / (1 - static)) ** (1 / exponent)")
def clock_share(cap: Watts, demand: Watts, static: Number, exponent: Number) -> Number:
    """Clock under a power cap over the rated one, for work that draws `demand` watts at the rated clock.

    `static` is the share that does not follow the clock; the rest grows with the clock to the `exponent`. 280 of 350 W, all of it
    by the cube: 0.8^(1/3) = 93%.
    """
    return Number(((cap / demand - static) / (1 - static)) ** (1 / exponent))


@formula("(cards * card + host) / efficiency")
def at_the_wall(cards: Number, card: Watts, host: Watts, efficiency: Number) -> Watts:
    """Power at the outlet, with the losses of the supply. 1580 W at 92%: 1717 W."""
    return Watts((cards * card + host) / efficiency)


def _key(known: Mapping[str, Any]) -> str:
    return f"{known['format']}_tensor{'_fp16_accumulate' if known['accumulate'] == 'fp16' else ''}"


def _rated_clock(known: Mapping[str, Any]) -> Fact:
    return clock_of(known["gpu"], _key(known)) or known["gpu"]["compute.boost_clock"]


def _published(known: Mapping[str, Any]) -> Quantity:
    """The best published matrix multiplication of this GPU in this format, where it does not lie above the rated peak."""
    wanted = (known["gpu"].slug, FORMATS[known["format"]])
    found = [
        each.quantity.base
        for each in facts.load().measurements.of("matmul_rate")
        if (each.hardware, each.details.get("precision")) == wanted
    ]
    below = [rate for rate in found if rate <= known["peak"].base * _ROUNDED]
    if not below or known["sparsity"] == "sparse" or known["accumulate"] == "fp16":
        raise MissingFact(f"no measured matrix multiplication of {known['gpu'].slug} in {FORMATS[known['format']]}")
    return Quantity(max(below), "TFLOPS")


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("rtx-4090")
    format: str = inputs.number_format()
    cards: float = count(4, 1, 64, "Cards in the box", "All at work at the same time.", "GPU")
    box: str = choice("limited", BOX, "Power of the box", "A server has enough; a workstation at an outlet may not.")
    supply: float = quantity("1600 W", "W", "100 W", "1000000 W", "Power supply", "What it may give, all supplies together.")
    current: float = quantity("15 A", "A", "1 A", "10000 A", "Circuit breaker", "Of the circuit that the box hangs on.")
    voltage: float = quantity("120 V", "V", "48 V", "1000 V", "Voltage", "Of that circuit.")
    host: float = quantity("300 W", "W", "0 W", "100000 W", "Rest of the machine", "Processor, memory, disks, fans.")
    efficiency: float = quantity("92%", "%", "50%", "100%", "Efficiency of the supply", "Power out over power in.")
    continuous: float = quantity(
        "80%", "%", "10%", "100%", "Continuous load", "Share of the breaker that may be drawn for hours."
    )
    static: float = quantity("30%", "%", "0%", "90%", "Power apart from the clock", "Leakage, memory, fans: an assumption.")
    exponent: float = quantity("3", "", "1", "4", "Power by clock", "Cube if the voltage follows the clock, 1 if it stays.")
    sparsity: str = inputs.sparsity()
    accumulate: str = inputs.accumulate()
    limit: float = inputs.power_per_gpu("The power limit that is set.")
    demand: float = overridable(
        inputs.of_gpu("power.tdp"), "W", "1 W", "100000 W", "Power at the rated clock", "What the work would draw without limits."
    )
    cooling: float = overridable(
        inputs.of_gpu("power.tdp"), "W", "1 W", "100000 W", "Heat removed per card", "What the cooling keeps up with for hours."
    )
    peak: float = inputs.peak_rate(peak_fact)
    rated_clock: float | None = overridable(
        _rated_clock, "MHz", "1 MHz", "10000 MHz", "Rated clock", "The clock of the rated peak.", optional=True
    )
    measured: float | None = overridable(
        _published, "TFLOPS", "0.001 TFLOPS", "1000000 TFLOPS", "Measured rate", "Yours, or a published one.", optional=True
    )
    clock: float | None = overridable(
        _rated_clock, "MHz", "1 MHz", "10000 MHz", "Clock while measured", "Where it was read; else the rated one.", optional=True
    )


@dataclass(frozen=True)
class Outputs:
    rate: FlopPerSecond = output("Peak rate under the limit", "TFLOPS", "Of one card, at the clock that the power allows.")
    clock_share: Number = output("Clock under the limit", "%", "Of the rated clock.")
    cap: Watts = output("Power per card", "W", "The least of the limits.")
    bound: str = output("Limited by", None, "What sets the power per card.")
    achieved: Number | None = output("Measured over rated", "%", "None without a measurement.")
    of_limit: Number | None = output("Measured over the peak under the limit", "%", "Above 100%, the limit did not hold then.")
    all_cards: FlopPerSecond = output("All cards", "TFLOPS", "Under the limit.")
    lost: Number = output("Lost to the limit", "%", "Of the rated peak of all cards.")
    clock: Hertz | None = output("Sustained clock", "MHz", "None where the rated clock is not known.")
    wall: Watts = output("Power at the wall", "W", "With the rest of the machine and the losses.")
    supply_left: Watts | None = output("Left of the supply", "W", "None where the box has no limit.")
    circuit: Watts | None = output("Circuit gives", "W", "For hours; none where the box has no limit.")
    full_cards: Number = output("Cards at full power", "GPU", "How many of them the box feeds at the power of the rated clock.")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Clock and rate under power, cooling and circuit limits, and measured over rated; see `clock_share`, `inside`, `achieved`.

    Raises InputProblems when the host leaves no power for the cards, when the cap is below what does not follow the clock, and
    for a measured rate that the clock does not explain.
    """
    reached = _achieved(i, working)
    within, circuit = _within(i, working)
    caps = {"the power limit of the card": i.limit, "cooling": i.cooling, "the work itself": i.demand}
    if within is not None:
        each = working.step("Power for each card", share_of_card, "W", inside=within, host=i.host, cards=i.cards)
        caps["the circuit" if within < i.supply else "the power supply"] = each
    bound = min(caps, key=lambda name: (caps[name], name != "the work itself"))
    cap = caps[bound]
    _require_power(i, cap, bound)
    share = working.step(
        "Clock over the rated one", clock_share, "%", cap=cap, demand=i.demand, static=i.static, exponent=i.exponent
    )
    rate = FlopPerSecond(i.peak * share)
    wall = working.step("Power at the wall", at_the_wall, "W", cards=i.cards, card=cap, host=i.host, efficiency=i.efficiency)
    full = i.cards if within is None else min(i.cards, max(0, math.floor((within - i.host) / i.demand * (1 + 1e-12))))
    return Outputs(
        rate,
        share,
        Watts(cap),
        bound,
        reached,
        None if i.measured is None else Number(i.measured / rate),
        FlopPerSecond(rate * i.cards),
        Number(1 - share),
        Hertz(i.rated_clock * share) if i.rated_clock else None,
        wall,
        None if within is None else Watts(max(0.0, i.supply - i.cards * cap - i.host)),
        circuit,
        Number(full),
    )


def _achieved(i: Inputs, working: Working) -> Number | None:
    if i.measured is None:
        return None
    most = i.peak
    if i.clock and i.rated_clock and i.clock != i.rated_clock:
        most = working.step("Peak at that clock", at_clock, "TFLOPS", rated=i.peak, clock=i.clock, rated_clock=i.rated_clock)
    if i.measured > most * _ROUNDED:
        measured, rated = (show(Quantity(rate, "TFLOPS")) for rate in (i.measured, most))
        needed = ""
        if i.rated_clock:
            needed = f", or a clock of at least {show(Quantity(i.rated_clock * i.measured / i.peak, 'MHz'))} while measured"
        message = f"is above the {rated} that this clock allows: another format, width of the sums or sparsity, or a wrong count"
        raise InputProblems([InputProblem("measured", measured, message, f"up to {rated}{needed}")])
    return working.step("Measured over rated", achieved, "%", measured=i.measured, rated=i.peak)


def _within(i: Inputs, working: Working) -> tuple[float | None, Watts | None]:
    """Power inside the box and what the circuit gives; nothing where the box has no limit."""
    if i.box == "unlimited":
        return None, None
    circuit = working.step("Circuit", circuit_power, "W", voltage=i.voltage, current=i.current, continuous=i.continuous)
    within = working.step("Inside the box", inside, "W", supply=i.supply, circuit=circuit, efficiency=i.efficiency)
    if within <= i.host:
        given, left = (show(Quantity(power, "W")) for power in (i.host, within))
        raise InputProblems([InputProblem("host", given, f"takes all of the {left} inside the box", f"less than {left}")])
    return within, circuit


def _require_power(i: Inputs, cap: float, bound: str) -> None:
    static = i.static * i.demand
    if cap > static * 1.001:
        return
    given, least = (show(Quantity(power, "W")) for power in (cap, static))
    field = {"the circuit": "cards", "the power supply": "cards", "cooling": "cooling"}.get(bound, "limit")
    value = str(int(i.cards)) if field == "cards" else given
    message = f"leaves {given} per card, not more than the {least} that do not follow the clock"
    raise InputProblems([InputProblem(field, value, message, f"more than {least} per card")])


def summary(i: Inputs, o: Outputs) -> str:
    rate, share, cap = show(Quantity(o.rate, "TFLOPS")), show(Quantity(o.clock_share, "%"), 3), show(Quantity(o.cap, "W"))
    measured = "" if o.achieved is None else f" Measured: {show(Quantity(o.achieved, '%'), 3)} of the rated peak."
    return f"{cap} per card, set by {o.bound}: {share} of the rated clock, at most {rate}.{measured}"


def chart(run) -> Chart:
    """The peak rate of all cards against their number, with and without the limit."""
    i, o = run.inputs, run.result
    points = run.sweep("cards", [float(n) for n in range(1, max(8, int(i.cards)) + 1)])
    rated = tuple((cards, cards * i.peak / 1e12) for cards, _ in points)
    return Chart(
        title=f"Peak rate of all cards in the box, {i.gpu.short}",
        description=summary(i, o),
        x=Axis("Cards", ""),
        y=Axis("Rate", "TFLOPS", low=0.0),
        series=(
            Series("under the limit", tuple((cards, each.all_cards / 1e12) for cards, each in points), "a"),
            Series("rated", rated, "b"),
        ),
        marks=(Mark("your cards", i.cards, o.all_cards / 1e12),),
    )


def reaching(i: Inputs, share: float, besides: float) -> dict[str, float | None]:
    """The inputs of a card of which a multiplication reaches a share: its peak lowered to it. What was measured is left out."""
    return {"peak": i.peak * share, "measured": None}


CALCULATOR = Calculator(
    title="Sustained rate",
    subject="Hardware",
    question="What rate does a card sustain, alone and with others in one box?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("rate", "clock_share", "achieved", "wall"),
    chart=chart,
    typical=Typical("multiplying", ("rate", "all_cards"), reaching),
)

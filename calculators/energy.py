"""How much energy does a token or a query take, what does it cost, and what does a power cap save?

Energy per token is power over rate; the facility adds its overhead as PUE. Method: Oviedo et al., "Energy use of AI inference"
(power of the node, throughput and PUE); Epoch AI, "How much energy does ChatGPT use?" for the share of the rated power that
serving draws. Carbon is energy times the intensity of the grid (Luccioni et al., arXiv:2211.02001).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculators import inputs
from calculators.declare import Calculator, accelerator, count, output, overridable, quantity
from calculators.elementary import log10, raised
from calculators.formula import formula
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.problems import InputProblem, InputProblems
from calculators.records import Record
from calculators.units import (
    Grams,
    GramsPerJoule,
    Joules,
    JoulesPerToken,
    Number,
    Quantity,
    Seconds,
    Tokens,
    TokensPerSecond,
    Usd,
    UsdPerJoule,
    UsdPerToken,
    Watts,
    readable,
    show,
)
from calculators.working import Working

_NOISE = 1.05  # a capped rate measured slightly above the uncapped one is noise, not a mistake


@formula("power * load")
def drawn(power: Watts, load: Number) -> Watts:
    """Power that a GPU draws on average: its rated power and the share of it that the work draws, in watts."""
    return Watts(power * load)


@formula("gpus * (per_gpu + host) * pue")
def facility_power(gpus: Number, per_gpu: Watts, host: Watts, pue: Number) -> Watts:
    """Power of GPUs and hosts with the facility's overhead, in watts. `host` is the host's power for each GPU."""
    return Watts(gpus * (per_gpu + host) * pue)


@formula("power / rate")
def energy_per_token(power: Watts, rate: TokensPerSecond) -> JoulesPerToken:
    """Energy of one token in joules. 1500 W at 41.8 tokens/s: 36 J."""
    return JoulesPerToken(power / rate)


@formula("per_token * tokens")
def energy_per_query(per_token: JoulesPerToken, tokens: Tokens) -> Joules:
    """Energy of a query of so many tokens, in joules; 3600 J are a watt-hour."""
    return Joules(per_token * tokens)


@formula("power * time")
def energy_over(power: Watts, time: Seconds) -> Joules:
    """Energy in a time, in joules. 700 W for a year of 8760 h: 6132 kWh."""
    return Joules(power * time)


@formula("energy * electricity")
def electricity_cost(energy: Joules, electricity: UsdPerJoule) -> Usd:
    """Cost of energy in USD. 6132 kWh at $0.08: $490.56."""
    return Usd(energy * electricity)


@formula("per_token * electricity")
def cost_per_token(per_token: JoulesPerToken, electricity: UsdPerJoule) -> UsdPerToken:
    """Cost of the electricity of one token, in USD per token."""
    return UsdPerToken(per_token * electricity)


@formula("energy * intensity")
def emitted(energy: Joules, intensity: GramsPerJoule) -> Grams:
    """Carbon dioxide equivalent of using energy from a grid, in grams. 433 MWh at 57 g/kWh: 24.7 t (BLOOM)."""
    return Grams(energy * intensity)


@formula("rate * (cap / power) ** exponent")
def capped_rate(rate: TokensPerSecond, cap: Watts, power: Watts, exponent: Number) -> TokensPerSecond:
    """Rate when power is capped, if it follows a power law; exponent 0 is work that needs no power, 1 is work in proportion."""
    return TokensPerSecond(rate * raised(cap / power, exponent))


def _drawn(known: Mapping[str, Any]) -> Quantity:
    return Quantity(drawn(known["power"].base, known["load"].base), "W")


def _capped(known: Mapping[str, Any]) -> Quantity:
    power = drawn(known["power"].base, known["load"].base)
    return Quantity(capped_rate(known["rate"].base, known["cap"].base, power, known["exponent"].base), "token/s")


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb", help="Sets the power.")
    gpus: float = count(8, 1, 1_000_000, "GPUs", "That make the tokens together.", "GPU")
    rate: float = quantity(
        "3000 token/s", "token/s", "0.001 token/s", "1000000000 token/s", "Tokens per second", "Of all GPUs together."
    )
    tokens: float = quantity(
        "500 token", "token", "1 token", "100000000 token", "Tokens per query", "Of the kind that the rate counts."
    )
    load: float = quantity("70%", "%", "1%", "100%", "Share of the power drawn", "Serving draws less than the limit on average.")
    pue: float = inputs.pue("1.2")
    electricity: float = inputs.electricity()
    intensity: float = quantity(
        "400 g/kWh", "g/kWh", "0 g/kWh", "2000 g/kWh", "Grid intensity", "Carbon dioxide equivalent of your grid, per kWh."
    )
    time: float = quantity("1 year", "year", "1 s", "1000 year", "Time", "For the totals, at this load throughout.")
    host: float = quantity(
        "0 W", "W", "0 W", "100000 W", "Host power per GPU", "Processors, memory, fans and network; a DGX H100 has up to 575 W."
    )
    exponent: float = quantity(
        "0.3", "", "0", "1", "Sensitivity to power", "Rate follows power to this exponent, until measured."
    )
    power: float = inputs.power_per_gpu("The power limit; or the average you measured, with a share of 100%.")
    cap: float = overridable(_drawn, "W", "1 W", "100000 W", "Power cap per GPU", "Empty: no cap.")
    cap_rate: float = overridable(
        _capped,
        "token/s",
        "0.001 token/s",
        "1000000000 token/s",
        "Tokens per second under the cap",
        "Measured; or by the exponent.",
    )


@dataclass(frozen=True)
class Outputs:
    per_token: JoulesPerToken = output("Energy per token", "J/token", "With host and facility.")
    per_query: Joules = output("Energy per query", "Wh", "Of the tokens per query.")
    per_million: JoulesPerToken = output("Energy per million tokens", "kWh/Mtoken", "The same in other units.")
    cost: UsdPerToken = output("Electricity per million tokens", "USD/Mtoken", "Nothing but electricity.")
    carbon: Grams = output("Carbon per query", "g", "Carbon dioxide equivalent, from the grid alone.")
    power: Watts = output("Power", "kW", "Of all GPUs with host and facility.")
    energy: Joules = output("Energy in the time", "kWh", "At this load throughout.")
    time_cost: Usd = output("Electricity in the time", "USD", "For that energy.")
    time_carbon: Grams = output("Carbon in the time", "t", "For that energy.")
    capped_per_token: JoulesPerToken = output("Energy per token under the cap", "J/token", "With host and facility.")
    saved: Number = output("Saved by the cap", "%", "Of the energy per token; negative when it costs energy.", signed=True)
    slower: Number = output("Slower by the cap", "%", "Loss of tokens per second.", signed=True)
    implied_exponent: Number | None = output(
        "Exponent of the two points", "", "Of rate over power; none without a cap.", signed=True
    )


def calculate(i: Inputs, working: Working) -> Outputs:
    """Energy, cost and carbon of tokens, with and without a power cap; see `energy_per_token`, `facility_power`.

    Raises InputProblems for a cap that makes the work faster.
    """
    each = working.step("Drawn per GPU", drawn, "W", power=i.power, load=i.load)
    power = working.step("Power", facility_power, "kW", gpus=i.gpus, per_gpu=each, host=i.host, pue=i.pue)
    token = working.step("Energy per token", energy_per_token, power=power, rate=i.rate)
    query = working.step("Energy per query", energy_per_query, "Wh", per_token=token, tokens=i.tokens)
    total = working.step("Energy in the time", energy_over, "kWh", power=power, time=i.time)
    paid = working.step("Electricity in the time", electricity_cost, energy=total, electricity=i.electricity)
    price = working.step("Electricity per million tokens", cost_per_token, per_token=token, electricity=i.electricity)
    carbon = working.step("Carbon per query", emitted, "g", energy=query, intensity=i.intensity)
    whole = working.step("Carbon in the time", emitted, "t", energy=total, intensity=i.intensity)
    capped, slower = _capped_energy(i, each, token, working)
    if not i.host:
        working.remark("Only the GPUs are counted. Give the power of the host to have the whole machine.")
    saved = Number(1 - capped / token)
    return Outputs(token, query, token, price, carbon, power, total, paid, whole, capped, saved, slower, _implied(i, each))


def _limits(i: Inputs, each: float) -> bool:
    return i.cap < each * (1 - 1e-9)


def _capped_energy(i: Inputs, each: float, token: JoulesPerToken, working: Working) -> tuple[JoulesPerToken, Number]:
    """Energy per token under the cap, and the share of the rate that is lost."""
    if not _limits(i, each):
        if i.cap > each * (1 + 1e-9):
            working.remark("The cap is above what a GPU draws: it changes nothing.")
        return token, Number(0.0)
    if i.cap_rate > i.rate * _NOISE:
        given, most = (show(Quantity(rate, "token/s")) for rate in (i.cap_rate, i.rate))
        raise InputProblems([InputProblem("cap_rate", given, "is faster than without a cap", f"up to {most}")])
    power = working.step("Power under the cap", facility_power, "kW", gpus=i.gpus, per_gpu=i.cap, host=i.host, pue=i.pue)
    capped = working.step("Energy per token under the cap", energy_per_token, power=power, rate=i.cap_rate)
    return capped, Number(1 - i.cap_rate / i.rate)


def _implied(i: Inputs, each: float) -> Number | None:
    if not _limits(i, each):
        return None
    return Number(log10(i.cap_rate / i.rate) / log10(i.cap / each))


def summary(i: Inputs, o: Outputs) -> str:
    token, query = show(Quantity(o.per_token, "J/token"), 3), show(Quantity(o.per_query, "Wh"), 3)
    year = show(readable(Quantity(o.energy, "kWh")), 4)
    return f"{token}, {query} per query; {year} in {show(Quantity(i.time, 'year'), 3)} cost {show(Quantity(o.time_cost, 'USD'))}."


def chart(run) -> Chart:
    """Energy per token against the power cap, along the power law through both points, or with the exponent given."""
    i, o = run.inputs, run.result
    each = drawn(i.power, i.load)
    exponent = i.exponent if o.implied_exponent is None else o.implied_exponent

    def per_token(cap: float) -> float:
        return energy_per_token(facility_power(i.gpus, cap, i.host, i.pue), capped_rate(i.rate, cap, each, exponent))

    at = min(i.cap, each)
    caps = sorted({each * share / 100 for share in range(30, 101, 5)} | {at})
    return Chart(
        title="Energy per token by power cap",
        description=summary(i, o),
        x=Axis("Power per GPU", "W"),
        y=Axis("Energy per token", "J", low=0.0),
        series=(Series("by the power law", tuple((cap, per_token(cap)) for cap in caps), "a"),),
        marks=(Mark("your cap" if o.implied_exponent is not None else "no cap", at, o.capped_per_token),),
    )


CALCULATOR = Calculator(
    title="Energy",
    subject="Cost and operation",
    question="How much energy does a token or a query take, and what does a power cap save?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("per_token", "per_query", "cost", "carbon"),
    chart=chart,
)

"""What do a million tokens cost: renting GPUs by the hour, or owning them?

Both ways pay for every hour that the GPUs are kept, busy or not, so the same share of busy time divides both. What is left out:
staff, networking, and the tokens' kind; state whether the rate counts input or output tokens when you quote the result.
Cost arithmetic: Barroso, Hölzle, Ranganathan, "The datacenter as a computer", 3rd ed., chapter 6 (capital spread over the years
of use, plus energy times PUE).
"""

from dataclasses import dataclass

from calculators import inputs, prices
from calculators.declare import Calculator, accelerator, count, output, quantity
from calculators.formula import formula
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.problems import InputProblem, InputProblems
from calculators.records import Record
from calculators.units import (
    Number,
    Quantity,
    Seconds,
    TokensPerSecond,
    Usd,
    UsdPerJoule,
    UsdPerSecond,
    UsdPerToken,
    Watts,
    show,
)
from calculators.working import Working


@formula("gpus * price_per_gpu")
def renting(gpus: Number, price_per_gpu: UsdPerSecond) -> UsdPerSecond:
    """What `gpus` rented GPUs cost per time, in USD per second."""
    return UsdPerSecond(gpus * price_per_gpu)


@formula("gpus * price_per_gpu * (1 + host_share) / lifetime")
def capital(gpus: Number, price_per_gpu: Usd, host_share: Number, lifetime: Seconds) -> UsdPerSecond:
    """Purchase price of GPUs and their share of hosts and network, spread evenly over the lifetime, per time."""
    return UsdPerSecond(gpus * price_per_gpu * (1 + host_share) / lifetime)


@formula("gpus * power * pue * electricity")
def energy(gpus: Number, power: Watts, pue: Number, electricity: UsdPerJoule) -> UsdPerSecond:
    """Electricity for `gpus` GPUs drawing `power` each, with the facility's overhead (PUE), per time."""
    return UsdPerSecond(gpus * power * pue * electricity)


@formula("capital + energy")
def owning(capital: UsdPerSecond, energy: UsdPerSecond) -> UsdPerSecond:
    """What owned GPUs cost per time: capital and energy, in USD per second."""
    return UsdPerSecond(capital + energy)


@formula("cost_rate / (token_rate * busy)")
def per_token(cost_rate: UsdPerSecond, token_rate: TokensPerSecond, busy: Number) -> UsdPerToken:
    """Cost of one token: what is paid per second over the tokens made per second of kept time.

    $2.50 an hour at 30 tokens/s and always busy: 2.50 / 3600 / 30 = $23.15 per million tokens.
    """
    return UsdPerToken(cost_rate / (token_rate * busy))


@formula("owning / renting")
def break_even(owning: UsdPerSecond, renting: UsdPerSecond) -> Number:
    """Share of all hours for which renting on demand costs what owning costs; above 1, renting is always cheaper."""
    return Number(owning / renting)


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb", help="Sets the power, and the prices where some are recorded.")
    gpus: float = count(2, 1, 100_000, "GPUs", "GPUs that serve together.", "GPU")
    rate: float = quantity(
        "100 token/s",
        "token/s",
        "0.001 token/s",
        "1000000000 token/s",
        "Tokens per second",
        "Of all GPUs together, while busy.",
    )
    busy: float = quantity("60%", "%", "0.1%", "100%", "Busy", "Share of the kept hours in which tokens are made at that rate.")
    hourly: float | None = prices.to_rent("gpu", "Rent per GPU")
    price: float | None = prices.to_buy("gpu", "Purchase price per GPU")
    host_share: float = inputs.host_share()
    lifetime: float = inputs.lifetime()
    electricity: float = inputs.electricity()
    pue: float = inputs.pue()
    power: float = inputs.power_per_gpu("The power limit; or the average you measured.")


@dataclass(frozen=True)
class Outputs:
    rent_per_token: UsdPerToken | None = output("Renting", "USD/Mtoken", "Per million tokens.")
    own_per_token: UsdPerToken | None = output("Owning", "USD/Mtoken", "Per million tokens.")
    break_even: Number | None = output(
        "Owning pays above", "%", "Share of all hours for which renting on demand costs as much as owning."
    )
    rent_hourly: UsdPerSecond | None = output("Rent", "USD/h", "All GPUs.")
    own_hourly: UsdPerSecond | None = output("Cost of owning", "USD/h", "All GPUs: capital and energy.")
    capital_hourly: UsdPerSecond | None = output("Capital", "USD/h", "Purchase spread over the years.")
    energy_hourly: UsdPerSecond = output("Energy", "USD/h", "Electricity with the facility's overhead.")
    energy_yearly: Usd = output("Energy per year", "USD", "If the GPUs draw this power all year.")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Cost per token of renting and of owning; see `renting`, `owning`, `per_token`, `break_even`.

    What needs a price that is not known is None. Raises InputProblems where neither is.
    """
    _ask_for_a_price(i, working)
    rent, rented = _renting(i, working)
    power = working.step("Energy", energy, "USD/h", gpus=i.gpus, power=i.power, pue=i.pue, electricity=i.electricity)
    invest, own, owned = _owning(i, power, working)
    share = None
    if rent is not None and own is not None:
        share = working.step("Owning pays above", break_even, "%", owning=own, renting=rent)
    year = Quantity.of(1, "year").base
    return Outputs(rented, owned, share, rent, own, invest, power, Usd(power * year))


def _ask_for_a_price(i: Inputs, working: Working) -> None:
    asked = {"hourly": (i.hourly, prices.HOURLY), "price": (i.price, prices.PURCHASE)}
    missing = {field: terms for field, (price, terms) in asked.items() if price is None}
    if len(missing) == len(asked):
        raise InputProblems([_needed(field, prices.missing(i.gpu, terms)) for field, terms in missing.items()])
    for terms in missing.values():
        working.remark(prices.ask_for(i.gpu, terms))


def _needed(field: str, why: str) -> InputProblem:
    return InputProblem(field, "", why, "a price, typed in")


def _renting(i: Inputs, working: Working) -> tuple[float | None, float | None]:
    """What all rented GPUs cost per time, and per token."""
    if i.hourly is None:
        return None, None
    rent = working.step("Rent of all GPUs", renting, "USD/h", gpus=i.gpus, price_per_gpu=i.hourly)
    return rent, working.step("Renting, per token", per_token, "USD/Mtoken", cost_rate=rent, token_rate=i.rate, busy=i.busy)


def _owning(i: Inputs, power: float, working: Working) -> tuple[float | None, float | None, float | None]:
    """Capital of all owned GPUs per time, with energy, and per token."""
    if i.price is None:
        return None, None, None
    spread = {"host_share": i.host_share, "lifetime": i.lifetime}
    invest = working.step("Capital", capital, "USD/h", gpus=i.gpus, price_per_gpu=i.price, **spread)
    own = working.step("Cost of owning", owning, "USD/h", capital=invest, energy=power)
    owned = working.step("Owning, per token", per_token, "USD/Mtoken", cost_rate=own, token_rate=i.rate, busy=i.busy)
    return invest, own, owned


def summary(i: Inputs, o: Outputs) -> str:
    costs = {"Renting": o.rent_per_token, "Owning": o.own_per_token}
    return " ".join(f"{way}: {show(Quantity(cost, 'USD/Mtoken'))}." for way, cost in costs.items() if cost is not None)


def chart(run) -> Chart:
    """Cost per million tokens against the busy share."""
    shares = [share / 100 for share in (5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)]
    points = run.sweep("busy", shares)
    ways = {"renting": ("rent_per_token", "a"), "owning": ("own_per_token", "b")}
    known = {way: kept for way, kept in ways.items() if getattr(run.result, kept[0]) is not None}
    cheaper = min(getattr(run.result, name) for name, _ in known.values())
    return Chart(
        title="Cost per million tokens by busy share",
        description=summary(run.inputs, run.result),
        x=Axis("Busy", "%"),
        y=Axis("Cost per million tokens", "USD", log=True),
        series=tuple(
            Series(way, tuple((share * 100, getattr(o, name) * 1e6) for share, o in points), role)
            for way, (name, role) in known.items()
        ),
        marks=(Mark("your busy share", run.inputs.busy * 100, cheaper * 1e6),),
    )


CALCULATOR = Calculator(
    title="Cost per token",
    subject="Cost and operation",
    question="What do a million tokens cost, rented or owned?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("rent_per_token", "own_per_token", "break_even"),
    chart=chart,
)

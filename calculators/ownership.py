"""Rent or buy: what does an hour of an owned GPU cost, against a rented one, and how much must it be used to pay?

Owning costs money whether the GPU works or not: the purchase less the resale, interest, staff and idle power. Only the power
above idle is paid by use. Renting is paid by use alone, as far as the contract lets it be stopped. Capital and energy as
in `cost`; interest by the annuity of a loan repaid monthly, as `numpy_financial.pmt` defines it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculators import cost, inputs, prices
from calculators.declare import Calculator, Derived, accelerator, output, overridable, quantity
from calculators.elementary import growth
from calculators.formula import formula
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.records import Fact, Record
from calculators.units import (
    Number,
    Quantity,
    Seconds,
    TokensPerSecond,
    Usd,
    UsdPerSecond,
    UsdPerToken,
    Watts,
    show,
)
from calculators.working import Working

_HOUR, _DAY, _MONTH, _YEAR = (Quantity.of(1, unit).base for unit in ("h", "day", "month", "year"))
_NO_INTEREST = 1e-9  # a year: below it the annuity and the even spread differ by less than any digit shown


@formula("price * (1 + host_share)")
def invested(price: Usd, host_share: Number) -> Usd:
    """What one GPU costs to buy with its share of host and network, in USD."""
    return Usd(price * (1 + host_share))


@formula("invested * share")
def resale_value(invested: Usd, share: Number) -> Usd:
    """What is got back at the end, in USD, as a share of what was paid."""
    return Usd(invested * share)


@formula("(invested - resale) / lifetime")
def straight_line(invested: Usd, resale: Usd, lifetime: Seconds) -> UsdPerSecond:
    """Capital per time without interest: what is lost in value, spread evenly over the years of use."""
    return UsdPerSecond((invested - resale) / lifetime)


@formula(
    "(invested - resale / (1 + interest / 12) ** (12 * years)) * interest / 12"
    " / (1 - (1 + interest / 12) ** (-12 * years)) / month"
)
def annuity(invested: Usd, resale: Usd, interest: Number, years: Number, month: Seconds) -> UsdPerSecond:
    """Capital per time with interest: the even monthly payment of a loan on what was invested, less the discounted resale.

    `interest` is the nominal rate of a year, charged monthly. $200,000 at 7.5% over 15 years: $1,854.02 a month.
    """
    monthly = interest / 12
    grown = growth(monthly, 12 * years)
    return UsdPerSecond((invested - resale / (1 + grown)) * monthly * (1 + grown) / grown / month)


@formula("power * idle_share + host_power")
def idle_power(power: Watts, idle_share: Number, host_power: Watts) -> Watts:
    """What is drawn all the time, in watts: the idle GPU and its share of the host."""
    return Watts(power * idle_share + host_power)


@formula("power * (1 - idle_share)")
def power_of_use(power: Watts, idle_share: Number) -> Watts:
    """What a working GPU draws above an idle one, in watts."""
    return Watts(power * (1 - idle_share))


@formula("capital + staff + idle_energy")
def always_paid(capital: UsdPerSecond, staff: UsdPerSecond, idle_energy: UsdPerSecond) -> UsdPerSecond:
    """What owning costs per time when the GPU does nothing, in USD per second."""
    return UsdPerSecond(capital + staff + idle_energy)


@formula("always_paid + busy * paid_by_use")
def owning(always_paid: UsdPerSecond, busy: Number, paid_by_use: UsdPerSecond) -> UsdPerSecond:
    """What owning costs per time at a share of busy hours, in USD per second."""
    return UsdPerSecond(always_paid + busy * paid_by_use)


@formula("owning / busy")
def per_used_time(owning: UsdPerSecond, busy: Number) -> UsdPerSecond:
    """What owning costs for each hour that is really used."""
    return UsdPerSecond(owning / busy)


@formula("rent - paid_by_use")
def saved_by_use(rent: UsdPerSecond, paid_by_use: UsdPerSecond) -> UsdPerSecond:
    """What each time of use saves the owner: the rent, less the power that use costs."""
    return UsdPerSecond(rent - paid_by_use)


@formula("always_paid / saved_by_use")
def break_even(always_paid: UsdPerSecond, saved_by_use: UsdPerSecond) -> Number:
    """Share of all hours from which owning is cheaper than renting only the hours used."""
    return Number(always_paid / saved_by_use)


@formula("invested / (busy * rent - running)")
def payback(invested: Usd, busy: Number, rent: UsdPerSecond, running: UsdPerSecond) -> Seconds:
    """Time until the rent saved has paid for the purchase, interest and resale left out, in seconds."""
    return Seconds(invested / (busy * rent - running))


@formula("always_paid / (other_per_token * rate - paid_by_use)")
def break_even_against(
    always_paid: UsdPerSecond, other_per_token: UsdPerToken, rate: TokensPerSecond, paid_by_use: UsdPerSecond
) -> Number:
    """Share of its hours that one GPU must be busy to make tokens at the cost of another that is always busy."""
    return Number(always_paid / (other_per_token * rate - paid_by_use))


@formula("owning / other")
def times_as_fast(owning: UsdPerSecond, other: UsdPerSecond) -> Number:
    """How many times as fast as the other a GPU must be to make tokens at the same cost, both busy alike."""
    return Number(owning / other)


def _other_power(known: Mapping[str, Any]) -> Fact:
    return known["against"]["power.tdp"]


def _other_rate(known: Mapping[str, Any]) -> Derived:
    both = tuple(known[side]["memory.bandwidth"] for side in ("against", "gpu"))
    how = (
        "No rate is given; this one has the ratio of the two memory bandwidths, as small batches have. Put in what you measured."
    )
    return Derived(Quantity(known["rate"].base * both[0].base / both[1].base, "token/s"), both, how)


_RATE = ("token/s", "0.001 token/s", "1000000000 token/s")
_PRICE = ("USD", "1 USD", "10000000 USD")


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-pcie-80gb", help="Sets the power, and the prices where some are recorded.")
    busy: float = quantity("60%", "%", "0.1%", "100%", "Busy", "Share of all hours in which the GPU is used.")
    lifetime: float = quantity("4 year", "year", "0.1 year", "20 year", "Years of use", "Until it is sold or thrown away.")
    resale: float = quantity("20%", "%", "0%", "100%", "Resale value", "At the end, as a share of what was paid.")
    interest: float = quantity("8%", "%", "0%", "100%", "Interest", "A year, on the money bound; charged monthly.")
    electricity: float = inputs.electricity()
    rate: float = quantity("1000 token/s", *_RATE, "Tokens per second", "Of one GPU while busy; say which tokens you count.")
    against: Record = accelerator("l40s", "Against", "Another GPU to own instead.")
    hourly: float = overridable(
        prices.default("gpu", prices.HOURLY), "USD/h", "0.001 USD/h", "10000 USD/h",
        *("Rent", "Per GPU and hour: the newest recorded on-demand price, or yours."),
    )  # fmt: skip
    price: float = overridable(
        prices.default("gpu", prices.PURCHASE), *_PRICE, "Purchase price", "Of one GPU: the newest recorded one, or yours."
    )
    host_share: float = inputs.host_share()
    staff: float = quantity("0 USD/year", "USD/year", "0 USD/year", "10000000 USD/year", "Staff", "Per GPU and year.")
    power: float = inputs.power_per_gpu("While busy: the power limit, or the average you measured.")
    idle_share: float = quantity("15%", "%", "0%", "100%", "Idle power", "Of an idle GPU, as a share of the busy one's.")
    host_power: float = quantity("250 W", "W", "0 W", "100000 W", "Power of the host", "Share of one GPU, drawn all the time.")
    pue: float = inputs.pue()
    against_price: float = overridable(
        prices.default("against", prices.PURCHASE),
        *_PRICE,
        "Purchase price of the other",
        "The newest recorded one, or yours.",
    )
    against_power: float = overridable(
        _other_power, "W", "1 W", "100000 W", "Power of the other", "While busy: its power limit, or the average."
    )
    against_rate: float = overridable(_other_rate, *_RATE, "Tokens per second of the other", "While busy, same work.")


@dataclass(frozen=True)
class Outputs:
    own_per_used_hour: UsdPerSecond = output("Owned, per hour used", "USD/h", "Everything, spread over the hours used.")
    rent_hourly: UsdPerSecond = output("Rented, per hour used", "USD/h", "What you pay by the hour.")
    cheaper: str = output("Cheaper", None, "At this share of busy hours.")
    break_even_hours: Seconds | None = output("Owning pays from", "h", "Hours of use in each day.")
    break_even: Number | None = output("Break-even utilization", "%", "The same as a share of all hours.")
    payback: Seconds | None = output("Paid back after", "month", "By the rent saved, without interest and resale.")
    saved_yearly: Usd = output("Saved in a year", "USD", "Rent for the busy hours, less the cost of owning.", signed=True)
    own_hourly: UsdPerSecond = output("Owned, per hour kept", "USD/h", "Busy or not.")
    invested: Usd = output("Invested", "USD", "Purchase price with host and network.")
    capital_hourly: UsdPerSecond = output("Capital", "USD/h", "Purchase less resale, with interest.")
    energy_hourly: UsdPerSecond = output("Energy", "USD/h", "Idle and in use, with the facility's overhead.")
    energy_yearly: Usd = output("Energy in a year", "USD", "At this share of busy hours.")
    total: Usd = output("Cost of owning in all", "USD", "Over the years of use, resale deducted.")
    own_per_token: UsdPerToken = output("Owned, per token", "USD/Mtoken", "Per million tokens of the rate given.")
    rent_per_token: UsdPerToken = output("Rented, per token", "USD/Mtoken", "Per million tokens, rent for busy hours only.")
    against_hourly: UsdPerSecond = output("The other, per hour kept", "USD/h", "Owned under the same conditions.")
    against_per_token: UsdPerToken = output("The other, per token", "USD/Mtoken", "Owned and busy alike.")
    times_as_fast: Number = output("Must be as fast as", "x", "So many times the other, to cost the same per token.")
    break_even_against: Number | None = output(
        "Break-even with the other", "%", "Busy hours from which this one beats others that are always busy."
    )


@dataclass(frozen=True)
class _Owned:
    """What owning one GPU costs per time, by what it is paid for."""

    invested: float
    capital: float
    energy: float
    always: float
    by_use: float
    kept: float


def _owned(i: Inputs, name: str, price: float, power: float, working: Working) -> _Owned:
    paid = working.step(f"{name}: invested", invested, "USD", price=price, host_share=i.host_share)
    resale = working.step(f"{name}: resale", resale_value, "USD", invested=paid, share=i.resale)
    if i.interest < _NO_INTEREST:
        spent = working.step(f"{name}: capital", straight_line, "USD/h", invested=paid, resale=resale, lifetime=i.lifetime)
    else:
        loan = {"interest": i.interest, "years": i.lifetime / _YEAR, "month": _MONTH}
        spent = working.step(f"{name}: capital", annuity, "USD/h", invested=paid, resale=resale, **loan)
    watts = {
        "idle": working.step(
            f"{name}: idle power", idle_power, "W", power=power, idle_share=i.idle_share, host_power=i.host_power
        ),
        "in use": working.step(f"{name}: power of use", power_of_use, "W", power=power, idle_share=i.idle_share),
    }
    idle, used = (
        working.step(f"{name}: energy {when}", cost.energy, "USD/h", gpus=1, power=drawn, pue=i.pue, electricity=i.electricity)
        for when, drawn in watts.items()
    )
    always = working.step(f"{name}: paid always", always_paid, "USD/h", capital=spent, staff=i.staff, idle_energy=idle)
    kept = working.step(f"{name}: owned, per hour kept", owning, "USD/h", always_paid=always, busy=i.busy, paid_by_use=used)
    return _Owned(paid, spent, idle + i.busy * used, always, used, kept)


def calculate(i: Inputs, working: Working) -> Outputs:
    """Cost of owning against renting; see `owning`, `break_even`, `annuity`, `break_even_against`.

    What never happens is None.
    """
    own = _owned(i, i.gpu.short, i.price, i.power, working)
    used = working.step("Owned, per hour used", per_used_time, "USD/h", owning=own.kept, busy=i.busy)
    share = _share(own, i.hourly, working)
    back = _payback(i, own, working)
    saved = (i.hourly * i.busy - own.kept) * _YEAR
    tokens = {"token_rate": i.rate, "busy": i.busy}
    own_token = working.step("Owned, per token", cost.per_token, "USD/Mtoken", cost_rate=own.kept, **tokens)
    rent_token = working.step("Rented, per token", cost.per_token, "USD/Mtoken", cost_rate=i.hourly, token_rate=i.rate, busy=1)
    return Outputs(
        used, i.hourly, "owning" if own.kept < i.hourly * i.busy else "renting",
        None if share is None else share * _DAY, share, back, saved, own.kept, own.invested, own.capital, own.energy,
        own.energy * _YEAR, own.kept * i.lifetime, own_token, rent_token, *_other(i, own, working),
    )  # fmt: skip


def _share(own: _Owned, rent: float, working: Working) -> float | None:
    if rent <= own.by_use:
        working.remark("Renting costs less than the electricity of a busy GPU: owning never pays.")
        return None
    saved = working.step("Saved by use", saved_by_use, "USD/h", rent=rent, paid_by_use=own.by_use)
    share = working.step("Break-even utilization", break_even, "%", always_paid=own.always, saved_by_use=saved)
    if share <= 1:
        return share
    times = show(Quantity((own.always + own.by_use) / rent, "x"), 3)
    working.remark(f"Owning never pays at this rent: even busy all the time it costs {times} as much.")
    return None


def _payback(i: Inputs, own: _Owned, working: Working) -> float | None:
    running = own.kept - own.capital
    if i.busy * i.hourly <= running:
        return None
    return working.step("Paid back", payback, "month", invested=own.invested, busy=i.busy, rent=i.hourly, running=running)


def _other(i: Inputs, own: _Owned, working: Working) -> tuple[float | None, ...]:
    """Cost per hour and per token of the other GPU, the speed that makes them equal, and the break-even utilization."""
    name = i.against.short if i.against is not i.gpu else f"other {i.against.short}"
    other = _owned(i, name, i.against_price, i.against_power, working)
    token = working.step(
        f"{name}: per token", cost.per_token, "USD/Mtoken", cost_rate=other.kept, token_rate=i.against_rate, busy=i.busy
    )
    fast = working.step("Must be as fast as the other", times_as_fast, "x", owning=own.kept, other=other.kept)
    full = working.step(
        f"{name}: per token, always busy", cost.per_token, "USD/Mtoken",
        cost_rate=other.always + other.by_use, token_rate=i.against_rate, busy=1,
    )  # fmt: skip
    if full * i.rate <= own.by_use:
        return other.kept, token, fast, None
    terms = {"always_paid": own.always, "other_per_token": full, "rate": i.rate, "paid_by_use": own.by_use}
    share = working.step("Break-even with the other", break_even_against, "%", **terms)
    if share > 1:
        working.remark(f"Even busy all the time, {i.gpu.short} makes dearer tokens than enough {name} that are always busy.")
    return other.kept, token, fast, share if share <= 1 else None


def summary(i: Inputs, o: Outputs) -> str:
    own, rent = (show(Quantity(each, "USD/h")) for each in (o.own_per_used_hour, o.rent_hourly))
    start = f"{own} for each hour used when owned, {rent} when rented"
    if o.break_even_hours is None:
        return f"{start}: owning never pays."
    return f"{start}: owning pays from {show(Quantity(o.break_even_hours, 'h'), 3)} of use a day."


def chart(run) -> Chart:
    """Cost of an hour used, against the share of busy hours."""
    points = run.sweep("busy", [share / 100 for share in (5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100)])
    in_hours = [(share * 100, o.own_per_used_hour * _HOUR, o.rent_hourly * _HOUR) for share, o in points]
    i, o = run.inputs, run.result
    return Chart(
        title=f"Cost of an hour used, {i.gpu.short}",
        description=summary(i, o),
        x=Axis("Busy", "%"),
        y=Axis("Cost of an hour used", "USD/h", log=True),
        series=(
            Series("owned", tuple((share, own) for share, own, _ in in_hours), "a"),
            Series("rented", tuple((share, rent) for share, _, rent in in_hours), "b"),
        ),
        marks=(Mark("your busy share", i.busy * 100, min(o.own_per_used_hour, o.rent_hourly) * _HOUR),),
    )


CALCULATOR = Calculator(
    title="Rent or buy",
    subject="Cost and operation",
    question="Rent the GPU or buy it, and how much must it be used?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("own_per_used_hour", "rent_hourly", "break_even_hours", "break_even"),
    chart=chart,
)

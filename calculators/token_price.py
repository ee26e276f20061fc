"""What do a million input, output and cached tokens cost on GPUs that you pay by the hour, and when is an API cheaper?

Input and output tokens take the GPUs for different times: a prefill rate and a decode rate turn an hourly price into a price for
each. A measured throughput of mixed work has to be split by an assumed ratio of the two, as the GKE inference recommender does
(google.cloud.gkerecommender, type Cost). Utilization is not an input: it follows from the load, because whole replicas are paid
for, and they are kept for the peak.
"""

import math
from dataclasses import dataclass

from calculators import cost, prices
from calculators.declare import Calculator, accelerator, choice, count, output, overridable, quantity
from calculators.formula import formula
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.problems import InputProblem, InputProblems
from calculators.records import Record
from calculators.units import (
    Number,
    Quantity,
    RequestsPerSecond,
    Seconds,
    Tokens,
    TokensPerSecond,
    Usd,
    UsdPerSecond,
    UsdPerToken,
    show,
)
from calculators.working import Working

RATES = {"apart": "prefill and decode rates, each measured alone", "together": "one output rate, measured under mixed requests"}
_MILLION = 1e6
_PLAUSIBLE = (0.005, 1000)  # USD per million tokens that an API may ask: outside, a price is for another number of tokens
_POINTS = 80


@formula("input_tokens * (1 - cached_share * (1 - cached_effort))")
def computed_input(input_tokens: Tokens, cached_share: Number, cached_effort: Number) -> Tokens:
    """Input tokens of a request in units of uncached ones: a cached token takes `cached_effort` of the work of another."""
    return Tokens(input_tokens * (1 - cached_share * (1 - cached_effort)))


@formula("throughput * (1 + computed_input / (output_tokens * price_ratio))")
def decode_alone(
    throughput: TokensPerSecond, computed_input: Tokens, output_tokens: Tokens, price_ratio: Number
) -> TokensPerSecond:
    """Output rate if there were no input, from a mixed rate: an output token counts as `price_ratio` input tokens.

    The cost of an output token is then cost / (input rate / price_ratio + output rate), as the GKE recommender splits it.
    """
    return TokensPerSecond(throughput * (1 + computed_input / (output_tokens * price_ratio)))


@formula("decode_rate * price_ratio")
def prefill_alone(decode_rate: TokensPerSecond, price_ratio: Number) -> TokensPerSecond:
    """Input rate if there were no output, at the same ratio."""
    return TokensPerSecond(decode_rate * price_ratio)


@formula("computed_input / prefill_rate + output_tokens / decode_rate")
def time_per_request(
    computed_input: Tokens, prefill_rate: TokensPerSecond, output_tokens: Tokens, decode_rate: TokensPerSecond
) -> Seconds:
    """Time that a replica spends on a request, in seconds: its share of the work, not the time a reader waits."""
    return Seconds(computed_input / prefill_rate + output_tokens / decode_rate)


@formula("max(1, ceil(peak * load * time_per_request / highest_use))")
def replicas_kept(peak: Number, load: RequestsPerSecond, time_per_request: Seconds, highest_use: Number) -> Number:
    """Whole replicas that keep the highest utilization allowed at the peak; at least one."""
    return Number(max(1, math.ceil(peak * load * time_per_request / highest_use)))


@formula("load * time_per_request / replicas")
def utilization(load: RequestsPerSecond, time_per_request: Seconds, replicas: Number) -> Number:
    """Share of the paid time in which a replica works, at the mean load."""
    return Number(load * time_per_request / replicas)


@formula("replicas * replica_cost / load")
def per_request(replicas: Number, replica_cost: UsdPerSecond, load: RequestsPerSecond) -> Usd:
    """Cost of a request, in USD: everything paid over the requests served."""
    return Usd(replicas * replica_cost / load)


@formula("input_cost * cached_effort")
def cached_cost(input_cost: UsdPerToken, cached_effort: Number) -> UsdPerToken:
    """Cost of an input token found in the prefix cache."""
    return UsdPerToken(input_cost * cached_effort)


@formula("input_tokens * (1 - cached_share) * api_input + input_tokens * cached_share * api_cached + output_tokens * api_output")
def api_request(
    input_tokens: Tokens,
    cached_share: Number,
    api_input: UsdPerToken,
    api_cached: UsdPerToken,
    output_tokens: Tokens,
    api_output: UsdPerToken,
) -> Usd:
    """What an API asks for a request, in USD: input, cached input and output at their own prices."""
    missed, found = input_tokens * (1 - cached_share), input_tokens * cached_share
    return Usd(missed * api_input + found * api_cached + output_tokens * api_output)


@formula("replica_cost / api_request")
def break_even_load(replica_cost: UsdPerSecond, api_request: Usd) -> RequestsPerSecond:
    """Requests per second at which an API costs what one replica costs."""
    return RequestsPerSecond(replica_cost / api_request)


_RATE = ("token/s", "0.001 token/s", "1000000000 token/s")
_API = ("USD/Mtoken", "0 USD/Mtoken", "1000000000 USD/Mtoken")


@dataclass(frozen=True)
class Inputs:
    gpu: Record = accelerator("h100-sxm5-80gb", help="For its recorded price alone; the rates are yours.")
    gpus: float = count(2, 1, 10_000, "GPUs per replica", "GPUs that serve one copy of the model together.", "GPU")
    load: float = quantity("2 request/s", "request/s", "0.000001 request/s", "1000000 request/s", "Requests", "On average.")
    input_tokens: float = count(2000, 0, 10_000_000, "Input tokens", "Of a request.", "token")
    output_tokens: float = count(300, 1, 10_000_000, "Output tokens", "Of a request.", "token")
    cached_share: float = quantity("30%", "%", "0%", "100%", "Cache hits", "Share of the input tokens found in the prefix cache.")
    prefill_rate: float = quantity(
        "20000 token/s", *_RATE, "Prefill rate", "Input tokens per second of one replica, no decoding."
    )
    decode_rate: float = quantity("2500 token/s", *_RATE, "Decode rate", "Output tokens per second of one replica, no prefill.")
    hourly: float = overridable(
        prices.default("gpu", prices.HOURLY), "USD/h", "0.001 USD/h", "10000 USD/h",
        *("Price per GPU", "By the hour: the newest recorded on-demand price; or yours, or the hour kept of your own GPU."),
    )  # fmt: skip
    rates: str = choice("apart", RATES, "Rates are", "A load test gives one rate for mixed requests.")
    throughput: float = quantity(
        "1500 token/s", *_RATE, "Mixed output rate", "Of one replica at full load, if measured together."
    )
    price_ratio: float = quantity(
        "4", "", "1", "1000", "Output over input", "Work of an output token in input tokens, if together."
    )
    cached_effort: float = quantity("10%", "%", "0%", "100%", "Work of a cached token", "As a share of one that is computed.")
    peak: float = quantity("2", "x", "1", "1000", "Peak over mean", "Replicas are kept for the peak; 1 if they follow the load.")
    highest_use: float = quantity("80%", "%", "1%", "100%", "Highest utilization", "At the peak; above it, waiting times grow.")
    api_input: float = quantity("0.60 USD/Mtoken", *_API, "API, input", "Price of a million input tokens.")
    api_output: float = quantity("2.40 USD/Mtoken", *_API, "API, output", "Price of a million output tokens.")
    api_cached: float = quantity("0.06 USD/Mtoken", *_API, "API, cached input", "Price of a million cached input tokens.")


@dataclass(frozen=True)
class Outputs:
    output_cost: UsdPerToken = output("Output tokens", "USD/Mtoken", "Per million, at this load.")
    input_cost: UsdPerToken = output("Input tokens", "USD/Mtoken", "Per million computed ones, at this load.")
    cached_cost: UsdPerToken = output("Cached input tokens", "USD/Mtoken", "Per million, at this load.")
    per_request: Usd = output("A request", "USD", "At this load.")
    api_per_request: Usd = output("A request by the API", "USD", "At the prices given.")
    ratio: Number = output("Own over API", "x", "How many times as much a request costs on your GPUs.")
    cheaper: str = output("Cheaper", None, "At this load.")
    break_even_load: RequestsPerSecond | None = output("Own GPUs pay from", "request/s", "If it is on average more than this.")
    utilization: Number = output("Utilization", "%", "Share of the paid time in which the GPUs work.")
    replicas: Number = output("Replicas", "", "Copies of the model that are kept for the peak.")
    output_cost_full: UsdPerToken = output("Output tokens, at full load", "USD/Mtoken", "Per million, if the GPUs never waited.")
    input_cost_full: UsdPerToken = output("Input tokens, at full load", "USD/Mtoken", "Per million, if the GPUs never waited.")
    cached_cost_full: UsdPerToken = output("Cached tokens, at full load", "USD/Mtoken", "Per million, if the GPUs never waited.")
    per_request_full: Usd = output("A request, at full load", "USD", "If the GPUs never waited.")
    time_per_request: Seconds = output("Time of a replica", "ms", "That a request takes of it; not what a reader waits.")
    requests_full: RequestsPerSecond = output("Requests of a replica", "request/s", "At full load.")
    cost_hourly: UsdPerSecond = output("All replicas", "USD/h", "Paid whether used or not.")


def calculate(i: Inputs, working: Working) -> Outputs:
    """Cost of tokens by kind and load; see `time_per_request`, `replicas_kept`, `api_request`.

    Raises InputProblems for an API price that must be per thousand tokens, or per one.
    """
    _refuse_other_counts(i)
    computed = working.step(
        "Computed input", computed_input, "token",
        input_tokens=i.input_tokens, cached_share=i.cached_share, cached_effort=i.cached_effort,
    )  # fmt: skip
    prefill, decode = _rates(i, computed, working)
    replica = working.step("Cost of a replica", cost.renting, "USD/h", gpus=i.gpus, price_per_gpu=i.hourly)
    spent = working.step(
        "Time of a replica per request", time_per_request, "s",
        computed_input=computed, prefill_rate=prefill, output_tokens=i.output_tokens, decode_rate=decode,
    )  # fmt: skip
    kept = {"peak": i.peak, "load": i.load, "time_per_request": spent, "highest_use": i.highest_use}
    replicas = working.step("Replicas", replicas_kept, **kept)
    used = working.step("Utilization", utilization, "%", load=i.load, time_per_request=spent, replicas=replicas)
    full = _by_kind(i, replica, prefill, decode, 1.0, "at full load", working)
    here = _by_kind(i, replica, prefill, decode, used, "at this load", working)
    request = working.step("A request", per_request, "USD", replicas=replicas, replica_cost=replica, load=i.load)
    api = working.step("A request by the API", api_request, "USD", **_asked(i))
    enough = working.step("Own GPUs pay from", break_even_load, "request/s", replica_cost=replica, api_request=api)
    most = i.highest_use / (i.peak * spent)
    if enough > most:
        working.remark(_never(replica * spent * i.peak / i.highest_use / api))
    _remark_thousands(here[0], working)
    return Outputs(
        *here, request, api, Number(request / api), "own GPUs" if request < api else "API", enough if enough <= most else None,
        used, replicas, *full, Usd(replica * spent), spent, RequestsPerSecond(1 / spent), UsdPerSecond(replicas * replica),
    )  # fmt: skip


def _rates(i: Inputs, computed: float, working: Working) -> tuple[float, float]:
    """The rates of prefill and decode alone, of one replica."""
    if i.rates == "apart":
        return i.prefill_rate, i.decode_rate
    mixed = {"throughput": i.throughput, "computed_input": computed, "output_tokens": i.output_tokens}
    decode = working.step("Decode alone", decode_alone, "token/s", **mixed, price_ratio=i.price_ratio)
    return working.step("Prefill alone", prefill_alone, "token/s", decode_rate=decode, price_ratio=i.price_ratio), decode


def _by_kind(
    i: Inputs, replica: float, prefill: float, decode: float, used: float, when: str, working: Working
) -> tuple[float, float, float]:
    """Cost of an output, an input and a cached token at a utilization."""
    output_cost, input_cost = (
        working.step(f"{kind}, {when}", cost.per_token, "USD/Mtoken", cost_rate=replica, token_rate=rate, busy=used)
        for kind, rate in (("Output", decode), ("Input", prefill))
    )
    terms = {"input_cost": input_cost, "cached_effort": i.cached_effort}
    return output_cost, input_cost, working.step(f"Cached input, {when}", cached_cost, "USD/Mtoken", **terms)


def _asked(i: Inputs) -> dict[str, float]:
    names = ("input_tokens", "cached_share", "api_input", "api_cached", "output_tokens", "api_output")
    return {name: getattr(i, name) for name in names}


def _refuse_other_counts(i: Inputs) -> None:
    """Refuse API prices that are a thousand or a million times off: they are for another number of tokens."""
    low, high = _PLAUSIBLE
    problems = []
    for field in ("api_input", "api_output", "api_cached"):
        price = getattr(i, field) * _MILLION
        if low <= price <= high or (field == "api_cached" and price == 0):
            continue
        off = "too little for a million tokens: a price per thousand?" if price < low else "too much for a million tokens"
        given = show(Quantity(price / _MILLION, "USD/Mtoken"))
        accepted = f"${low} to ${high} per million tokens; with another count say so: 0.0006 USD/ktoken"
        problems.append(InputProblem(field, given, f"is {off}", accepted))
    if problems:
        raise InputProblems(problems)


def _never(times: float) -> str:
    said = show(Quantity(times, "x"), 3)
    return f"The API is cheaper at every load: even replicas as full as allowed cost {said} as much for a request."


def _remark_thousands(per_output: float, working: Working) -> None:
    per_thousand = show(Quantity(per_output, "USD/ktoken"))
    working.remark(f"Output as older price lists count it, at this load: {per_thousand}.")


def summary(i: Inputs, o: Outputs) -> str:
    made = show(Quantity(o.output_cost, "USD/Mtoken"))
    read = show(Quantity(o.input_cost, "USD/Mtoken"))
    times = show(Quantity(o.ratio, "x"), 3)
    return f"Output costs {made}, input {read}, and a request {times} what the API asks for it."


def chart(run) -> Chart:
    """Cost of a request against the load, with the price of the API."""
    i, o = run.inputs, run.result
    loads = [i.load * 10 ** (-2 + 4 * step / _POINTS) for step in range(_POINTS + 1)]
    points = [(load, found.per_request * 1e3) for load, found in run.sweep("load", loads)]
    ends = (points[0][0], points[-1][0])
    return Chart(
        title="Cost of a thousand requests by load",
        description=f"{summary(i, o)} Each step is another replica; below the first one, the cost is that of waiting.",
        x=Axis("Requests on average", "request/s", log=True),
        y=Axis("Cost of a thousand requests", "USD", log=True),
        series=(
            Series("own GPUs", tuple(points), "a"),
            Series("API", tuple((end, o.api_per_request * 1e3) for end in ends), "b"),
            Series("own GPUs, never waiting", tuple((end, o.per_request_full * 1e3) for end in ends), "limit"),
        ),
        marks=(Mark("your load", i.load, o.per_request * 1e3),),
    )


CALCULATOR = Calculator(
    title="Price of a token",
    subject="Cost and operation",
    question="What do input, output and cached tokens cost, and is an API cheaper?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("output_cost", "input_cost", "per_request", "break_even_load"),
    chart=chart,
)

"""Which accelerator, and how many of it, for a load: every one of the fact base, ranked, with the reason each loser lost.

A candidate is a group of 1, 2, 4, 8 ... of one accelerator that shares every step by tensor parallelism. Its times are those of
the roofline (Williams, Waterman, Patterson, CACM 52(4), 2009) at an assumed share of the bandwidth and of the peak; see
calculators/candidates.py. They are bounds under these two assumptions, not promises: communication, scheduling and queues are
left out.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from calculators import (
    architecture,
    cost,
    decode,
    facts,
    formats,
    inputs,
    memory_fit,
    model_states,
    prices,
    published_rules,
    training_flops,
)
from calculators.candidates import (
    ADAM_BYTES,
    Card,
    Load,
    Owner,
    Served,
    arithmetic_in,
    cards,
    inference_loads,
    owned,
    peak_of,
    rented,
    serve,
    train,
    training_loads,
)
from calculators.declare import Calculator, accelerator, choice, count, model, output, overridable, quantity
from calculators.present.chart import Axis, Chart, Mark, Series
from calculators.present.html import Html
from calculators.present.ranking import ranking
from calculators.problems import InputProblem, InputProblems
from calculators.records import MissingFact, Record
from calculators.token_price import time_per_request
from calculators.units import Number, Quantity, Seconds, TokensPerSecond, Usd, UsdPerSecond, UsdPerToken, Watts, show
from calculators.working import Working

TASKS = {"inference": "inference", "training": "training (AdamW, states sharded over the group)"}
MEANS = {"rent": "rent by the hour", "buy": "buy"}
RANKS = {"cost": "cost per million tokens", "per-watt": "tokens per second and watt", "speed": "tokens per second"}
ANY = ("fp16", "fp8", "int8", "int4-g128")
WEIGHTS = {"any": "any of FP16, FP8, INT8, INT4", **formats.WEIGHT_CHOICES}
REASONS = {
    "lost_heads": "Heads do not divide",
    "lost_fit": "Does not fit",
    "lost_fp8": "No FP8",
    "lost_facts": "Facts missing",
    "lost_step": "Too slow per token",
    "lost_first": "Too slow to the first token",
    "lost_power": "Too much power",
    "lost_price": "No price known",
    "lost_budget": "Too expensive",
}
_SHOWN = 15
_NAMED = 5
_MILLION = 1e6


def _not_given(known) -> None:
    raise MissingFact("nothing was given")


def _limit(unit: str, high: str, label: str, help: str):
    return overridable(_not_given, unit, f"0.000001 {unit}", f"{high} {unit}", label, help, optional=True)


@dataclass(frozen=True)
class Inputs:
    model: Record = model("llama-3.1-70b")
    task: str = choice("inference", TASKS, "Task", "What the accelerators are for.")
    weights: str = choice(
        "fp16", WEIGHTS, "Weight format", "Fewer bits are read faster; what they cost in quality is not judged."
    )
    kv: str = inputs.kv_format()
    prompt: float = count(
        2048, 1, 10_000_000, "Prompt", "Tokens; in training, the prompt and the answer are one sequence.", "token"
    )
    answer: float = count(512, 1, 10_000_000, "Answer", "Tokens that are generated.", "token")
    concurrency: float = count(32, 1, 100_000, "Concurrency", "Sequences decoded together.", "sequence")
    largest: float = count(8, 1, 1024, "At most", "Groups of 1, 2, 4, 8 ... up to this are looked at.", "GPU")
    step_limit: float | None = _limit("ms", "1000000", "Time per output token, at most", "Empty: no limit.")
    first_limit: float | None = _limit(
        "s", "1000000", "Time to first token, at most", "Of one prompt, without a queue. Empty: no limit."
    )
    means: str = choice("rent", MEANS, "Rent or buy", "Which prices count.")
    hourly_budget: float | None = _limit("USD/h", "1000000000", "Budget per hour", "Of the group. Empty: no limit.")
    purchase_budget: float | None = _limit(
        "USD", "1000000000000", "Budget to buy", "Of the group with its hosts. Empty: no limit."
    )
    power_limit: float | None = _limit(
        "kW", "1000000", "Power, at most", "Sum of the power limits of the group. Empty: no limit."
    )
    rank: str = choice("cost", RANKS, "Ranked by", "Without a known price nothing is ranked by cost.")
    only: Record | None = accelerator("", "Only this one", "One accelerator, to see why it lost; or all.", optional=True)
    mbu: float = quantity(
        "60%", "%", "1%", "100%", "Bandwidth reached (MBU)", "An assumption: the share of the memory bandwidth."
    )
    mfu: float = quantity("40%", "%", "1%", "100%", "Peak rate reached (MFU)", "An assumption: the share of the dense peak.")
    busy: float = quantity("60%", "%", "0.1%", "100%", "Busy", "Share of the paid hours with this load.")
    overhead: float = quantity(
        "2 GiB", "GiB", "0 GiB", "1000 GiB", "Overhead per GPU", "Context, activations, buffers: measure yours."
    )
    scope: str = inputs.quantized_scope()
    rule: str = choice(
        published_rules.NONE, published_rules.RULES, "Published rule", "What a rule in circulation answers, next to ours."
    )
    fleet: str = choice(published_rules.NONE, published_rules.FLEETS, "Fleet so far", "Asked by the rule on A100 or H100 alone.")
    spot: str = choice("no", published_rules.SPOT, "Spot capacity", "Asked by the rule on A100 or H100 alone.")
    host_share: float = inputs.host_share()
    lifetime: float = inputs.lifetime()
    electricity: float = inputs.electricity()
    pue: float = inputs.pue()

    @cached_property
    def judged(self) -> tuple["Candidate", ...]:
        """Every candidate; the answer, its chart and its table share them."""
        return tuple(candidates(self))


def _counted(label: str, help: str):
    return output(label, "", help)


@dataclass(frozen=True)
class Outputs:
    winner: str = output("Best", None, "By the order chosen.")
    cost: UsdPerToken | None = output(
        "Cost per token", "USD/Mtoken", "Per million output tokens, prompts included; in training, of all."
    )
    rate: TokensPerSecond | None = output("Tokens per second", "token/s", "Output, with prompts worked on in between.")
    qualify: Number = _counted("Qualify", "Candidates that meet every condition.")
    gpus: Number | None = output("Accelerators", "GPU", "Of the best group.")
    time_per_output_token: Seconds | None = output("Time per output token", "ms", "One step at the full length.")
    time_to_first_token: Seconds | None = output("Time to first token", "s", "Of one prompt, without a queue.")
    hourly: UsdPerSecond | None = output("Paid", "USD/h", "Rent, or capital and energy.")
    purchase: Usd | None = output("To buy", "USD", "The group with its hosts, when bought.")
    power: Watts | None = output("Power", "kW", "Sum of the power limits.")
    ahead: Number | None = output("Next accelerator over the best", "x", "Of its cost; or of the best's speed over its.")
    fewest: Number | None = output("Fewest that qualify", "GPU", "Of any accelerator.")
    candidates: Number = _counted("Candidates", "Accelerators, counts and formats looked at.")
    lost_heads: Number = _counted(REASONS["lost_heads"], "Attention heads cannot be split evenly.")
    lost_fit: Number = _counted(REASONS["lost_fit"], "Weights, KV cache and overhead, or the model states.")
    lost_fp8: Number = _counted(REASONS["lost_fp8"], "No FP8 rate is known of the accelerator.")
    lost_facts: Number = _counted(REASONS["lost_facts"], "A rate or a power limit that is needed is not known.")
    lost_step: Number = _counted(REASONS["lost_step"], "Above the limit per output token.")
    lost_first: Number = _counted(REASONS["lost_first"], "Above the limit to the first token.")
    lost_power: Number = _counted(REASONS["lost_power"], "Above the power limit.")
    lost_price: Number = _counted(REASONS["lost_price"], "A price is needed, and none is recorded; or, to buy, no power limit.")
    lost_budget: Number = _counted(REASONS["lost_budget"], "Above a budget.")
    rule_says: str = output("The rule says", None, "The first of the published rules that applies.")
    rule_qualify: Number | None = _counted("Of the rule's cards qualify", "Candidates of the cards that it names.")
    rule_best: str = output("Best of the rule's cards", None, "By the order chosen.")
    rule_over_best: Number | None = output(
        "Best of the rule's cards over the best", "x", "Of its cost; or of the best's speed over its."
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A group of one accelerator under the load, and why it lost; an empty reason qualifies."""

    card: Card
    load: Load
    reason: str
    served: Served | None = None
    hourly: float | None = None
    cost: float | None = None

    @property
    def merit(self) -> float | None:
        return self.served and self.served.rate

    @property
    def name(self) -> str:
        return f"{self.load.gpus} × {self.card.gpu.short}"

    @property
    def form(self) -> str:
        return formats.WEIGHTS[self.load.weights].name

    @property
    def power(self) -> float | None:
        return None if self.card.power is None else self.card.power * self.load.gpus


def _loads(i: Inputs) -> list[Load]:
    kinds = ANY if i.weights == "any" else (i.weights,)
    if i.task == "training":
        return training_loads(i.model, kinds[:2], i.largest, i.prompt + i.answer, i.overhead)
    return inference_loads(i.model, kinds, i.scope, i.kv, i.largest, i.prompt, i.answer, i.concurrency, i.overhead)


def candidates(i: Inputs) -> Iterator[Candidate]:
    """Every accelerator, count and format, judged."""
    loads = _loads(i)
    heads = int(architecture.Configuration(i.model).number("num_attention_heads"))
    owner = Owner(i.host_share, i.lifetime, i.electricity, i.pue)
    for card in cards():
        if i.only is None or card.gpu is i.only:
            for load in loads:
                yield _judged(i, card, load, heads, owner)


def _judged(i: Inputs, card: Card, load: Load, heads: int, owner: Owner) -> Candidate:
    """A candidate with the first condition that it fails."""
    if load.arithmetic not in card.peaks:
        return Candidate(card, load, "lost_fp8" if load.arithmetic == "fp8" else "lost_facts")
    if i.task == "inference" and heads % load.gpus:
        return Candidate(card, load, "lost_heads")
    if load.held > memory_fit.on_all(card.capacity, load.gpus):
        return Candidate(card, load, "lost_fit")
    if i.task == "training":
        served = Served(0.0, 0.0, train(card, load, i.mfu))
    else:
        served = serve(card, load, i.prompt, i.answer, i.concurrency, i.mbu, i.mfu)
    paid = rented(card, load.gpus) if i.means == "rent" else owned(card, load.gpus, owner)
    token = None if paid is None else cost.per_token(paid, served.rate, i.busy)
    return Candidate(card, load, _failed(i, card, load, served, paid), served, paid, token)


def _failed(i: Inputs, card: Card, load: Load, served: Served, paid: float | None) -> str:
    if i.step_limit is not None and served.step > i.step_limit:
        return "lost_step"
    if i.first_limit is not None and served.prompt > i.first_limit:
        return "lost_first"
    if card.power is None and (i.power_limit is not None or i.rank == "per-watt"):
        return "lost_facts"
    if i.power_limit is not None and card.power * load.gpus > i.power_limit:
        return "lost_power"
    if paid is None and (i.rank == "cost" or i.hourly_budget is not None or _buying_budget(i) is not None):
        return "lost_price"
    if i.hourly_budget is not None and paid > i.hourly_budget:
        return "lost_budget"
    if (limit := _buying_budget(i)) is not None and _to_buy(i, card, load) > limit:
        return "lost_budget"
    return ""


def _buying_budget(i: Inputs) -> float | None:
    return i.purchase_budget if i.means == "buy" else None


def _to_buy(i: Inputs, card: Card, load: Load) -> float:
    return load.gpus * card.price * (1 + i.host_share)


def _merit(i: Inputs, each: Candidate) -> float:
    """What is ranked, the smaller the better."""
    if i.rank == "cost":
        return each.cost
    return 1 / each.served.rate * (each.power if i.rank == "per-watt" else 1)


def ranked(i: Inputs, judged: Iterable[Candidate]) -> list[Candidate]:
    """Those that qualify, the best first; of equals the smaller group."""
    return sorted((each for each in judged if not each.reason), key=lambda each: (_merit(i, each), each.load.gpus))


def _require_sense(i: Inputs) -> None:
    problems = []
    if i.task == "training":
        for field in ("step_limit", "first_limit"):
            if (given := getattr(i, field)) is not None:
                problems.append(InputProblem(field, f"{given:g} s", "has no meaning in training", "nothing"))
        if i.weights not in ("any", "fp32", "bf16", "fp16", "fp8"):
            problems.append(InputProblem("weights", i.weights, "is no format to train in", "any, fp32, bf16, fp16, fp8"))
    if problems:
        raise InputProblems(problems)


def calculate(i: Inputs, working: Working) -> Outputs:
    """Rank every candidate; see `_judged` for the conditions. The working is that of the best.

    Raises InputProblems for limits and formats that have no meaning for the task.
    """
    _require_sense(i)
    if i.purchase_budget is not None and i.means == "rent":
        working.remark("The budget to buy limits nothing here: the accelerators are rented.")
    judged = i.judged
    best = ranked(i, judged)
    lost = Counter(each.reason for each in judged)
    counted = {reason: Number(lost[reason]) for reason in REASONS} | {"candidates": Number(len(judged))}
    counted |= _by_rule(i, best)
    if not best:
        working.remark("Nothing qualifies: the counts of what was lost say which condition to relax.")
        return Outputs("none", None, None, Number(0), *(None,) * 8, **counted)
    first = best[0]
    _show(i, first, working)
    second = next((each for each in best if each.card is not first.card), None)
    served, inference = first.served, i.task == "inference"
    return Outputs(
        winner=f"{first.name}, {first.form}",
        cost=first.cost,
        rate=served.rate,
        qualify=Number(len(best)),
        gpus=Number(first.load.gpus),
        time_per_output_token=served.step if inference else None,
        time_to_first_token=served.prompt if inference else None,
        hourly=first.hourly,
        purchase=Usd(_to_buy(i, first.card, first.load)) if i.means == "buy" and first.card.price else None,
        power=first.power,
        ahead=None if second is None else Number(_merit(i, second) / _merit(i, first)),
        fewest=Number(min(each.load.gpus for each in best)),
        **counted,
    )


def _by_rule(i: Inputs, best: list[Candidate]) -> dict[str, Any]:
    """What the published rule says, and how the cards that it names do under this load."""
    rule = published_rules.answer(i.rule, _asked(i))
    if rule is None:
        says = "no rule was asked for" if i.rule == published_rules.NONE else "none of its rules applies"
        return {"rule_says": says, "rule_qualify": None, "rule_best": "none", "rule_over_best": None}
    named = [facts.load().accelerators[slug] for slug in rule.cards]
    found = ranked(i, [each for gpu in named for each in candidates(dataclasses.replace(i, only=gpu))])
    over = Number(_merit(i, found[0]) / _merit(i, best[0])) if found and best else None
    name = f"{found[0].name}, {found[0].form}" if found else "none qualifies"
    return {"rule_says": rule.says, "rule_qualify": Number(len(found)), "rule_best": name, "rule_over_best": over}


def _asked(i: Inputs) -> published_rules.Asked:
    """The load as the published rules see it."""
    return published_rules.Asked(
        billions=round(architecture.parameter_counts(i.model).total / 1e9), sequences=i.concurrency,
        training=i.task == "training", several=i.largest > 1, power=i.power_limit,
        budget=i.hourly_budget is not None or _buying_budget(i) is not None, fleet=i.fleet, busy=i.busy, spot=i.spot == "yes",
    )  # fmt: skip


def _show(i: Inputs, best: Candidate, working: Working) -> None:
    """The working of the best: what it holds, its times, its cost, and what it rests on."""
    gpu = best.card.gpu
    found = peak_of(gpu, best.load.arithmetic)
    working.use(gpu["memory.bandwidth"], inputs.usable_memory({"gpu": gpu}), *found[1])
    if best.power is not None:
        working.use(gpu["power.tdp"])
    if i.task == "training":
        _show_training(i, best, working)
    else:
        _show_inference(i, best, working)
    if best.cost is not None:
        _show_cost(i, best, working)
    shares = f"{show(Quantity(i.mbu, '%'))} of the bandwidth and {show(Quantity(i.mfu, '%'))} of the peak"
    working.remark(f"Bounds, not promises: every candidate is assumed to reach {shares}, and to lose nothing to communication.")
    if i.weights == "any":
        working.remark("Formats are ranked by cost and speed alone: what fewer bits do to the answers is not judged.")


def _show_inference(i: Inputs, best: Candidate, working: Working) -> None:
    load, gpus = best.load, float(best.load.gpus)
    decode.calculate(decode_inputs(i, best), working)
    spare = working.step("Overhead", memory_fit.on_all, "GB", per_gpu=i.overhead, gpus=gpus)
    working.step(
        "Needed",
        memory_fit.needed,
        "GB",
        weights=load.stored,
        kv_cache=load.held - load.stored - spare,
        activations=0.0,
        overhead=spare,
    )
    working.step("Available", memory_fit.on_all, "GB", per_gpu=best.card.capacity, gpus=gpus)
    terms = {"bytes_read": load.prompt_bytes, "gpus": gpus, "bandwidth": best.card.bandwidth, "efficiency": i.mbu}
    memory = working.step("Prompt: time to read", decode.memory_time, "s", **terms)
    terms = {"flop": load.prompt_flop, "gpus": gpus, "peak": best.card.peaks[load.arithmetic], "efficiency": i.mfu}
    arithmetic = working.step("Prompt: time to multiply", decode.arithmetic_time, "s", **terms)
    first = working.step("Time to first token", decode.step_time, "s", memory_time=memory, arithmetic_time=arithmetic)
    read = working.step("Prompt tokens per second", decode.token_rate, "token/s", tokens_per_step=i.prompt, step_time=first)
    made = decode.token_rate(i.concurrency, best.served.step)
    request = {"computed_input": i.prompt, "prefill_rate": read, "output_tokens": i.answer, "decode_rate": made}
    time = working.step("Time of the group per request", time_per_request, "s", **request)
    working.step("Tokens per second, prompts included", decode.token_rate, "token/s", tokens_per_step=i.answer, step_time=time)


def _show_training(i: Inputs, best: Candidate, working: Working) -> None:
    load, gpus = best.load, float(best.load.gpus)
    parameters, c = architecture.parameter_counts(i.model), architecture.Configuration(i.model)
    working.use(*architecture.facts_of(i.model))
    working.step("Model states", model_states.in_all, "GB", parameters=parameters.total, bytes_each=ADAM_BYTES)
    working.step("Available", memory_fit.on_all, "GB", per_gpu=best.card.capacity, gpus=gpus)
    matrices = working.step("FLOP per token in matrices", training_flops.matrices_per_token, parameters=parameters.active)
    shape = {"layers": c.layers, "heads": c.number("num_attention_heads"), "head_dim": c.number("head_dim")}
    attention = working.step(
        "FLOP per token in attention", training_flops.attention_per_token, sequence=i.prompt + i.answer, **shape
    )
    flop = working.step("FLOP per token", training_flops.per_token, matrices=matrices, attention=attention)
    terms = {"flop": flop, "gpus": gpus, "peak": best.card.peaks[load.arithmetic], "efficiency": i.mfu}
    time = working.step("Time per token", decode.arithmetic_time, "us", **terms)
    working.step("Tokens per second", decode.token_rate, "token/s", tokens_per_step=1, step_time=time)
    working.remark(f"{ADAM_BYTES} bytes of states per parameter are sharded over the group; activations are in the overhead.")


def _show_cost(i: Inputs, best: Candidate, working: Working) -> None:
    gpus, card = float(best.load.gpus), best.card
    if i.means == "rent":
        paid = working.step("Rent", cost.renting, "USD/h", gpus=gpus, price_per_gpu=card.rent)
    else:
        terms = {"price_per_gpu": card.price, "host_share": i.host_share, "lifetime": i.lifetime}
        spent = working.step("Capital", cost.capital, "USD/h", gpus=gpus, **terms)
        terms = {"power": card.power, "pue": i.pue, "electricity": i.electricity}
        energy = working.step("Energy", cost.energy, "USD/h", gpus=gpus, **terms)
        paid = working.step("Cost of owning", cost.owning, "USD/h", capital=spent, energy=energy)
    terms = {"cost_rate": paid, "token_rate": best.served.rate, "busy": i.busy}
    working.step("Cost per token", cost.per_token, "USD/Mtoken", **terms)
    working.remark(prices.newest(card.gpu, prices.HOURLY if i.means == "rent" else prices.PURCHASE).how)


def decode_inputs(i: Inputs, best: Candidate) -> decode.Inputs:
    """The decoding of a candidate as the calculator of decoding takes it."""
    compute = {"fp8": "fp8", "fp16": "fp16", "fp32": "fp32"}[arithmetic_in(best.load.weights)]
    card, gpus = best.card, float(best.load.gpus)
    return decode.Inputs(
        gpu=card.gpu, gpus=gpus, model=i.model, weights=best.load.weights, scope=i.scope, kv=i.kv, batch=i.concurrency,
        context=i.prompt + i.answer, compute=compute, bandwidth_efficiency=i.mbu, compute_efficiency=i.mfu,
        capacity_rule="enforce", bandwidth=card.bandwidth, peak=card.peaks[best.load.arithmetic], capacity=card.capacity,
    )  # fmt: skip


def summary(i: Inputs, o: Outputs) -> str:
    if not o.qualify:
        return f"None of {o.candidates:,.0f} candidates qualifies."
    made = show(Quantity(o.rate, "token/s"))
    paid = "no price known" if o.cost is None else show(Quantity(o.cost, "USD/Mtoken"))
    return f"{o.winner}: about {made}, {paid}. {o.qualify:,.0f} of {o.candidates:,.0f} candidates qualify."


def _best_per_card(best: list[Candidate]) -> list[Candidate]:
    return list({id(each.card): each for each in reversed(best)}.values())[::-1]


def chart(run) -> Chart | None:
    """Cost, or the inverse of the rate, against the time per output token: those that nothing beats in both."""
    i = run.inputs
    if i.task == "training" or i.rank != "cost":
        return None
    front: list[Candidate] = []
    for each in ranked(i, i.judged):
        if not front or each.served.step < front[-1].served.step:
            front.append(each)
    if len(front) < 2:
        return None
    points = [(each.served.step * 1e3, each.cost * _MILLION) for each in front]
    return Chart(
        title="Cost against time per output token: what nothing beats in both",
        description=f"{run.summary} No group is both faster and cheaper than a point.",
        x=Axis("Time per output token", "ms", log=True),
        y=Axis("Cost per million tokens", "USD", log=True),
        series=(Series("cheapest at this time or less", tuple(points), "a"),),
        marks=tuple(Mark(f"{each.name}, {each.form}", *point) for each, point in list(zip(front, points, strict=True))[:_NAMED]),
    )


def _shown(value: float | None, unit: str) -> str:
    return "not known" if value is None else show(Quantity(value, unit))


def table(run) -> Html:
    """The best groups, and the others by the reason they lost for."""
    i = run.inputs
    judged = i.judged
    titles = ("Group", "Weights", "Cost", "Tokens per second", "Per output token", "First token", "Power", "Memory used")
    rows = [
        (
            each.name, each.form, _shown(each.cost, "USD/Mtoken"), _shown(each.served.rate, "token/s"),
            *(("–", "–") if i.task == "training" else (_shown(each.served.step, "ms"), _shown(each.served.prompt, "s"))),
            _shown(each.power, "kW"),
            show(Quantity(each.load.held / (each.card.capacity * each.load.gpus), "%"), 3),
        )
        for each in ranked(i, judged)[:_SHOWN]
    ]  # fmt: skip
    losers = {
        label: [
            (each.card.gpu.short, f"{each.load.gpus} × {each.form}" if i.weights == "any" else f"{each.load.gpus}")
            for each in judged
            if each.reason == reason
        ]
        for reason, label in REASONS.items()
    }
    return ranking(titles, rows, losers)


CALCULATOR = Calculator(
    title="Which GPU?",
    question="Which accelerator, and how many, serves or trains this model best?",
    inputs=Inputs,
    outputs=Outputs,
    calculate=calculate,
    summary=summary,
    headline=("cost", "rate", "time_per_output_token", "qualify"),
    chart=chart,
    table=table,
)

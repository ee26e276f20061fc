"""Every accelerator, count and format judged by the conditions of a choice, and ranked.

The first condition that a candidate fails is the reason why it lost. The conditions are in the order in which they are cheap to
look at: whether the card has the format, whether the heads divide, whether it fits, what it takes, what it costs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from calculators import architecture, cost, formats, memory_fit
from calculators.candidates import (
    Card,
    Load,
    Owner,
    Served,
    cards,
    inference_loads,
    owned,
    rented,
    serve,
    train,
    training_loads,
)
from calculators.which_gpu_inputs import Conditions

ANY = ("fp16", "fp8", "int8", "int4-g128")


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
    def name(self) -> str:
        return f"{self.load.gpus} × {self.card.gpu.short}"

    @property
    def form(self) -> str:
        return formats.WEIGHTS[self.load.weights].name

    @property
    def power(self) -> float | None:
        return None if self.card.power is None else self.card.power * self.load.gpus


@dataclass(frozen=True)
class Inputs(Conditions):
    """The conditions with every candidate judged by them: the answer, its chart and its table share these."""

    @cached_property
    def judged(self) -> tuple[Candidate, ...]:
        """Every candidate."""
        return tuple(candidates(self))


def _loads(i: Conditions) -> list[Load]:
    kinds = ANY if i.weights == "any" else (i.weights,)
    if i.task == "training":
        return training_loads(i.model, kinds[:2], i.largest, i.prompt + i.answer, i.overhead)
    return inference_loads(i.model, kinds, i.scope, i.kv, i.largest, i.prompt, i.answer, i.concurrency, i.overhead)


def candidates(i: Conditions) -> Iterator[Candidate]:
    """Every accelerator, count and format, judged."""
    loads = _loads(i)
    heads = int(architecture.Configuration(i.model).number("num_attention_heads"))
    owner = Owner(i.host_share, i.lifetime, i.electricity, i.pue)
    for card in cards():
        if i.only is None or card.gpu is i.only:
            for load in loads:
                yield _judged(i, card, load, heads, owner)


def _judged(i: Conditions, card: Card, load: Load, heads: int, owner: Owner) -> Candidate:
    """A candidate with the first condition that it fails."""
    if load.arithmetic not in card.peaks:
        return Candidate(card, load, "lost_fp8" if load.arithmetic == "fp8" else "lost_facts")
    if i.task == "inference" and heads % load.gpus:
        return Candidate(card, load, "lost_heads")
    if load.held > memory_fit.on_all(card.capacity, load.gpus):
        return Candidate(card, load, "lost_fit")
    if i.task == "training":
        served = Served(train(card, load, i.mfu))
    else:
        served = serve(card, load, i.prompt, i.answer, i.concurrency, i.mbu, i.mfu)
    paid = rented(card, load.gpus) if i.means == "rent" else owned(card, load.gpus, owner)
    token = None if paid is None else cost.per_token(paid, served.rate, i.busy)
    return Candidate(card, load, _failed(i, card, load, served, paid), served, paid, token)


def _failed(i: Conditions, card: Card, load: Load, served: Served, paid: float | None) -> str:
    if i.step_limit is not None and served.step > i.step_limit:
        return "lost_step"
    if i.first_limit is not None and served.prompt > i.first_limit:
        return "lost_first"
    if card.power is None and (i.power_limit is not None or i.rank == "per-watt"):
        return "lost_facts"
    if i.power_limit is not None and card.power * load.gpus > i.power_limit:
        return "lost_power"
    if paid is None and (i.rank == "cost" or i.hourly_budget is not None or buying_budget(i) is not None):
        return "lost_price"
    if i.hourly_budget is not None and paid > i.hourly_budget:
        return "lost_budget"
    if (limit := buying_budget(i)) is not None and to_buy(i, card, load) > limit:
        return "lost_budget"
    return ""


def buying_budget(i: Conditions) -> float | None:
    return i.purchase_budget if i.means == "buy" else None


def to_buy(i: Conditions, card: Card, load: Load) -> float:
    return load.gpus * card.price * (1 + i.host_share)


def merit(i: Conditions, each: Candidate) -> float:
    """What is ranked, the smaller the better: USD, joules or seconds per token."""
    if i.rank == "cost":
        return each.cost
    return 1 / each.served.rate * (each.power if i.rank == "per-watt" else 1)


def ranked(i: Conditions, judged: Iterable[Candidate]) -> list[Candidate]:
    """Those that qualify, the best first; of equals the smaller group."""
    return sorted((each for each in judged if not each.reason), key=lambda each: (merit(i, each), each.load.gpus))

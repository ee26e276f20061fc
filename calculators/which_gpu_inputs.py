"""What the chooser is asked, and what it answers: the load and the limits of a choice among all accelerators, declared once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculators import formats, inputs, published_rules
from calculators.declare import Derived, accelerator, choice, count, learned, model, output, overridable, quantity
from calculators.records import MissingFact, Record
from calculators.units import Number, Seconds, TokensPerSecond, Usd, UsdPerSecond, UsdPerToken, Watts

TASKS = {"inference": "inference", "training": "training (AdamW, states sharded over the group)"}
MEANS = {"rent": "rent by the hour", "buy": "buy"}
RANKS = {"cost": "cost per million tokens", "per-watt": "tokens per second and watt", "speed": "tokens per second"}
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


def _not_given(known) -> None:
    raise MissingFact("nothing was given")


_LEARNED = "Empty: the median of published measurements, the same for all candidates."


def _served(known: Mapping[str, Any]) -> Derived:
    """The share that servers reach of bandwidth and peak alike."""
    from calculators.measured import reached  # which asks calculators for the bounds of measurements

    return reached.median_of_all("serving")


def _worked(known: Mapping[str, Any]) -> Derived:
    """The share of the peak that a task reaches: of servers, or of training this kind of model in 16 bits."""
    from calculators.measured import lessons, reached

    if known["task"] != "training":
        return _served(known)
    return reached.median_of_all("training", *lessons.training_of(known["model"], "bf16"))


def _limit(unit: str, high: str, label: str, help: str):
    return overridable(_not_given, unit, f"0.000001 {unit}", f"{high} {unit}", label, help, optional=True)


@dataclass(frozen=True)
class Conditions:
    """What is asked for: the load, the limits, the order, and the assumptions."""

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
    mbu: float = learned(_served, "%", "1%", "100%", "Bandwidth reached (MBU)", f"Of the memory. {_LEARNED}")
    mfu: float = learned(_worked, "%", "1%", "100%", "Peak rate reached (MFU)", f"Of the dense peak. {_LEARNED}")
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

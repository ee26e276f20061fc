"""Rules in circulation that name a card for a load, as published, so that their answers can stand next to computed ones.

Two comparisons end in a function that decides: one of an H100 and an RTX 4090, one of an A100 and an H100. Their rules are tried
in the printed order, and the first that applies answers. Where no rule applies, nothing is guessed.
"""

from collections.abc import Callable
from dataclasses import dataclass

NONE = "none"
RULES = {
    NONE: "none",
    "h100-or-4090": "H100 or RTX 4090, by model size, users, task and power",
    "a100-or-h100": "A100 or H100, by budget, fleet and spot capacity",
}
FLEETS = {NONE: "none", "a100": "A100"}
SPOT = {"no": "no", "yes": "yes"}
_H100, _A100, _4090, _LOW_POWER = (
    "h100-sxm5-80gb", "a100-sxm4-80gb", "rtx-4090", ("jetson-agx-orin-64gb", "l4", "t4")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A load as the rules see it: nominal billions of parameters, watts, hours; no bytes, no formats, no lengths."""

    billions: int
    sequences: float
    training: bool
    several: bool
    power: float | None
    budget: bool
    fleet: str
    busy: float
    spot: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: when it applies, what it says, and the cards that it names."""

    applies: Callable[[Asked], bool]
    says: str
    cards: tuple[str, ...]


_PUBLISHED: dict[str, tuple[Rule, ...]] = {
    "h100-or-4090": (
        Rule(lambda a: a.billions <= 13 and a.sequences == 1, "RTX 4090: up to 13B for one user", (_4090,)),
        Rule(lambda a: a.sequences >= 8, "H100: eight users or more", (_H100,)),
        Rule(lambda a: a.billions >= 30, "H100: 30B or more", (_H100,)),
        Rule(lambda a: a.training and a.several, "H100: training on several GPUs needs NVLink", (_H100,)),
        Rule(lambda a: a.training, "RTX 4090: training on one GPU", (_4090,)),
        Rule(lambda a: a.power is not None and a.power < 100, "Jetson, L4 or T4: below 100 W", _LOW_POWER),
    ),
    "a100-or-h100": (
        Rule(lambda a: a.fleet == NONE and a.budget, "H100: a fresh start with a budget", (_H100,)),
        Rule(lambda a: a.fleet == "a100" and a.busy < 0.7, "keep the A100: busy below 70%, so optimize first", (_A100,)),
        Rule(lambda a: a.spot, "H100 on spot capacity, A100 as fallback", (_H100, _A100)),
        Rule(lambda a: True, "A100 for experiments, H100 for production", (_A100, _H100)),
    ),
}


def answer(rules: str, asked: Asked) -> Rule | None:
    """The first rule of a set that applies; None where none does, or no set was asked for."""
    return next((rule for rule in _PUBLISHED.get(rules, ()) if rule.applies(asked)), None)

"""What is compared: one number of one model, as a package counts it and as we do."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import calculators
from calculators import facts
from proof.opinions.configurations import written

CONTEXTS = (2_048, 32_768)  # below most sliding windows, and above all of them
BYTES = 2  # of an element of the KV cache, and of a weight


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """A quantity of a model: its parameters, the bytes of its weights, or the bytes of the KV cache of one sequence."""

    quantity: str
    model: str
    context: int = 0


@dataclass(frozen=True, slots=True)
class Opinion:
    """A package's answer."""

    package: str
    question: Question
    value: int


def models() -> tuple[str, ...]:
    """The grid: every model of the fact base."""
    return tuple(sorted(facts.load().models))


def configuration(slug: str) -> dict[str, Any]:
    """The model's config.json."""
    return json.loads(written(facts.load().models[slug]))


def caches(slug: str) -> Iterator[Question]:
    """The questions about a model's KV cache."""
    return (Question("KV cache", slug, context) for context in CONTEXTS)


@cache
def ours(question: Question) -> int:
    """Our calculators' answer."""
    if question.quantity == "KV cache":
        given = {"model": question.model, "context": str(question.context), "kv": "bf16"}
        return round(calculators.run("kv_cache", given).outputs["per_sequence"].base)
    outputs = calculators.run("weights", {"model": question.model, "weights": "bf16"}).outputs
    return round(outputs["parameters" if question.quantity == "parameters" else "total"].base)

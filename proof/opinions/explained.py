"""Why an answer differs from ours: each reason says by how much, as an expression over the model, and the amounts have to add up.

An expression is Python over the names in `names`. A reason that explains nothing any more makes the sum wrong, so it is noticed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from calculators import facts
from calculators.architecture import Configuration, parameter_counts
from proof import results
from proof.opinions.opinion import BYTES, Opinion, Question, ours

FILE = Path(__file__).parent / "reasons.toml"
_FUNCTIONS = {"min": min, "max": max}


@dataclass(frozen=True, slots=True)
class Reason:
    """A way in which a package counts otherwise: which numbers it moves, of which models, and by how much."""

    id: str
    package: str
    quantity: str
    models: frozenset[str]
    says: str
    amount: str
    code: CodeType

    def covers(self, opinion: Opinion) -> bool:
        """Whether this answer is moved by it."""
        question = opinion.question
        return (self.package, self.quantity) == (opinion.package, question.quantity) and question.model in self.models


def reasons(path: Path = FILE) -> list[Reason]:
    """All reasons."""
    return [
        Reason(
            name, entry["package"], entry["quantity"], frozenset(entry["models"].split()), entry["says"], entry["amount"],
            compile(entry["amount"], f"{path}: {name}", "eval"),
        )
        for name, entry in results.read(path).items()
    ]  # fmt: skip


@cache
def names(question: Question) -> dict[str, Any]:
    """What an expression may use of a model and a question."""
    known = Configuration(facts.load().models[question.model])
    counted = parameter_counts(known.model)
    heads, width = known.number("num_attention_heads"), known.number("head_dim")
    return {
        "layers": known.layers,
        "hidden": known.hidden,
        "vocabulary": known.number("vocab_size"),
        "positions": known.number("max_position_embeddings", 0),
        "heads": heads,
        "kv_heads": known.number("num_key_value_heads", heads),
        "head_dim": width,
        "width": known.number("intermediate_size"),
        "expert_width": known.expert_width,
        "experts": known.experts,
        "expert_layers": known.expert_layers,
        "matrices": known.feed_forward_matrices,
        "tied": known.flag("tie_word_embeddings"),
        "window": known.number("sliding_window", 0),
        "window_layers": known.window_layers,
        "latent": known.number("kv_lora_rank", 0) + known.number("qk_rope_head_dim", 0),
        "context": question.context,
        "bytes": BYTES,
        "model": question.model,
        "ours": ours(question),
        "counted": counted,
    }


def amounts(opinion: Opinion, known: list[Reason]) -> dict[str, int]:
    """What each reason that covers an answer adds to ours."""
    covering = [reason for reason in known if reason.covers(opinion)]
    values: Mapping[str, Any] = names(opinion.question) if covering else {}
    return {reason.id: round(eval(reason.code, {"__builtins__": _FUNCTIONS}, dict(values))) for reason in covering}


def fault(opinion: Opinion, known: list[Reason]) -> str:
    """What is not explained, or explained though it is not there; or nothing."""
    question, found = opinion.question, amounts(opinion, known)
    difference = opinion.value - ours(question)
    at = f"{opinion.package}, {question.quantity} of {question.model}" + (f" at {question.context}" if question.context else "")
    if difference != sum(found.values()):
        return f"{at}: {opinion.value} is {difference:+} from ours; explained: {found or 'nothing'}, {sum(found.values()):+}"
    return ""


def idle(opinions: list[Opinion], known: list[Reason]) -> list[str]:
    """Reasons that move no answer of one of the models that they name."""
    faults = []
    for reason in known:
        moved = {opinion.question.model for opinion in opinions if amounts(opinion, [reason]).get(reason.id)}
        if reason.models - moved:
            faults.append(f"{reason.id}: explains nothing of {', '.join(sorted(reason.models - moved))}")
    return faults

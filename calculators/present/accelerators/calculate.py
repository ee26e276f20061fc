"""Ways from an accelerator's page into the calculators, opened with it."""

from urllib.parse import urlencode

from calculators.present.figures import FROM_A_RECORD, attempt
from calculators.present.html import Html, join, tag
from calculators.records import Record

_SMALL_MODEL = {"gpus": "1", "model": "llama-3.1-8b", "weights": "int4-g128"}  # what every card here can hold
# The question, its calculator, and inputs that every accelerator with the facts for it accepts.
_QUESTIONS = (
    ("How fast does it decode?", "decode", {**_SMALL_MODEL, "compute": "fp16"}),
    ("What fits in it?", "memory_fit", _SMALL_MODEL),
    ("Where is its roofline?", "roofline", {"format": "fp16"}),
    ("How do its memory, arithmetic and power stand to each other?", "balance", {}),
)


def links(gpu: Record) -> Html:
    """A line for each question whose calculator knows what it needs about this accelerator."""
    asked = [(question, name, {"gpu": gpu.slug, **inputs}) for question, name, inputs in _QUESTIONS]
    return tag("ul", join(*(_line(*each) for each in asked if attempt(*each[1:]))))


def _line(question: str, name: str, inputs: dict[str, str]) -> Html:
    return tag("li", tag("a", question, href=f"{FROM_A_RECORD}calculators/{name}/?{urlencode(inputs)}"))

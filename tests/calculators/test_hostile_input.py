"""Whatever stands in an address or a field is data: a readable complaint or a finite result, at once, and never markup."""

import json
import math
import time
from html.parser import HTMLParser

import pytest
from hostile import MARKUP, TABLE

from calculators import InputProblems, call
from calculators.architecture import config
from calculators.present.live import answer
from calculators.units import Quantity

SECONDS = 5  # of a busy machine; a text that cannot be used takes milliseconds
LONGEST = 300  # characters of a complaint as a page shows it
LONGEST_OF_CONFIGURATION = 600  # which names every entry that is wrong
ENDS = 7
EVERY = 13  # of the single inputs that are accepted: the table is tried as a whole on all inputs together
TAGS = {
    *("p", "div", "span", "strong", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "ol", "ul", "li", "code"),
    *(
        "button",
        "a",
        "em",
        "br",
        "figure",
        "figcaption",
        "caption",
        "svg",
        "title",
        "desc",
        "g",
        "path",
        "rect",
        "line",
        "circle",
    ),
    *("text", "tspan", "defs", "pattern", "clippath", "polyline", "polygon", "h3", "h4"),
}


class Markup(HTMLParser):
    """Refuses what a result never has: other elements, handlers, addresses that run something."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert not name.startswith("on") and name != "style", (tag, name)
            assert name not in ("href", "src") or (value or "").startswith(("../", "#", "?", "https://")), value


def refused(name: str, inputs: dict[str, str]) -> set[str]:
    """The inputs that were complained about, after a look at everything that came back."""
    began = time.perf_counter()
    found = json.loads(answer(name, json.dumps(inputs)))
    assert time.perf_counter() - began < SECONDS
    for problem in found["problems"]:
        assert problem["message"].strip() and problem["accepted"].strip()
        longest = LONGEST_OF_CONFIGURATION if config.is_configuration(inputs.get(problem["field"], "")) else LONGEST
        assert len(f"{problem['message']} Accepted: {problem['accepted']}.") <= longest, problem["field"]
    if found["parts"] is not None:
        document, _ = found["parts"].pop("json"), found["parts"].pop("csv")
        Markup().feed("".join(found["parts"].values()))
        numbers = [one["value"] for one in document["outputs"].values() if isinstance(one, dict)]
        assert all(math.isfinite(number) for number in numbers)
    return {problem["field"] for problem in found["problems"]}


@pytest.mark.parametrize("name", call.names())
def test_every_hostile_text_in_every_input(name):
    """Each text in all inputs at once, and some of the inputs that took it without complaint once more alone."""
    fields = list(call.get(name).input_specs)
    taken = [(field, text) for text in TABLE for field in sorted(set(fields) - refused(name, dict.fromkeys(fields, text)))]
    for field, text in taken[::EVERY]:
        refused(name, {field: text})


@pytest.mark.parametrize("name", call.names())
def test_what_names_no_input_is_a_readable_complaint(name):
    for text in (*MARKUP, "__proto__", "\u202exe", "x" * 100_000):
        with pytest.raises(InputProblems) as wrong:
            call.run(name, {text: "1"})
        assert all(problem.accepted for problem in wrong.value.problems)


def test_a_name_from_a_configuration_stays_text():
    model = {"model_type": "llama", "hidden_size": 1024, "num_hidden_layers": 4, "num_attention_heads": 8, "vocab_size": 1000}
    model |= {"intermediate_size": 4096, "num_key_value_heads": 8, "tie_word_embeddings": False}
    for markup in MARKUP:
        text = json.dumps(model | {"_name_or_path": markup})
        assert config.read(text).record.name == markup[:64]
        for name in ("weights", "memory_fit", "which_gpu"):
            assert refused(name, {"model": text}) <= {"model", "gpus"}


@pytest.mark.parametrize("text", ["1 GB^999999999", "1 GB^10", "1 GB^²", "1 GB^٣"])
def test_the_exponent_of_a_unit_is_one_digit(text):
    with pytest.raises(InputProblems, match=r"unknown unit|not a number"):
        call.run("compare", {"a": text})


@pytest.mark.parametrize("text", ["１２", "٣", "1_000", "\u200f12", "1e5000"])
def test_digits_of_other_scripts_and_dressed_up_numbers_are_refused(text):
    with pytest.raises(InputProblems, match="batch"):
        call.run("decode", {"batch": text})


@pytest.mark.parametrize("name", call.names())
def test_numbers_at_the_ends_of_their_range_give_finite_results(name):
    """Some inputs at their lowest and highest; the others as they are. Which ones changes from calculator to calculator."""
    numbers = {field: spec for field, spec in call.get(name).input_specs.items() if spec.kind in ("count", "quantity")}
    ends = [(field, limit) for field, spec in numbers.items() for limit in (spec.low, spec.high)]
    for field, limit in ends[len(name) % ENDS :: ENDS]:
        spec = numbers[field]
        written = f"{limit:.0f}" if spec.kind == "count" else f"{Quantity(limit, spec.unit).value!r} {spec.unit}"
        refused(name, {field: written})


def test_a_sign_that_is_not_seen_is_named():
    with pytest.raises(InputProblems) as wrong:
        call.run("decode", {"batch": "\u202e21"})
    assert wrong.value.problems[0].given == "‹U+202E›21"

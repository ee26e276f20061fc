"""What stands behind each scheme: its value, where it leads, its tooltip, and how pages refer to their own numbers."""

import pytest

from calculators import evaluate
from calculators.measured.kinds import kind_of
from calculators.units import Quantity
from hooks.checks.claims import Bindings, Bound, ClaimProblem
from hooks.checks.frontmatter import Given
from hooks.checks.stated import compare


@pytest.fixture
def bindings(checker) -> Bindings:
    givens = {
        "price": Given("price", "2.50 USD/h", "one card", 0),
        "card": Given("card", "l4", "a name", 0),
        "count": Given("count", "2", "cards", 0),
    }
    labels = {
        "peak": "fact:h100-sxm5-80gb/peak.bf16_tensor",
        "two cards": "calc:decode.time_per_output_token?gpus={count}",
        "type": "fact:l4/memory.type",
    }
    return Bindings(checker.base, checker.evaluate, givens, labels)


def test_a_fact(bindings, checker):
    bound = bindings.resolve("fact:h100-sxm5-80gb/memory.bandwidth")
    fact = checker.base.fact("h100-sxm5-80gb/memory.bandwidth")
    assert bound.value == fact.quantity
    assert bound.target == "/gpus/h100-sxm5-80gb.md#memory-bandwidth"
    assert fact.source.title in bound.working and fact.where in bound.working and str(fact) in bound.working
    assert bound.origin.endswith(f"h100-sxm5-80gb.toml:{fact.line}")


def test_a_fact_says_how_it_is_counted(bindings):
    assert "(dense" in bindings.resolve("fact:h100-sxm5-80gb/peak.bf16_tensor").working


def test_what_the_second_source_of_a_fact_says(bindings):
    """The data sheet of the T4 prints 300 GB/s, the white paper that is used 320."""
    first, second = (bindings.resolve(f"fact:t4/memory.bandwidth{end}") for end in ("", "/second"))
    assert (first.value, second.value) == (Quantity.of(320, "GB/s"), Quantity.of(300, "GB/s"))
    assert second.target == first.target and second.origin == first.origin
    assert "as repeated by xFormers, T4, gmem_bandwidth" in second.working and second.literal == "300 GB/s"
    with pytest.raises(ClaimProblem, match=r"b200-sxm-180gb/rate.bf16_tensor has no second source"):
        bindings.resolve("fact:b200-sxm-180gb/rate.bf16_tensor/second")


def test_what_a_measurement_was_made_under(bindings):
    bound = bindings.resolve("data:llama-3-interruptions/time")
    assert (bound.value, bound.target) == (Quantity.of(54, "day"), "/notes/training.md#llama-3-interruptions")
    assert bound.working.startswith("Measured under: time, 54 days (The Llama 3 Herd of Models, section 3.3.4")
    assert bindings.resolve("data:llama-3-interruptions/count").value == Quantity.of(16384, "GPU")
    with pytest.raises(ClaimProblem, match=r"has no quantity 'tme'.*time"):
        bindings.resolve("data:llama-3-interruptions/tme")
    with pytest.raises(ClaimProblem, match="has no quantity 'note'"):
        bindings.resolve("data:llama-3-interruptions/note")


def test_a_fact_of_a_model_leads_to_its_page(bindings):
    bound = bindings.resolve("fact:llama-2-70b/architecture.num_hidden_layers")
    assert bound.target == "/models/llama-2-70b.md#architecture-num_hidden_layers"
    assert bound.value == Quantity(80.0, "layer")


def test_a_fact_that_is_text_or_a_flag(bindings):
    assert bindings.resolve("fact:rtx-4090/memory.type").value == "GDDR6X"
    assert bindings.resolve("fact:a100-sxm4-80gb/features.fp8").value == "no"


def test_yes_or_no_of_a_calculator(bindings):
    """70.6 billion parameters of two bytes are 141 GB: too much for one H100, and four have room."""
    one, four = (bindings.resolve(f"calc:memory_fit.fits?model=llama-3.1-70b&gpus={gpus}") for gpus in (1, 4))
    assert (one.value, four.value) == ("no", "yes")
    assert one.working.startswith("Fits = no. Does not fit on 1 × H100 SXM: short by")
    compare("no", "", one)
    with pytest.raises(ClaimProblem, match="gives 'no'"):
        compare("yes", "", one)
    with pytest.raises(ClaimProblem, match="has no such number"):
        bindings.resolve("calc:memory_fit.format_that_fits")


def test_a_price_as_printed_and_of_one_accelerator(bindings, checker):
    price = checker.base.prices["aws-p5-2026-10"]
    printed, each = bindings.resolve("price:aws-p5-2026-10"), bindings.resolve("price:aws-p5-2026-10/each")
    assert (printed.value, each.value) == (price.quantity, price.each)
    assert printed.value.value == pytest.approx(8 * each.value.value)
    assert printed.target == each.target == "/prices/index.md#aws-p5-2026-10"
    assert price.date in printed.working and price.place in printed.working and price.source.title in printed.working
    assert printed.origin.endswith(f"aws.toml:{price.line}")


@pytest.mark.parametrize("address", ["aws-p5-2026-11", "aws-p5-2026-10/one"])
def test_a_price_that_is_not_there(bindings, address):
    with pytest.raises(ClaimProblem, match="no price") as caught:
        bindings.resolve(f"price:{address}")
    assert "aws-p5-2026-10" in str(caught.value)


def test_a_calculation_leads_to_its_form_with_its_inputs(bindings):
    written = "roofline.ridge_point?gpu=h100-sxm5-80gb&format=bf16"
    bound = bindings.resolve(f"calc:{written}")
    assert bound.value == evaluate(written).value
    assert bound.target == "/calculators/roofline.md?gpu=h100-sxm5-80gb&format=bf16"
    assert bound.working.startswith("Ridge point = ") and "989.4 TFLOPS" in bound.working and "\n" not in bound.working


def test_a_calculation_with_defaults_leads_to_the_empty_form(bindings):
    assert bindings.resolve("calc:roofline.ridge_point").target == "/calculators/roofline.md"


def test_assumptions_and_labels_are_put_into_calculations(bindings):
    bound = bindings.resolve("calc:compare.ratio?a=@Two++cards&b=1+ms")
    two = evaluate("decode.time_per_output_token?gpus=2").value
    assert bound.value.base == pytest.approx(two.to("ms"))
    assert "{" not in bound.target and "@" not in bound.target and "ms" in bound.target
    assert bindings.used_givens == {"count"} and bindings.used_labels == {"two cards"}
    assert bindings.resolve("calc:compare.ratio?a={price}&b={price}").value.base == 1
    assert bindings.resolve("calc:roofline.ridge_point?gpu={card}").target == "/calculators/roofline.md?gpu=l4"


def test_a_label_of_a_fact_stands_for_its_value(bindings):
    assert bindings.resolve("calc:compare.ratio?a=@peak&b=989.4+TFLOPS").value.base == 1


def test_an_assumption(bindings):
    bound = bindings.resolve("given:price")
    assert (bound.value, bound.target) == (Quantity.of("2.50" and 2.5, "USD/h"), "#given-price")
    assert "one card" in bound.working
    assert bindings.resolve("given:card").value == "l4"


def test_a_measurement(bindings, checker):
    measurement = next(iter(checker.base.measurements.values()))
    bound = bindings.resolve(f"data:{measurement.id}")
    assert bound.value == measurement.quantity
    assert bound.target == f"/notes/{kind_of(measurement.metric).name}.md#{measurement.id}"
    assert measurement.source.title in bound.working


def test_an_audit_entry_may_quote_a_range(bindings, checker):
    entry = next(entry for entry in checker.base.audit.values() if len(entry.value) == 2)
    low, high = (bindings.resolve(f"audit:{entry.id}/{end}") for end in ("low", "high"))
    assert low.target == high.target == f"/audit/{entry.topic}.md#{entry.id}"
    assert (low.value, high.value) == tuple(Quantity.of(value, entry.unit) for value in entry.value)
    with pytest.raises(ClaimProblem, match="quotes no number"):
        bindings.resolve(f"audit:{entry.id}")


def test_the_same_call_is_made_once(bindings, checker):
    bindings.resolve("calc:weights.total?model=llama-2-7b")
    count = len(checker.evaluate.done)
    Bindings(checker.base, checker.evaluate, {}, {}).resolve("calc:weights.total?model=llama-2-7b")
    assert len(checker.evaluate.done) == count


def test_a_text_must_be_equal_to_the_letter():
    bound = Bound("fact:a/b.c", "HBM3", "", "", "", "HBM3")
    compare("**HBM3**", "", bound)
    for text in ("HBM3e", "hbm3", "HBM3 memory", ""):
        with pytest.raises(ClaimProblem, match="gives 'HBM3'"):
            compare(text, "", bound)

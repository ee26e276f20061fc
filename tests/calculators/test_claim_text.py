"""What a claim leaves open, and the model that it names."""

import re

import pytest

from calculators import claim_text


@pytest.mark.parametrize(("text", "kind", "half"), [
    ("1,979 TFLOPS", "rate", 0.5e12), ("989.4 TFLOPS", "rate", 0.05e12), ("3.35 TB/s", "bandwidth", 5e9),
    ("80 GB", "memory", 0.5e9), ("30% more", "ratio", 0.005), ("$0.10 per million tokens", "cost", 0.005e-6),
])  # fmt: skip
def test_a_claim_leaves_half_of_its_last_digit_open(text, kind, half):
    assert claim_text.read(text, kind).slack == pytest.approx(half, rel=1e-12)


@pytest.mark.parametrize(("text", "parameters"), [
    ("Llama 70B on one card", 70e9), ("7.5B on one card", 7.5e9), ("405 billion on 8 GPUs", 405e9), ("on 2 GPUs", None),
])  # fmt: skip
def test_a_model_is_named_by_its_billions_of_parameters(text, parameters):
    assert claim_text.read(text, "fits").parameters == parameters


def quoted(text):
    return re.findall("'([^']*)'", text)


def test_what_a_problem_offers_instead_is_a_claim_of_each_kind():
    assert sorted(map(claim_text.kind_of, quoted(claim_text.ACCEPTED))) == sorted(claim_text.FORMS)
    for kind, form in claim_text.FORMS.items():
        assert [claim_text.kind_of(claim) for claim in quoted(form)] == [kind] * len(quoted(form)) != []

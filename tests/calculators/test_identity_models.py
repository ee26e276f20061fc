"""What a publisher counts of a model, and what follows from its shape."""

from types import SimpleNamespace

import pytest
from invented import fact, record

from calculators.identities import models
from calculators.units import Quantity


@pytest.mark.parametrize(
    ("value", "unit", "counted", "right"),
    [
        ("8", "billion", 7_499_999_999, False),
        ("8", "billion", 7_500_000_000, True),
        ("8", "billion", 8_500_000_000, True),
        ("8", "billion", 8_500_000_001, False),
        (8_000_000_000, "parameter", 8_000_000_000, True),
        (8_000_000_000, "parameter", 8_000_000_001, False),
        (8_000_000_000, "parameter", 7_999_999_999, False),
    ],
)
def test_billions_are_rounded_and_counts_are_exact(value, unit, counted, right, monkeypatch):
    monkeypatch.setattr(models, "parameter_counts", lambda record: SimpleNamespace(total=counted))
    (found,) = models.parameters(record(fact("published.parameters", value, unit)))
    assert (found.holds, found.computed) == (right, Quantity(counted, "parameter"))


def test_stored_values_are_parameters_and_what_is_besides(monkeypatch):
    monkeypatch.setattr(models, "parameter_counts", lambda record: SimpleNamespace(total=1000))
    monkeypatch.setattr(models, "extras", lambda record: {"FP8 scales": 20, "a vision tower": 3})
    (found,) = models.stored(record(fact("published.stored", 1023, "parameter")))
    assert (found.holds, found.equation) == (True, "parameters + 20 FP8 scales + 3 a vision tower")


@pytest.mark.parametrize(
    ("published", "convention", "right"),
    [
        (100, "one token uses", True),
        (90, "without the input embedding", True),
        (83, "without embedding and output head", True),
        (99, "one token uses", False),
    ],
)
def test_active_parameters_are_counted_as_the_publisher_counts(published, convention, right, monkeypatch):
    monkeypatch.setattr(models, "parameter_counts", lambda record: SimpleNamespace(active=100, embedding=10, head=7))
    (found,) = models.active(record(fact("published.active", published, "parameter")))
    assert found.holds is right and found.equation.endswith(convention)


@pytest.mark.parametrize("check", [models.parameters, models.stored, models.active])
def test_a_model_that_publishes_no_count_has_nothing_to_compare(check):
    assert list(check(record())) == []

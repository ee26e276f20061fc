"""Defaults, limits, units and choices of every calculator are what a second entry says, so that none moves unnoticed."""

import tomllib

import pytest
from declared import CONFIRMED, of

from calculators import call

WRITTEN = tomllib.loads(CONFIRMED.read_text("utf-8"))


def test_every_calculator_is_entered():
    assert sorted(WRITTEN) == sorted(call.names())


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_declared_is_what_was_confirmed(name):
    assert of(name) == WRITTEN[name], "if it is meant: python tests/calculators/declared.py"

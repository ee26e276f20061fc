"""The list of formulas that a calculator's page shows."""

import re
from html import unescape

import pytest

from calculators import call, names
from calculators.present.formulas import formulas


@pytest.mark.parametrize("name", names())
def test_the_list_holds_the_formula_of_every_step_of_the_working(name):
    html = unescape(formulas(name))
    for step in call.run(name).working.steps:
        assert (
            f'<span class="rp-step-label">{step.label}</span><span class="rp-step-formula"> = {step.formula.readable}</span>'
            in html
        )


def test_a_step_that_is_taken_twice_is_listed_once():
    labels = re.findall(r'class="rp-step-label">([^<]*)<', formulas("memory_fit"))
    assert len(labels) == len(set(labels))


def test_inputs_choose_the_case():
    assert "Experts read per layer" not in formulas("decode")
    assert "Experts read per layer" in formulas("decode", {"model": "mixtral-8x7b"})


def test_symbols_are_typeset_and_escaped():
    assert "= 2 × m × n × k<" in formulas("roofline")

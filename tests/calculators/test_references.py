"""Published worked numbers: every calculator gives them, and is nearer to right where the source has slipped."""

import pytest

from calculators import call
from calculators.references import check

REFERENCES = [(name, number) for name in call.names() for number in range(len(call.get(name).references))]


@pytest.mark.parametrize(("name", "number"), REFERENCES)
def test_a_published_number_is_reproduced(name, number):
    calculator = call.get(name)
    checked = check(calculator, calculator.references[number])
    if checked.reference.slip:
        assert not checked.agrees and checked.reference.why
    else:
        assert checked.agrees, f"{checked.ours} against {checked.printed}"


@pytest.mark.parametrize(("name", "number"), REFERENCES)
def test_a_reference_says_where_and_why(name, number):
    reference = call.get(name).references[number]
    assert reference.source and reference.where
    assert not reference.within or reference.why, "a wider tolerance needs its reason"

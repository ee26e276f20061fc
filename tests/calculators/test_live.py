"""What the browser calls besides asking: rehearsals change no answer."""

import pytest

from calculators import call
from calculators.present import live
from calculators.present.result import PARTS

SEEN = "answer chart-title chart-wide"


@pytest.mark.parametrize("name", call.names())
def test_a_rehearsal_changes_no_answer(name):
    asked = live.answer(name, "{}", SEEN)
    assert live.rehearse(name, SEEN) is None
    assert live.answer(name, "{}", SEEN) == asked


def test_a_rehearsal_computes_and_draws_anew(monkeypatch):
    drawn = []
    monkeypatch.setattr(live, "PARTS", {name: lambda run, name=name: drawn.append((name, run)) for name in PARTS})
    live.rehearse("decode", SEEN)
    live.rehearse("decode", SEEN)
    assert [name for name, _ in drawn] == SEEN.split() * 2
    first, again = drawn[0][1], drawn[3][1]
    assert first is not again and first.known is not again.known

"""A measurement as a question to a calculator."""

import pytest

from calculators.measured.question import Question, Unpredictable, stated


def test_nothing_beats_the_answer_unless_the_question_calls_it_an_estimate():
    assert Question("decode", "token_rate", {}).floor
    assert not Question("decode", "token_rate", {}, floor=False).floor


def test_a_condition_that_no_source_states_cannot_be_asked_with():
    assert stated({"batch": 0}, "batch", "its batch") == 0
    with pytest.raises(Unpredictable, match=r"^the source does not state its batch$"):
        stated({}, "batch", "its batch")

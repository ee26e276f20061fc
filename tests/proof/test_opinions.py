"""What other packages answered, as recorded: every difference from us is explained, and every explanation needed."""

import dataclasses
import html

import pytest

from proof.opinions import published, recorded
from proof.opinions.explained import Reason, amounts, fault, idle, reasons
from proof.opinions.opinion import Opinion, Question, models, ours

ANSWERS = recorded.answers()
REASONS = reasons()
TABLE = published.differences()


def test_every_difference_is_explained_to_the_last_parameter_and_byte():
    assert len(ANSWERS) > 300
    assert [text for answer in ANSWERS if (text := fault(answer, REASONS))] == []


def test_every_reason_is_needed_by_every_model_that_it_names():
    assert idle(ANSWERS, REASONS) == []


def test_every_model_is_asked_about():
    assert {answer.question.model for answer in ANSWERS} == set(models())
    assert {answer.package for answer in ANSWERS} == {reason.package for reason in REASONS}


def test_an_answer_that_moves_is_noticed():
    moved = [dataclasses.replace(answer, value=answer.value + 1) for answer in ANSWERS]
    assert all(fault(answer, REASONS) for answer in moved)


def test_a_reason_whose_difference_is_gone_is_noticed():
    explained = [answer for answer in ANSWERS if answer.value != ours(answer.question)]
    corrected = [dataclasses.replace(answer, value=ours(answer.question)) for answer in explained]
    assert explained and all(fault(answer, REASONS) for answer in corrected)


def test_a_reason_that_moves_nothing_is_noticed():
    useless = dataclasses.replace(REASONS[0], id="useless", code=compile("0", "useless", "eval"))
    assert len(idle(ANSWERS, [useless])) == 1


def test_a_difference_worked_by_hand():
    """Llama 2 7B has 32 layers, hidden size 4096, width 11008, vocabulary 32000: no third matrix, no second table."""
    answer = Opinion("llm-analysis", Question("parameters", "llama-2-7b"), 6_738_415_616 - 1_442_840_576 - 131_072_000)
    assert amounts(answer, REASONS) == {
        "llm-analysis-two-matrices": -32 * 4096 * 11008,  # -1,442,840,576
        "llm-analysis-one-table": -4096 * 32000,  # -131,072,000
    }
    assert fault(answer, REASONS) == ""


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.id)
def test_a_reason_says_what_is_counted_otherwise(reason: Reason):
    assert reason.says.endswith(".") and len(reason.says) > 40
    assert html.escape(reason.says) in TABLE

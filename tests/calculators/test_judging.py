"""How well lessons predict sources that were held out: whole sources, the lesson that is offered, and what that amounts to."""

from dataclasses import replace

import pytest

from calculators.measured import judging, lessons, reached
from calculators.measured.comparison import compared
from calculators.measured.judging import Prediction
from calculators.present import measured_lessons
from calculators.units import Quantity


def test_predictions_are_summed_up():
    found = [
        Prediction(source, error, inside) for source, error, inside in (("a", 0.1, True), ("a", 0.2, True), ("b", 0.5, False))
    ]
    summed = judging.judged([*found, Prediction("b", 0.15, False)])
    assert (summed.count, summed.sources, summed.within_15, summed.within_30, summed.inside) == (4, ("a", "b"), 0.5, 0.75, 0.5)
    assert summed.median_error == pytest.approx(0.175)
    assert judging.judged([]) is None


def a_case(source, share):
    real = next(each for each in compared("training_rate_per_gpu") if each.judges)
    entry = replace(real.entry, source=replace(real.entry.source, id=source), value=real.bound.value * share)
    return replace(real, entry=entry, bound=Quantity(real.bound.value, real.bound.unit))


def test_a_source_is_predicted_from_the_others_alone():
    # All but one reach half of the bound. The one that reaches a quarter is predicted twice as fast as it was: an error of 100%.
    found = [a_case("others", 0.5) for _ in range(6)] + [a_case("alone", 0.25)]
    (alone,) = (each for each in judging.held_out("training", found) if each.source == "alone")
    assert (alone.error, alone.inside) == (pytest.approx(1), False)


def test_too_few_other_measurements_judge_nothing():
    found = [a_case("others", 0.5) for _ in range(4)] + [a_case("alone", 0.5)]
    assert {each.source for each in judging.held_out("training", found)} == set()


@pytest.mark.parametrize("name", lessons.SUBJECTS)
def test_every_lesson_is_judged_on_several_sources(name):
    judged = judging.judge(name)
    sources = judging.by_source(name)
    assert set(sources) == set(judged.sources) and len(judged.sources) >= 2
    assert sum(each.count for each in sources.values()) == judged.count <= len(reached.measured(name))
    assert 0 < judged.within_15 <= judged.within_30 < 1 and 0 < judged.inside < 1


def test_what_is_offered_predicts_held_out_sources_as_well_as_the_page_says():
    within = {"decoding": 0.20, "reading": 0.30, "serving": 0.35, "training": 0.25}
    within |= {"multiplying": 0.20, "copying": 0.20, "exchanging": 0.20}
    assert {name: judging.judge(name).median_error < limit for name, limit in within.items()} == dict.fromkeys(within, True)


def test_the_page_states_every_judgement():
    offers, sources = measured_lessons.offers(), measured_lessons.sources()
    for name, subject in lessons.SUBJECTS.items():
        judged = judging.judge(name)
        assert f"{subject.title}</th>" in offers and f"<td>{judged.count}</td><td>{len(judged.sources)}</td>" in offers
        assert all(f"#{source}" in sources for source in judged.sources)

"""Audit entries against what they are bound to: which verdicts a distance allows."""

from dataclasses import replace
from decimal import Decimal

import pytest

from hooks.checks import audit
from hooks.checks.claims import Bindings, ClaimProblem

RATIO = "calc:compare.ratio?a=10+GB&b="  # 10 GB over ...


@pytest.fixture
def verdicts(checker):
    """The tested verdicts that are accepted when `said` is said and `bound` is right."""
    entry = next(iter(checker.base.audit.values()))

    def accepted(bound, *said, unit="x", relation=""):
        values = tuple(Decimal(value) if isinstance(value, str) and value[0].isdigit() else value for value in said)
        stated = replace(entry, value=values, unit=unit, bound=bound, unbound="", figure="", relation=relation)
        return {verdict for verdict in ("holds", "holds-approximately", "wrong") if _accepted(replace(stated, verdict=verdict))}

    def _accepted(stated):
        try:
            audit.check(stated, Bindings(checker.base, checker.evaluate, {}, {}))
        except ClaimProblem as problem:
            assert problem.code == "audit-verdict"
            return False
        return True

    return accepted


RIGHT, NEAR, OFF = {"holds", "holds-approximately"}, {"holds-approximately", "wrong"}, {"wrong"}


def test_what_is_said_is_right_within_two_percent_or_the_digits_written(verdicts):
    # 10 GB / 3 GB = 3.333: two percent of it are 0.067, a digit after the point leaves 0.05
    assert verdicts(RATIO + "3+GB", "3.38") == RIGHT
    assert verdicts(RATIO + "3+GB", "3.26") == NEAR
    assert verdicts(RATIO + "3+GB", "3") == {"holds", "holds-approximately", "wrong"}  # right to the digits, and 10% off


def test_a_quarter_is_no_longer_approximate(verdicts):
    assert verdicts(RATIO + "1+GB", "7.5") == NEAR
    assert verdicts(RATIO + "1+GB", "7.4") == OFF
    assert verdicts(RATIO + "10+GB", "0") == OFF  # to the digits written 1 and 0 are far apart


def test_a_range_is_as_far_off_as_its_nearer_end(verdicts):
    assert verdicts(RATIO + "1+GB", "8", "12") == RIGHT
    assert verdicts(RATIO + "1+GB", "8.0", "9.0") == NEAR
    assert verdicts(RATIO + "1+GB", "2.0", "3.0") == OFF
    assert verdicts(RATIO + "1+GB", "9.0", "8.0", "12.0") == RIGHT  # a number and the range around it


@pytest.mark.parametrize(
    ("relation", "said", "allowed"),
    [("more than", "4.0", RIGHT), ("at least", "10.1", RIGHT), ("at most", "9.0", NEAR), ("less than", "4.0", OFF)],
)
def test_a_relation_holds_or_not(verdicts, relation, said, allowed):
    assert verdicts(RATIO + "1+GB", said, relation=relation) == allowed


def test_units_are_converted_and_must_measure_the_same(verdicts):
    assert verdicts("fact:rtx-4090/memory.bandwidth", "1.008", unit="TB/s") == RIGHT
    assert verdicts("fact:rtx-4090/memory.bandwidth", "1.008", unit="TB") == set()


def test_yes_and_no_and_words_are_equal_or_not(verdicts):
    assert verdicts("fact:rtx-4090/features.fp8", True, unit="") == RIGHT
    assert verdicts("fact:rtx-4090/features.fp8", False, unit="") == OFF
    assert verdicts("calc:memory_fit.fits?model=llama-3.1-70b&gpus=1", False, unit="") == RIGHT  # 141 GB of weights in 80 GB
    assert verdicts("calc:memory_fit.fits?model=llama-3.1-70b&gpus=1", True, unit="") == OFF
    assert verdicts("fact:h100-sxm5-80gb/memory.type", "HBM3", unit="") == RIGHT
    assert verdicts("fact:h100-sxm5-80gb/memory.type", "HBM2e", unit="") == OFF


def test_nothing_is_near_zero(verdicts):
    assert verdicts("fact:rtx-4090/interconnect.nvlink_total", "0", unit="GB/s") == RIGHT
    assert verdicts("fact:rtx-4090/interconnect.nvlink_total", "1", unit="GB/s") == OFF


def test_an_entry_may_stand_on_another_one_and_on_a_measurement(checker):
    """3.50162 / 0.638182 = 5.487 for the cost of a token; 794.5 / 164.81 = 4.821 for the best multiplications measured."""
    known = audit.bindings(checker.base, checker.evaluate)
    cost, measured = (known.resolve(checker.base.audit[name].bound).value.value for name in ("s1-200", "s1-188"))
    assert (cost, measured) == (pytest.approx(5.487, abs=5e-4), pytest.approx(4.821, abs=5e-4))
    moved = {**known.labels, "s1-199": "calc:compare.ratio?a=1&b=2"}
    with pytest.raises(ClaimProblem):
        Bindings(checker.base, checker.evaluate, {}, moved).resolve(checker.base.audit["s1-200"].bound)


def test_the_verdicts_of_the_site_are_tested_and_hold(checker):
    tested = [entry for entry in checker.base.audit.values() if audit.is_tested(entry)]
    assert tested and audit.problems(checker.base, checker.evaluate) == []

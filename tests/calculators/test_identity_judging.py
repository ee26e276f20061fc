"""An equation between facts: up to which printed value it holds, and what it proves or leaves to the source."""

from fractions import Fraction

import pytest
from invented import BASE, fact

from calculators.identities import judge
from calculators.identities.judge import Identity
from calculators.identities.reasons import reasons, sourced_only, sources_agree
from calculators.records import Second
from calculators.units import Quantity

TEN = fact("a.total", 10)


@pytest.mark.parametrize(
    ("printed", "half"),
    [("3.35", Fraction(1, 200)), ("900", Fraction(1, 2)), ("1E+3", Fraction(500)), (900, Fraction(1, 2))],
)
def test_the_last_printed_digit_is_known_to_half_a_unit(printed, half):
    assert judge.half_digit(fact("a.b", printed).value) == half


def test_a_printed_value_stands_for_all_that_round_to_it():
    bandwidth = fact("memory.bandwidth", "3.35", "TB/s")
    assert judge.interval(bandwidth) == (3345 * 10**9, 3355 * 10**9)
    assert judge.exact(bandwidth) == 3350 * 10**9


@pytest.mark.parametrize(("product", "right"), [("9.49", False), ("9.5", True), ("10", True), ("10.5", True), ("10.51", False)])
def test_a_product_holds_up_to_half_of_the_last_digit(product, right):
    found = judge.judge(target=TEN, equation="a count", counted=(fact("a.count", product),))
    assert (found.holds, found.computed, found.circular, found.weak) == (right, Quantity(float(product), ""), False, False)


def test_printed_and_counted_operands_are_multiplied():
    # 2.6 stands for 2.55 to 2.65, and four of them for 10.2 to 10.6
    found = judge.judge(TEN, "both", rounded=(fact("a.each", "2.6"),), counted=(fact("a.count", 4),))
    assert found.holds and found.computed.value == pytest.approx(10.4)
    assert [each.key for each in found.operands] == ["a.each", "a.count"]
    assert not judge.judge(TEN, "both", rounded=(fact("a.each", "2.7"),), counted=(fact("a.count", 4),)).holds


@pytest.mark.parametrize(
    ("right", "circular", "weak", "backs"),
    [(True, False, False, True), (False, False, False, False), (True, True, False, False), (True, False, True, False)],
)
def test_only_an_equation_that_holds_and_proves_something_backs_a_fact(right, circular, weak, backs):
    assert Identity(TEN, "", (), Quantity(10, ""), right, circular, weak).backs is backs


def test_an_equation_is_neither_circular_nor_weak_unless_that_is_said():
    assert Identity(TEN, "", (), Quantity(10, ""), True).backs


SECOND = next(iter(BASE.sources.values()))


def told_twice(first, unit, second, second_unit):
    value = fact("a.b", second).value
    return fact("a.b", first, unit, second=Second(value, second_unit, SECOND, "p. 2"))


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        (("3.35", "TB/s"), (3352, "GB/s"), True),
        ((3352, "GB/s"), ("3.35", "TB/s"), True),
        ((3355, "GB/s"), ("3.35", "TB/s"), True),
        ((3345, "GB/s"), ("3.35", "TB/s"), True),
        ((3356, "GB/s"), ("3.35", "TB/s"), False),
        ((3344, "GB/s"), ("3.35", "TB/s"), False),
        (("HBM3", ""), ("HBM3", ""), True),
        (("HBM3", ""), ("HBM2e", ""), False),
        ((True, ""), (True, ""), True),
        ((True, ""), (False, ""), False),
        ((3, ""), ("three", ""), False),
    ],
)
def test_sources_agree_within_the_coarser_of_both(first, second, agree):
    told = told_twice(*first, *second)
    assert sources_agree(told) is agree
    (_, found) = reasons({told.key: told}, [])[told.key]
    assert found.kind == ("second" if agree else "differs")


@pytest.mark.parametrize(
    ("second", "unit", "said"),
    [(12000, "GB/s", "12,000 GB/s"), ("HBM3", "", "HBM3"), (True, "", "True"), ("1234.5", "W", "1,234.5 W")],
)
def test_a_second_source_is_quoted(second, unit, said):
    told = told_twice(second, unit, second, unit)
    assert reasons({told.key: told}, [])[told.key][1].text == f"{SECOND.title}: {said}"


def test_a_fact_without_a_second_source_has_none_to_agree():
    assert sources_agree(TEN) is None
    assert [each.kind for each in reasons({TEN.key: TEN}, [])[TEN.key]] == ["sourced"]


def identity(target=TEN, operands=(), holds=True, circular=False, weak=False):
    return Identity(target, "what it says", operands, Quantity(1234.5678, ""), holds, circular, weak)


@pytest.mark.parametrize(
    ("found", "kinds"),
    [
        (identity(), ["identity"]),
        (identity(holds=False), ["differs"]),
        (identity(circular=True), ["circular"]),
        (identity(weak=True), []),
        (identity(holds=False, weak=True), ["differs"]),
    ],
)
def test_an_equation_is_a_reason_for_or_against(found, kinds):
    told = reasons({TEN.key: TEN}, [found])[TEN.key][1:]
    assert [each.kind for each in told] == kinds
    assert all(each.text == "what it says = 1,234.57" for each in told)


@pytest.mark.parametrize(
    ("found", "alone"),
    [
        ([identity()], ["a.operand", "a.other"]),
        ([identity(operands=(fact("a.operand", 5),))], ["a.other"]),
        ([identity(holds=False)], ["a.total", "a.operand", "a.other"]),
        ([identity(weak=True)], ["a.total", "a.operand", "a.other"]),
        ([identity(target=fact("a.total", 10, disagreement="why"))], ["a.total", "a.operand", "a.other"]),
        ([], ["a.total", "a.operand", "a.other"]),
    ],
)
def test_facts_that_nothing_repeats(found, alone):
    given = [TEN, fact("a.operand", 5), fact("a.other", 1)]
    assert [each.key for each in sourced_only({each.key: each for each in given}, found)] == alone


@pytest.mark.parametrize(("disagreement", "second", "alone"), [("", 10, 0), ("", 20, 1), ("explained", 10, 1)])
def test_a_second_source_that_agrees_repeats_a_fact_unless_it_disagrees_elsewhere(disagreement, second, alone):
    told = fact("a.b", 10, second=Second(second, "", SECOND, "p. 2"), disagreement=disagreement)
    assert len(sourced_only({told.key: told}, [])) == alone
    assert sourced_only({told.key: told}, [identity(target=fact("a.b", 10))]) == []

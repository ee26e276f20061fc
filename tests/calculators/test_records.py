"""Records of the fact base: how a fact prints, what it says of what is missing, and what an entry says."""

from dataclasses import replace
from decimal import Decimal

import pytest

from calculators import facts
from calculators.records import MissingFact

BASE = facts.load()
L4 = BASE.accelerators["l4"]
BANDWIDTH = L4["memory.bandwidth"]


@pytest.mark.parametrize(
    ("value", "unit", "printed"),
    [
        (True, "", "yes"),
        (False, "", "no"),
        ("GDDR6", "", "GDDR6"),
        (Decimal("3.350"), "TB/s", "3.350 TB/s"),
        (7680, "", "7,680"),
        (999_999_999_999, "FLOP", "999,999,999,999 FLOP"),
        (-999_999_999_999, "FLOP", "-999,999,999,999 FLOP"),
        (10**12, "FLOP", "1000000000000 FLOP"),
        (Decimal("1599"), "USD", "$1,599.00"),
        (Decimal("2.5"), "USD/h", "$2.50/h"),
    ],
)
def test_a_fact_prints_as_its_source_does_with_separators_below_a_trillion(value, unit, printed):
    assert str(replace(BANDWIDTH, value=value, unit=unit)) == printed


@pytest.mark.parametrize(("value", "number"), [(3, True), (Decimal("0.5"), True), (True, False), (False, False), ("fast", False)])
def test_a_fact_is_a_number_unless_it_is_a_flag_or_a_word(value, number):
    fact = replace(BANDWIDTH, value=value)
    assert fact.is_number is number
    if not number:
        with pytest.raises(TypeError, match=r"^l4/memory.bandwidth is .*, not a number$"):
            str(fact.quantity)


def test_a_fact_without_a_second_source_says_so():
    with pytest.raises(MissingFact, match=r"^l4/memory\.bandwidth has no second source"):
        replace(BANDWIDTH, second=None).of_second()


def test_a_fact_as_its_second_source_says_it():
    fact = next(fact for record in BASE.records.values() for fact in record.facts.values() if fact.second)
    second = BASE.fact(f"{fact.address}/second")
    assert (second.value, second.unit, second.where) == (fact.second.value, fact.second.unit, fact.second.where)
    assert second.source is fact.second.source
    assert BASE.fact(fact.address) is fact


def test_a_record_is_named_in_a_message_without_all_it_holds():
    shown = repr(L4)
    assert "slug='l4'" in shown
    assert not [field for field in ("facts=", "missing=", "mig=") if field in shown]


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        ((), {}),
        ((7,), {"": 7}),
        ((Decimal("1.5"), 2), {"low": Decimal("1.5"), "high": 2}),
        ((7, 6, 8), {"": 7, "low": 6, "high": 8}),
        ((True,), {}),
        (("faster",), {}),
    ],
)
def test_the_numbers_of_a_statement_are_known_by_what_they_are_in_it(value, numbers):
    entry = next(iter(BASE.audit.values()))
    assert replace(entry, value=value).numbers == numbers


def test_why_nothing_can_be_computed_is_of_a_kind():
    entry = next(iter(BASE.audit.values()))
    assert replace(entry, unbound="opinion: a matter of taste").unbound_kind == "opinion"


def test_a_price_for_several_is_shared_by_all_of_them():
    price = replace(next(iter(BASE.prices.values())), value=Decimal(100), unit="USD", count=8)
    assert (price.quantity.base, price.each.base, price.each.unit) == (100, 12.5, "USD")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("l4", "'l4' is not a fact address; write <slug>/<section.key>"),
        ("l44/memory.bandwidth", r"unknown record 'l44' \(did you mean .*\bl4\b"),
        ("l4/memory.bandwith", r"l4 has no fact 'memory.bandwith' \(did you mean memory.bandwidth"),
    ],
)
def test_an_address_that_leads_nowhere_says_where_it_ends(address, said):
    with pytest.raises(MissingFact, match=said):
        BASE.fact(address)

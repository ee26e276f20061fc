"""Double entry: no value of the most important records can be changed in one place only."""

import dataclasses
from decimal import Decimal
from types import MappingProxyType

import pytest

from calculators import facts
from hooks.checks import confirmed

BASE = facts.load()
CONFIRMED = sorted(path.stem for path in (facts.DATA / "confirmed").glob("*.txt"))
FLAGSHIPS = {"a100-sxm4-80gb", "h100-sxm5-80gb", "h100-pcie-80gb", "h200-sxm-141gb", "b200-sxm-180gb", "l40s",
             "rtx-3090", "rtx-4090", "rtx-5090", "mi300x"}  # fmt: skip


def changed(fact):
    """The fact with another value of its kind."""
    if isinstance(fact.value, bool):
        return dataclasses.replace(fact, value=not fact.value)
    if not fact.is_number:
        return dataclasses.replace(fact, value=f"{fact.value}x")
    exponent = fact.value.as_tuple().exponent if isinstance(fact.value, Decimal) else 0
    return dataclasses.replace(fact, value=fact.value + Decimal(10) ** exponent)


def with_facts(record, found):
    base = dataclasses.replace(BASE, accelerators={**BASE.accelerators, record.slug: dataclasses.replace(record, facts=found)})
    return list(confirmed.problems(base, facts.DATA))


def test_the_cards_readers_spend_most_on_are_entered_twice():
    assert set(CONFIRMED) >= FLAGSHIPS


@pytest.mark.parametrize("slug", CONFIRMED)
def test_changing_any_value_is_noticed(slug):
    record = BASE.record(slug)
    for key, fact in record.facts.items():
        [problem] = with_facts(record, MappingProxyType({**record.facts, key: changed(fact)}))
        assert (problem.code, problem.line) == ("fact-unconfirmed", fact.line)


@pytest.mark.parametrize("slug", CONFIRMED)
def test_changing_a_unit_or_a_qualifier_is_noticed(slug):
    record = BASE.record(slug)
    for key in ("memory.bandwidth", "peak.bf16_tensor"):
        for change in ({"unit": "MB/s"}, {"qualifiers": ("sparse-2:4",)}):
            fact = dataclasses.replace(record[key], **change)
            assert with_facts(record, MappingProxyType({**record.facts, key: fact}))


@pytest.mark.parametrize("slug", CONFIRMED)
def test_removing_or_adding_a_fact_is_noticed(slug):
    record = BASE.record(slug)
    kept = dict(record.facts)
    gone = kept.pop("memory.bandwidth")
    assert "memory.bandwidth" in str(with_facts(record, MappingProxyType(kept))[0])
    added = {**record.facts, "price.new": dataclasses.replace(gone, key="price.new")}
    assert "never confirmed" in str(with_facts(record, MappingProxyType(added))[0])


def test_confirming_writes_what_is_checked(tmp_path):
    path = confirmed.confirm(BASE.record("l4"), tmp_path)
    assert path.name == "l4.txt"
    assert list(confirmed.problems(BASE, tmp_path)) == []

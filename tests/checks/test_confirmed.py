"""Double entry: no value of the most important records can be changed in one place only."""

import dataclasses
import shutil
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
    """The fact, or what its second source says, with another value of its kind."""
    if isinstance(fact.value, bool):
        return dataclasses.replace(fact, value=not fact.value)
    if isinstance(fact.value, str):
        return dataclasses.replace(fact, value=f"{fact.value}x")
    exponent = fact.value.as_tuple().exponent if isinstance(fact.value, Decimal) else 0
    return dataclasses.replace(fact, value=fact.value + Decimal(10) ** exponent)


@pytest.fixture(scope="module")
def problems(tmp_path_factory):
    """What is wrong with a record in the eyes of what was confirmed of it alone; the other records' files are left out."""
    root = tmp_path_factory.mktemp("data")

    def found(record):
        for path in (root / "confirmed").glob("*.txt"):
            path.unlink()
        (root / "confirmed").mkdir(exist_ok=True)
        shutil.copy(facts.DATA / "confirmed" / f"{record.slug}.txt", root / "confirmed")
        return list(confirmed.problems(dataclasses.replace(BASE, accelerators={record.slug: record}), root))

    return found


def with_fact(record, fact):
    return dataclasses.replace(record, facts=MappingProxyType({**record.facts, fact.key: fact}))


def test_the_cards_readers_spend_most_on_are_entered_twice():
    assert set(CONFIRMED) >= FLAGSHIPS


@pytest.mark.parametrize("slug", CONFIRMED)
def test_what_was_confirmed_is_what_the_record_says(slug, problems):
    assert problems(BASE.record(slug)) == []


@pytest.mark.parametrize("slug", CONFIRMED)
def test_changing_any_value_is_noticed(slug, problems):
    record = BASE.record(slug)
    for fact in record.facts.values():
        [problem] = problems(with_fact(record, changed(fact)))
        assert (problem.code, problem.line) == ("fact-unconfirmed", fact.line)


@pytest.mark.parametrize("slug", CONFIRMED)
def test_changing_what_a_second_source_says_is_noticed(slug, problems):
    record = BASE.record(slug)
    for fact in record.facts.values():
        if fact.second:
            slip = dataclasses.replace(fact.second, value=changed(fact.second).value)
            [problem] = problems(with_fact(record, dataclasses.replace(fact, second=slip)))
            assert problem.line == fact.line


@pytest.mark.parametrize("slug", CONFIRMED)
def test_changing_a_unit_a_qualifier_or_a_date_is_noticed(slug, problems):
    record = BASE.record(slug)
    for key in ("memory.bandwidth", "peak.bf16_tensor"):
        for change in ({"unit": "MB/s"}, {"qualifiers": ("sparse-2:4",)}, {"date": "2001-01"}):
            assert problems(with_fact(record, dataclasses.replace(record[key], **change)))


@pytest.mark.parametrize("slug", [slug for slug in CONFIRMED if BASE.record(slug).mig])
def test_changing_where_a_mig_instance_starts_is_noticed(slug, problems):
    record = BASE.record(slug)
    for name, profile in record.mig.items():
        moved = dataclasses.replace(profile, placements=(profile.placements[0] + 1, *profile.placements[1:]))
        [problem] = problems(dataclasses.replace(record, mig=MappingProxyType({**record.mig, name: moved})))
        assert f"mig.{name}.placements" in problem.message


@pytest.mark.parametrize("slug", CONFIRMED)
def test_removing_or_adding_a_fact_is_noticed(slug, problems):
    record = BASE.record(slug)
    kept = dict(record.facts)
    gone = kept.pop("memory.bandwidth")
    assert "memory.bandwidth" in str(problems(dataclasses.replace(record, facts=MappingProxyType(kept)))[0])
    assert "never confirmed" in str(problems(with_fact(record, dataclasses.replace(gone, key="price.new")))[0])


def test_confirming_writes_what_is_checked(tmp_path):
    path = confirmed.confirm(BASE.record("l4"), tmp_path)
    assert path.name == "l4.txt"
    assert list(confirmed.problems(BASE, tmp_path)) == []

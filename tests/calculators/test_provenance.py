"""What the fact base rests on: counted, listed by source, contradictions shown with both sides."""

import re
from dataclasses import replace

import pytest

from calculators import facts
from calculators.present import provenance as pages
from calculators.provenance import Use, disagreements, tally, uses

BASE = facts.load()


def test_a_tally_counts_each_fact_once():
    whole = tally(BASE.accelerators.values())
    parts = [tally([record]) for record in BASE.accelerators.values()]
    assert whole.facts == sum(part.facts for part in parts)
    assert max(whole.identity, whole.second) <= whole.either <= whole.identity + whole.second
    assert whole.either <= whole.facts


@pytest.mark.parametrize(("access", "direct"), [("direct", 1), ("transcribed", 0)])
def test_a_number_that_was_copied_from_a_transcription_was_not_read_in_the_document(access, direct):
    record = BASE.accelerators["l4"]
    fact = record["memory.bandwidth"]
    read = replace(fact, source=replace(fact.source, access=access))
    counted = tally([replace(record, facts={fact.key: read})])
    assert (counted.facts, counted.direct) == (1, direct)


def test_all_that_rests_on_a_source_is_added_up():
    assert Use(facts={"l4": 1, "a10": 2}, seconds={"l4": 4}, measurements=8, prices=16).total == 31


def test_every_fact_is_carried_by_its_source():
    carried = uses(BASE)
    assert sum(sum(use.facts.values()) for use in carried.values()) == sum(len(record.facts) for record in BASE.records.values())
    seconds = sum(bool(fact.second) for record in BASE.records.values() for fact in record.facts.values())
    assert sum(sum(use.seconds.values()) for use in carried.values()) == seconds
    assert sum(use.measurements for use in carried.values()) == len(BASE.measurements)


def test_a_source_that_carries_nothing_is_no_source():
    # What readers measure with the script of this site waits for the first of them.
    written = {"measured-by-readers"}
    assert [id for id, use in uses(BASE).items() if not use.total and not _quoted(id) and id not in written] == []
    assert all(BASE.sources[id].kind == "own measurement" for id in written)


def _quoted(id):
    """Audit entries and examples of the documentation may name a source."""
    return any(entry.source and entry.source.id == id for entry in BASE.audit.values())


def test_every_explained_contradiction_is_on_the_page():
    explained = {fact.address for record in BASE.records.values() for fact in record.facts.values() if fact.disagreement}
    assert {found.fact.address for found in disagreements(BASE)} == explained
    html = pages.conflicts()
    assert html.count("<tr>") - 1 == len(disagreements(BASE))


def test_every_source_has_a_row_and_every_row_leads_to_records():
    html = pages.sources()
    assert all(f'id="{id}"' in html for id in BASE.sources)
    for folder, slug in re.findall(r'href="\.\./\.\./(gpus|models)/([^"/#]+)/"', html):
        assert slug in (BASE.accelerators if folder == "gpus" else BASE.models)

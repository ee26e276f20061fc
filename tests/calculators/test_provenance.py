"""What the fact base rests on: counted, listed by source, contradictions shown with both sides."""

import re

from calculators import facts
from calculators.present import provenance as pages
from calculators.provenance import disagreements, tally, uses

BASE = facts.load()


def test_a_tally_counts_each_fact_once():
    whole = tally(BASE.accelerators.values())
    parts = [tally([record]) for record in BASE.accelerators.values()]
    assert whole.facts == sum(part.facts for part in parts)
    assert max(whole.identity, whole.second) <= whole.either <= whole.identity + whole.second
    assert whole.either <= whole.facts


def test_every_fact_is_carried_by_its_source():
    carried = uses(BASE)
    assert sum(sum(use.facts.values()) for use in carried.values()) == sum(len(record.facts) for record in BASE.records.values())
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

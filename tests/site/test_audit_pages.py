"""The pages of the audit: every entry once, on the page of its topic, with what it was computed with."""

import re
from pathlib import Path

import pytest

from calculators import facts
from calculators.schema import TOPICS, VERDICTS
from hooks.checks import targets
from hooks.site import audit_pages

BASE = facts.load()
DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_a_page_with_its_entries(topic):
    page = (DOCS / "audit" / f"{topic}.md").read_text("utf-8")
    assert f'audit_pages.topic("{topic}")' in page
    html = audit_pages.topic(topic)
    ids = re.findall(r'<article id="([^"]+)"', html)
    assert sorted(ids) == sorted(entry.id for entry in BASE.audit.values() if entry.topic == topic)
    assert "data-generated" in html.partition(">")[0]


def test_the_index_lists_every_entry_once_and_leads_to_it():
    html = audit_pages.index()
    links = re.findall(r'<a href="([a-z-]+/#[^"]+)"', html)
    assert sorted(links) == sorted(f"{entry.topic}/#{entry.id}" for entry in BASE.audit.values())
    for entry in BASE.audit.values():
        assert targets.of_audit(entry) == f"/audit/{entry.topic}.md#{entry.id}"


def test_the_verdicts_are_counted():
    counts = [int(count) for count in re.findall(r"<strong>(\d+)</strong>", audit_pages.verdicts())]
    assert counts == [sum(entry.verdict == verdict for entry in BASE.audit.values()) for verdict in VERDICTS]
    assert f"{len(BASE.audit)} statements" in audit_pages.extent()


def test_a_figure_leads_to_the_calculation_it_was_held_against():
    entry = BASE.audit["s3-011"]
    html = audit_pages.topic("bandwidth")
    card = html[html.index(f'<article id="{entry.id}"') :].partition("</article>")[0]
    [figure, computed] = re.findall(r'<a href="([^"#]+)"', card)
    assert figure == computed
    assert figure.startswith("../../calculators/compare/?a=h100-sxm5-80gb%2Fmemory.bandwidth&amp;b=a100-sxm4-80gb")
    assert "3,352 / 2,039 − 1 = 64.39%" in card


def test_a_fact_leads_to_its_row_and_what_is_not_computed_says_why():
    html = audit_pages.topic("bandwidth") + audit_pages.topic("decision")
    assert 'href="../../gpus/h100-sxm5-80gb/#memory-bandwidth"' in html
    assert "Not computed, an opinion: " in html


def test_those_that_mislead_most_come_first():
    order = re.findall(r"rp-badge--([a-z-]+)", audit_pages.topic("compute"))
    assert order == sorted(order, key=["wrong", "misleading", "holds-approximately", "holds", "not-derivable", "opinion"].index)
    assert len(set(order)) > 2

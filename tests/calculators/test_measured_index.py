"""The index of measurements: every one is counted once, under a name that the lists of its page offer."""

import re
from urllib.parse import parse_qs, urlparse

import pytest

from calculators import facts
from calculators.measured import kinds
from calculators.present import measured_index, measured_tables

CELL = re.compile(r'<a href="\.\./(\w+)/\?([^"#]+)#every-measurement">(\d+)</a>')


def links(html):
    """(kind, list, name) -> number of measurements."""
    found = {}
    for kind, query, count in CELL.findall(html):
        ((choice, (name,)),) = parse_qs(urlparse(f"?{query}").query).items()
        found[kind, choice, name] = int(count)
    return found


def test_every_measurement_of_an_accelerator_is_counted_once():
    found = links(measured_index.by_accelerator())
    of = facts.load().measurements.of
    for kind in kinds.KINDS:
        assert sum(count for (name, *_), count in found.items() if name == kind.name) == len(list(of(*kind.metrics)))
    assert {choice for _, choice, _ in found} == {"gpu"}


def test_measurements_without_a_model_are_in_no_row_of_models():
    found = links(measured_index.by_model())
    assert {choice for _, choice, _ in found} == {"model"} and not any(name in ("", "none") for *_, name in found)
    with_model = [entry for entry in facts.load().measurements.values() if {"model", "other_model"} & set(entry.details)]
    assert sum(found.values()) == len(with_model) > 1_000


@pytest.mark.parametrize("kind", ["decoding", "training"])
def test_a_number_opens_a_list_that_offers_the_name_as_often(kind):
    rows = re.findall(
        r'<tr id="[^"]+"><th scope="row">(?:[^<]*)<a[^>]*>([^<]+)</a></th><td>([^<]*)</td>', measured_tables.records(kind)
    )
    everything = links(measured_index.by_accelerator()) | links(measured_index.by_model())
    for (of, choice, name), count in everything.items():
        if of == kind:
            assert count == sum(row[0 if choice == "gpu" else 1].replace("&amp;", "&") == name for row in rows), name

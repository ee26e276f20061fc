"""Tables of facts: what is not known has a row that says so."""

import re

import pytest

from calculators import facts
from calculators.present import tables
from calculators.schema import EXPECTED

BASE = facts.load()


@pytest.mark.parametrize("slug", sorted(BASE.accelerators))
def test_what_readers_look_for_has_a_row_on_every_accelerator(slug):
    html = tables.record(slug)
    for key in EXPECTED:
        assert f'id="{tables.anchor(key)}"' in html


def test_silence_is_told_apart_from_a_known_reason():
    record = next(record for record in BASE.accelerators.values() if set(EXPECTED) - set(record.facts) - set(record.missing))
    silent = next(key for key in EXPECTED if key not in record and key not in record.missing)
    row = re.search(f'<tr id="{tables.anchor(silent)}".*?</tr>', tables.record(record.slug))[0]
    assert "none of the documents read" in row


def test_a_page_without_a_prefix_and_one_with_share_no_id():
    ids = re.findall(r'id="([^"]+)"', tables.record("nvlink-4", "nvlink-4-"))
    assert ids and all(id.startswith("nvlink-4-") for id in ids)

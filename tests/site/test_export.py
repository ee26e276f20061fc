"""The downloads: JSON that fits its schema, CSV with every entry, values as the sources print them."""

import csv
import io
import json

import jsonschema
import pytest

from calculators import facts
from hooks.site import export

BASE = facts.load()
FILES = export.files()


def rows(name):
    return list(csv.DictReader(io.StringIO(FILES[name])))


def test_the_json_fits_its_schema():
    jsonschema.Draft202012Validator(json.loads(FILES["facts.schema.json"])).validate(json.loads(FILES["facts.json"]))


@pytest.mark.parametrize("slip", [{"accelerators": {"x": {"name": 1}}}, {"prices": {"x": {}}}, {"extra": {}}])
def test_the_schema_refuses_what_the_export_never_writes(slip):
    document = json.loads(FILES["facts.json"]) | slip
    assert list(jsonschema.Draft202012Validator(json.loads(FILES["facts.schema.json"])).iter_errors(document))


def test_every_entry_is_there():
    document = json.loads(FILES["facts.json"])
    for kind in ("accelerators", "models", "links", "systems", "sources", "measurements", "prices", "audit"):
        assert set(document[kind]) == set(getattr(BASE, kind))
    assert len(rows("facts.csv")) == sum(len(record.facts) for record in BASE.records.values())
    assert len(rows("measurements.csv")) == len(BASE.measurements)
    assert len(rows("prices.csv")) == len(BASE.prices)
    assert len(rows("audit.csv")) == len(BASE.audit)
    assert {row["id"] for row in rows("sources.csv")} == set(BASE.sources)


def test_printed_digits_survive():
    [peak] = [row for row in rows("facts.csv") if (row["record"], row["fact"]) == ("h100-sxm5-80gb", "peak.bf16_tensor")]
    assert (peak["value"], peak["unit"], peak["qualifiers"]) == ("989.4", "TFLOPS", "dense fp32-accumulate")

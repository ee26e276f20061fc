"""The fact base as readers can download it: JSON with everything, CSV with one fact per line."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from calculators import facts
from calculators.records import Fact, Record

_COLUMNS = (
    *("record", "fact", "value", "unit", "qualifiers"),
    *("source", "where", "access", "second_value", "second_source", "disagreement", "note"),
)


def as_json() -> str:
    """Accelerators, models and sources, each fact with its source and locator."""
    base = facts.load()
    document = {
        "license": "CC-BY-4.0",
        "sources": {name: asdict(source) for name, source in base.sources.items()},
        **{kind: _records(getattr(base, kind)) for kind in ("accelerators", "models", "links", "systems")},
    }
    return json.dumps(document, indent=1, ensure_ascii=False, default=float)


def _records(records: Mapping[str, Record]) -> dict[str, Any]:
    return {slug: _record(record) for slug, record in records.items()}


def _record(record: Record) -> dict[str, Any]:
    listed = {key: _fact(fact) for key, fact in record.facts.items()}
    return {"name": record.name, "vendor": record.vendor, "facts": listed, "missing": dict(record.missing)}


def _fact(fact: Fact) -> dict[str, Any]:
    second = fact.second and {
        "value": fact.second.value,
        "unit": fact.second.unit,
        "source": fact.second.source.id,
        "where": fact.second.where,
    }
    entry = {
        "value": fact.value,
        "unit": fact.unit,
        "qualifiers": list(fact.qualifiers),
        "source": fact.source.id,
        "where": fact.where,
        "second": second,
        "disagreement": fact.disagreement,
        "note": fact.note,
    }
    return {name: value for name, value in entry.items() if value not in ("", None, [])}


def as_csv() -> str:
    """One fact per line, values as printed by the source."""
    base = facts.load()
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    for record in base.records.values():
        for fact in record.facts.values():
            second = (fact.second.value, fact.second.source.title) if fact.second else ("", "")
            row = (fact.record, fact.key, fact.value, fact.unit, " ".join(fact.qualifiers), fact.source.title, fact.where)
            table.writerow((*row, fact.source.access, *second, fact.disagreement, fact.note))
    return text.getvalue()

"""The fact base as readers can download it: JSON with everything, its schema, and CSV with one entry per line."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, fields
from typing import Any

from calculators import facts
from calculators.records import AuditEntry, Fact, Measurement, Price, Record, Source

_KINDS = ("accelerators", "models", "links", "systems")
_FACT_COLUMNS = (
    *("record", "fact", "value", "unit", "qualifiers"),
    *("source", "where", "access", "second_value", "second_source", "disagreement", "note"),
)
_MEASUREMENT_COLUMNS = ("id", "metric", "value", "unit", "hardware", "count", "date", "source", "where", "details")
_AUDIT_COLUMNS = (
    "id",
    "said",
    "values",
    "relation",
    "unit",
    "subjects",
    "topic",
    "verdict",
    "right",
    "figure",
    "working",
    "bound",
    "unbound",
)
_SOURCE_COLUMNS = tuple(field.name for field in fields(Source))
_PRICE_COLUMNS = (
    "id",
    "hardware",
    "count",
    "kind",
    "terms",
    "value",
    "unit",
    "each",
    "date",
    "until",
    "place",
    "source",
    "where",
)


def files() -> dict[str, str]:
    """Every file to download, by name."""
    return {
        "facts.json": as_json(),
        "facts.schema.json": json.dumps(schema(), indent=1),
        "facts.csv": as_csv(),
        "measurements.csv": _table(_MEASUREMENT_COLUMNS, map(_measurement_row, facts.load().measurements.values())),
        "audit.csv": _table(_AUDIT_COLUMNS, map(_audit_row, facts.load().audit.values())),
        "sources.csv": _table(_SOURCE_COLUMNS, (astuple(source) for source in facts.load().sources.values())),
        "prices.csv": _table(_PRICE_COLUMNS, map(_price_row, facts.load().prices.values())),
    }


def as_json() -> str:
    """Everything: records with each fact, its source and locator; sources; measurements; prices; audit entries."""
    base = facts.load()
    document = {
        "license": "CC-BY-4.0",
        "sources": {name: asdict(source) for name, source in base.sources.items()},
        **{kind: {slug: _record(record) for slug, record in getattr(base, kind).items()} for kind in _KINDS},
        "measurements": {name: _measurement(entry) for name, entry in base.measurements.items()},
        "prices": {name: _price(entry) for name, entry in base.prices.items()},
        "audit": {name: _audit(entry) for name, entry in base.audit.items()},
    }
    return json.dumps(document, indent=1, ensure_ascii=False, default=float)


def _record(record: Record) -> dict[str, Any]:
    listed = {key: _fact(fact) for key, fact in record.facts.items()}
    placements = {profile.name: list(profile.placements) for profile in record.mig.values() if profile.placements}
    found = {"name": record.name, "vendor": record.vendor, "facts": listed, "missing": dict(record.missing)}
    return found | ({"mig_placements": placements} if placements else {})


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
    return _filled(entry)


def _measurement(entry: Measurement) -> dict[str, Any]:
    names = ("metric", "value", "unit", "hardware", "count", "date", "where")
    return {**{name: getattr(entry, name) for name in names}, "source": entry.source.id, "details": dict(entry.details)}


def _price(entry: Price) -> dict[str, Any]:
    names = ("hardware", "count", "kind", "terms", "value", "unit", "date", "until", "place", "where", "note")
    return _filled({**{name: getattr(entry, name) for name in names}, "source": entry.source.id})


def _audit(entry: AuditEntry) -> dict[str, Any]:
    names = ("said", "verdict", "right", "working", "unit", "topic", "relation", "bound", "figure", "unbound", "where")
    source = entry.source.id if entry.source else ""
    listed = {"values": list(entry.value), "subjects": list(entry.subjects), "source": source}
    return _filled({**{name: getattr(entry, name) for name in names}, **listed})


def _filled(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if value not in ("", None, [])}


def schema() -> dict[str, Any]:
    """The JSON Schema of facts.json."""
    text, number = {"type": "string"}, {"type": "number"}
    value = {"type": ["number", "string", "boolean"]}
    second = _object({"value": value, "unit": text, "source": text, "where": text}, "value", "source")
    fact = _object(
        {
            **{"value": value, "unit": text, "qualifiers": {"type": "array", "items": text}, "source": text, "where": text},
            **{"second": second, "disagreement": text, "note": text},
        },
        *("value", "source", "where"),
    )
    placements = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer"}}}
    record = _object(
        {"name": text, "vendor": text, "facts": _by_name(fact), "missing": _by_name(text), "mig_placements": placements},
        *("name", "vendor", "facts", "missing"),
    )
    source_keys = ("id", "title", "publisher", "kind", "version", "address", "access", "copy")
    count = {"type": "integer", "minimum": 1}
    measured = {"value": number, "count": count, "details": {"type": "object"}}
    measured |= dict.fromkeys(("metric", "unit", "hardware", "date", "source", "where"), text)
    priced = {"value": number, "count": count}
    priced |= dict.fromkeys(("hardware", "kind", "terms", "unit", "date", "until", "place", "source", "where", "note"), text)
    audited = dict.fromkeys(("said", "verdict", "right", "working", "topic"), text)
    audited["subjects"] = {"type": "array", "items": text}
    quoted = {"values": {"type": "array", "items": value}}
    quoted |= dict.fromkeys(("unit", "relation", "bound", "figure", "unbound", "source", "where"), text)
    parts = {
        "license": text,
        "sources": _by_name(_object(dict.fromkeys(source_keys, text), *source_keys[:-1])),
        **{kind: _by_name(record) for kind in _KINDS},
        "measurements": _by_name(_object(measured, *measured)),
        "prices": _by_name(_object(priced, "hardware", "kind", "terms", "value", "unit", "date", "place", "source")),
        "audit": _by_name(_object({**audited, **quoted}, *audited)),
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Ridgepoint fact base", **_object(parts, *parts)}


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _by_name(entry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": entry}


def as_csv() -> str:
    """One fact per line, values as printed by the source."""
    return _table(_FACT_COLUMNS, (_fact_row(fact) for record in facts.load().records.values() for fact in record.facts.values()))


def _fact_row(fact: Fact) -> tuple:
    second = (fact.second.value, fact.second.source.title) if fact.second else ("", "")
    row = (fact.record, fact.key, fact.value, fact.unit, " ".join(fact.qualifiers), fact.source.title, fact.where)
    return (*row, fact.source.access, *second, fact.disagreement, fact.note)


def _measurement_row(entry: Measurement) -> tuple:
    details = "; ".join(f"{name}: {value}" for name, value in entry.details.items())
    row = (entry.id, entry.metric, entry.value, entry.unit, entry.hardware, entry.count, entry.date)
    return (*row, entry.source.title, entry.where, details)


def _audit_row(entry: AuditEntry) -> tuple:
    values, subjects = (" to ".join(map(str, entry.value)), ", ".join(entry.subjects))
    row = (entry.id, entry.said, values, entry.relation, entry.unit, subjects, entry.topic, entry.verdict)
    return (*row, entry.right, entry.figure, entry.working, entry.bound, entry.unbound)


def _price_row(entry: Price) -> tuple:
    row = (entry.id, entry.hardware, entry.count, entry.kind, entry.terms, entry.value, entry.unit, f"{entry.each.value:.6g}")
    return (*row, entry.date, entry.until, entry.place, entry.source.title, entry.where)


def _table(columns: Iterable[str], rows: Iterable[tuple]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows(rows)
    return text.getvalue()

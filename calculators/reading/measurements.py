"""measurements/*.toml: what somebody measured, on what, and where it was published."""

from pathlib import Path
from types import MappingProxyType
from typing import Any

from calculators import schema
from calculators.problems import nearest
from calculators.reading.reader import Reader
from calculators.records import Measurement

_WANTED = {"metric", "value", "unit", "hardware", "count", "date", "source", "where"}


def read(reader: Reader) -> dict[str, Measurement]:
    """The measurements by id."""
    made = {key: _measurement(reader, path, key, entry) for path, key, entry in reader.entries("measurements")}
    return {key: measurement for key, measurement in made.items() if measurement}


def _measurement(reader: Reader, path: Path, key: str, entry: dict[str, Any]) -> Measurement | None:
    if lacking := sorted(_WANTED - entry.keys()):
        reader.problem(path, key, "fact-measurement", f"lacks {', '.join(lacking)}")
        return None
    source = reader.source(path, key, entry)
    if entry["metric"] not in schema.METRICS:
        reader.problem(path, key, "fact-measurement", f"unknown metric{nearest(entry['metric'], schema.METRICS)}")
        return None
    reader.check_value(path, key, schema.Key(key, "number", schema.METRICS[entry["metric"]]), entry["value"], entry["unit"])
    if source is None:
        return None
    details = {name: value for name, value in entry.items() if name not in _WANTED}
    named = {name: entry[name] for name in _WANTED - {"source"}}
    return Measurement(id=key, source=source, path=path, line=reader.line(path, key), details=MappingProxyType(details), **named)

"""audit/*.toml: numbers that others state, our verdict, and what is right."""

from pathlib import Path
from types import MappingProxyType
from typing import Any

from calculators import schema
from calculators.reading.reader import Reader
from calculators.records import AuditEntry

_WANTED = {"said", "verdict", "right", "working"}
_NUMBERS = ("value", "low", "high")


def read(reader: Reader) -> dict[str, AuditEntry]:
    """The audit entries by id."""
    made = {key: _entry(reader, path, key, entry) for path, key, entry in reader.entries("audit")}
    return {key: entry for key, entry in made.items() if entry}


def _entry(reader: Reader, path: Path, key: str, entry: dict[str, Any]) -> AuditEntry | None:
    if lacking := sorted(_WANTED - entry.keys()):
        reader.problem(path, key, "fact-audit", f"lacks {', '.join(lacking)}")
        return None
    if entry["verdict"] not in schema.VERDICTS:
        reader.problem(path, key, "fact-audit", f"verdict is one of {', '.join(schema.VERDICTS)}, not {entry['verdict']!r}")
        return None
    unit = entry.get("unit", "")
    values = tuple(entry[name] for name in _NUMBERS if name in entry)
    for value in values:
        reader.check_value(path, key, schema.Key(key, "number", unit), value, unit)
    details = {name: value for name, value in entry.items() if name not in {*_WANTED, *_NUMBERS, "unit"}}
    return AuditEntry(
        key, entry["said"], entry["verdict"], entry["right"], entry["working"], path, reader.line(path, key),
        values, unit, MappingProxyType(details),
    )  # fmt: skip

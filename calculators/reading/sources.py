"""sources/*.toml: the documents that were read."""

from typing import Any

from calculators import schema
from calculators.reading.reader import Reader
from calculators.records import Source

WANTED = {"title", "publisher", "kind", "version", "address", "access"}
ACCESS = ("direct", "transcribed")


def read(reader: Reader) -> None:
    """Every source into `reader.sources`."""
    for path, key, entry in reader.entries("sources"):
        if message := _wrong_with(entry):
            reader.problem(path, key, "fact-source", message)
        else:
            reader.sources[key] = Source(key, **entry)


def _wrong_with(entry: dict[str, Any]) -> str:
    lacking = sorted(WANTED - entry.keys())
    if lacking or entry.keys() - WANTED - {"copy"}:
        return f"needs {', '.join(sorted(WANTED))}; lacks {', '.join(lacking) or 'nothing'}"
    if entry["kind"] not in schema.SOURCE_KINDS or entry["access"] not in ACCESS:
        return f"kind is one of {', '.join(schema.SOURCE_KINDS)}; access is direct or transcribed"
    return ""

"""The [mig] table of an accelerator: the profiles its memory and compute slices can be combined into.

    [mig]
    source = "..."                                  # where the profiles were read
    where = "..."
    fields = { sms = { source = "...", where = "..." } }   # columns that were read elsewhere
    [mig.profiles]
    "1g.10gb" = { sms = 16, memory = 10, compute_slices = 1, memory_slices = 1, max_count = 7, placements = [0, 1, 2] }

Each number of a profile is a fact of its own, `mig.1g.10gb.sms`, so that a page can state it.
"""

from pathlib import Path
from types import MappingProxyType
from typing import Any

from calculators import schema
from calculators.problems import nearest
from calculators.reading.reader import Reader
from calculators.records import Fact, MigProfile, Source

FIELDS = {"source", "where", "fields", "profiles", "note"}


def profiles(reader: Reader, path: Path, table: dict[str, Any]) -> dict[str, MigProfile]:
    """The profiles by name."""
    for extra in sorted(table.keys() - FIELDS):
        reader.problem(path, f"mig.{extra}", "fact-key", f"unknown field of [mig]{nearest(extra, FIELDS)}")
    read_in = {key: (reader.source(path, "mig", place), place) for key, place in _places(table).items()}
    return {name: _profile(reader, path, name, entry, read_in) for name, entry in table.get("profiles", {}).items()}


def _places(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    default = {"source": table.get("source"), "where": table.get("where")}
    return dict.fromkeys((*schema.MIG_PROFILE, "placements"), default) | table.get("fields", {})


def _profile(
    reader: Reader, path: Path, name: str, entry: dict[str, Any], read_in: dict[str, tuple[Source | None, dict[str, Any]]]
) -> MigProfile:
    line_key = f"mig.profiles.{name}"
    for extra in sorted(entry.keys() - schema.MIG_PROFILE.keys() - {"placements"}):
        reader.problem(path, line_key, "fact-key", f"unknown column {extra}{nearest(extra, schema.MIG_PROFILE)}")
    facts = {}
    for key, meaning in schema.MIG_PROFILE.items():
        source, place = read_in[key]
        if key in entry and source:
            reader.check_value(path, line_key, meaning, entry[key], meaning.unit)
            facts[key] = Fact(
                record=path.stem, key=f"mig.{name}.{key}", label=f"MIG {name}: {meaning.label}", value=entry[key],
                unit=meaning.unit, source=source, where=place["where"], path=path, line=reader.line(path, line_key),
            )  # fmt: skip
    return MigProfile(name, MappingProxyType(facts), tuple(entry.get("placements", ())))

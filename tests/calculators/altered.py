"""Records that differ from those of the fact base in some values: for what no record there has, and another may."""

from dataclasses import replace
from typing import Any

from calculators.records import Record


def altered(record: Record, without: tuple[str, ...] = (), **values: Any) -> Record:
    """The record with other values in place of its facts; keys have a double underscore for the point."""
    found = {key: fact for key, fact in record.facts.items() if key not in without}
    for key, value in values.items():
        key = key.replace("__", ".")
        found[key] = replace(found[key], value=value)
    return replace(record, facts=found)

"""JSON Schemas of the fact files, so that an editor completes their keys and marks mistakes while one types.

They are made from the words that the loader knows, and written next to this file by `python -m hooks.schemas`; `.taplo.toml`
says which files each is for. What a schema cannot say is left to the loader: that names lead to entries, and that facts agree.
"""

import json
from pathlib import Path

from calculators import schema
from hooks.schemas.entries import audit, prices, sources
from hooks.schemas.measurements import measurements
from hooks.schemas.parts import Schema
from hooks.schemas.records import records

FOLDER = Path(__file__).parent
_DRAFT = "http://json-schema.org/draft-07/schema#"  # the newest that taplo reads


def schemas() -> dict[str, Schema]:
    """The schema of the files of each folder below calculators/data/."""
    made = {folder: records(folder) for folder in schema.FOLDERS}
    made |= {"sources": sources(), "prices": prices(), "measurements": measurements(), "audit": audit()}
    return {folder: {"$schema": _DRAFT, **each} for folder, each in made.items()}


def files() -> dict[str, str]:
    """The text of every schema file, by its name."""
    return {f"{folder}.schema.json": json.dumps(each, indent=1, ensure_ascii=False) + "\n" for folder, each in schemas().items()}

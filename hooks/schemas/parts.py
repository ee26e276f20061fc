"""What the schemas are made of: tables, texts, words of a list, units."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from calculators.units import UNITS, parse_unit

Schema = dict[str, Any]

NUMBER: Schema = {"type": "number"}
SOURCE: Schema = {"type": "string", "description": "The document: the name of an entry in calculators/data/sources/"}
WHERE: Schema = {"type": "string", "minLength": 1, "description": "The page, table or row of the source that was read"}


def text(description: str, **more: Any) -> Schema:
    """A text."""
    return {"type": "string", "description": description, **more}


def number(description: str, **more: Any) -> Schema:
    """A number."""
    return {"type": "number", "description": description, **more}


def whole(description: str, **more: Any) -> Schema:
    """A whole number."""
    return {"type": "integer", "description": description, **more}


def words(description: str, accepted: Iterable[str] | Mapping[str, str]) -> Schema:
    """One of a list of words; a mapping says what each of them means."""
    found: Schema = {"description": description, "enum": list(accepted)}
    if isinstance(accepted, Mapping):
        found["x-taplo"] = {"docs": {"enumValues": list(accepted.values())}}  # shown beside the word that is offered
    return found


def table(properties: Mapping[str, Schema], known: Iterable[str], required: Iterable[str] = ()) -> Schema:
    """A table of named fields and no others. Raises ValueError unless these are the fields that the loader knows."""
    if differing := properties.keys() ^ set(known):
        raise ValueError(f"described here or known to the loader, but not both: {', '.join(sorted(differing))}")
    found: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return found | ({"required": sorted(required)} if required else {})


def matching(pattern: re.Pattern[str]) -> Schema:
    """What the whole of a text has to match."""
    return {"pattern": f"^(?:{pattern.pattern})$"}


def ref(name: str) -> Schema:
    """What is defined once in the schema under a name."""
    return {"$ref": f"#/definitions/{name}"}


def units(wanted: Iterable[str]) -> list[str]:
    """The units that a quantity may be written in, the wanted ones first: GB/s, and with it MB/s or Gbit/s.

    What stands below a slash stays as it is. The loader takes GB/h for a bandwidth too, but nobody should be offered that.
    """
    wanted = tuple(wanted)
    return list(dict.fromkeys([*wanted, *(name for unit in wanted for name in _alike(unit))]))


def _alike(unit: str) -> list[str]:
    head, slash, below = unit.partition("/")
    _, raised, power = head.partition("^")
    made = (name + raised + power + slash + below for name in UNITS)
    return [name for name in made if parse_unit(name).dimension == parse_unit(unit).dimension]

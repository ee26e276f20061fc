"""The schemas of gpus/, models/, links/ and systems/: one record in a file, its facts in sections."""

from dataclasses import fields, replace

from calculators import schema
from calculators.reading import facts, mig
from calculators.records import Second
from calculators.schema import Key, Vocabulary
from hooks.schemas.parts import NUMBER, SOURCE, WHERE, Schema, ref, table, text, units, words

_VALUES: dict[schema.Kind, Schema] = {"number": NUMBER, "text": {"type": "string"}, "flag": {"type": "boolean"}}
_NAMES = {
    "name": text("The full name"),
    "short": text("The name in tables and charts"),
    "vendor": text("Who makes it"),
    "aliases": {"type": "array", "items": {"type": "string"}, "description": "Other names that a page may use for it"},
    "size_class": text("The size that its name states, such as 8B"),
}
_BASES = dict(zip(schema.BASES, ("published by itself", "worked back from what it explains, which it cannot prove"), strict=True))
_SHARED = {
    "source": SOURCE,
    "where": WHERE,
    "basis": words("Whether the value was published by itself", _BASES),
    "date": text("When the value was read or was valid, where that matters"),
    "note": text("Any other remark"),
    "disagreement": text("Why the second source, or an identity, differs from the value"),
    "qualifiers": {
        "description": "How the value is counted",
        "type": "array",
        "items": words("How the value is counted", schema.QUALIFIERS),
    },
}

# Facts of one shape are defined once. The shape is the meaning without its label, and the qualifiers it needs one of.
_Shape = tuple[Key, tuple[str, ...]]


def records(folder: str) -> Schema:
    """The schema of the files of a folder."""
    vocabulary = schema.FOLDERS[folder]
    shapes = _shapes(vocabulary)
    sections = {section: _section(section, keys, shapes) for section, keys in vocabulary.items()}
    more = {"missing": _missing(folder, vocabulary)} | ({"mig": _mig()} if folder == "gpus" else {})
    known = {*facts.NAMES, *facts.MORE_NAMES, *sections, *more}
    return {
        **table(_NAMES | sections | more, known, facts.NAMES),
        "definitions": _SHARED | {name: _fact(*shape) for shape, name in shapes.items()},
    }


def _shape(section: str, meaning: Key) -> _Shape:
    return replace(meaning, label=""), tuple(sorted(facts.QUALIFIED.get(section, ())))


def _shapes(vocabulary: Vocabulary) -> dict[_Shape, str]:
    """Each shape, by the name of the first fact that has it."""
    found: dict[_Shape, str] = {}
    for section, keys in vocabulary.items():
        for key, meaning in keys.items():
            found.setdefault(_shape(section, meaning), f"{section}.{key}")
    return found


def _section(section: str, keys: dict[str, Key], shapes: dict[_Shape, str]) -> Schema:
    # taplo ignores what stands beside a reference, and of a schema with `allOf` shows what is inside.
    entries = {
        key: {"allOf": [{"description": _label(meaning)}, ref(shapes[_shape(section, meaning)])]} for key, meaning in keys.items()
    }
    described = {"description": schema.PEAK_SECTIONS[section]} if section in schema.PEAK_SECTIONS else {}
    return described | table(entries, keys)


def _label(meaning: Key) -> str:
    written = " or ".join(filter(None, meaning.units))
    return f"{meaning.label} ({written})" if written else meaning.label


def _fact(meaning: Key, needed: tuple[str, ...]) -> Schema:
    quantity, required = _quantity(meaning)
    shared = {name: ref(name) for name in _SHARED}
    if needed:
        shared["qualifiers"] = _SHARED["qualifiers"] | _one_of(needed)  # taplo hangs on `allOf` of what is no table
        required = [*required, "qualifiers"]
    if meaning.worked_back:
        required = [*required, "basis"]
    known = facts.FIELDS - ({"unit"} - quantity.keys())
    found = table(quantity | shared | {"second": _second(meaning)}, known, required)
    return found | (_directed() if meaning.directed else {})


def _quantity(meaning: Key) -> tuple[Schema, list[str]]:
    """The value with its unit, and which fields a fact and its second source need."""
    required = ["value", "source", "where"]
    value = {"description": "As the source prints it, with every digit", **_VALUES[meaning.kind]}
    if meaning.kind != "number":
        return {"value": value}, required
    accepted = units(meaning.units)
    unit = words("As the source prints it, or a multiple", accepted)
    return {"value": value, "unit": unit}, required if "" in accepted else [*required, "unit"]


def _second(meaning: Key) -> Schema:
    quantity, required = _quantity(meaning)
    known = {field.name for field in fields(Second)} - ({"unit"} - quantity.keys())
    properties = quantity | {"source": ref("source"), "where": ref("where")}
    said = "What an independent source says; its unit, if it is another one"
    return {"description": said, **table(properties, known, set(required) - {"unit"})}


def _directed() -> Schema:
    """Without a link there is no direction to tell."""
    told = {"required": ["qualifiers"], "properties": {"qualifiers": _one_of(sorted(facts.DIRECTIONS))}}
    return {"if": {"properties": {"value": {"const": 0}}}, "else": told}


def _one_of(qualifiers: tuple[str, ...] | list[str]) -> Schema:
    held = [{"contains": {"const": word}} for word in qualifiers]
    return held[0] if len(held) == 1 else {"oneOf": held}


def _missing(folder: str, vocabulary: Vocabulary) -> Schema:
    labels = {f"{section}.{key}": _label(meaning) for section, keys in vocabulary.items() for key, meaning in keys.items()}
    labels |= {"mig.profiles": "MIG profiles"} if folder == "gpus" else {}
    found = table({key: text(label) for key, label in labels.items()}, labels)
    return {"description": "What could not be found, and why", **found}


def _mig() -> Schema:
    columns = {key: {"description": _label(meaning), **_VALUES[meaning.kind]} for key, meaning in schema.MIG_PROFILE.items()}
    starts = {"description": "The memory slices at which it may start", "type": "array", "items": {"type": "integer"}}
    profile = table(columns | {"placements": starts}, [*schema.MIG_PROFILE, "placements"])
    place = table({"source": ref("source"), "where": ref("where")}, ("source", "where"), ("source", "where"))
    read_in = {key: {"description": column["description"], **place} for key, column in profile["properties"].items()}
    properties = {
        "source": ref("source"),
        "where": ref("where"),
        "note": text("A remark on all profiles"),
        "fields": {"description": "Columns that were read elsewhere", **table(read_in, read_in)},
        "profiles": {"description": "Each by its name", "type": "object", "additionalProperties": profile},
    }
    found = table(properties, mig.FIELDS, ("source", "where"))
    return {"description": "What its memory and compute slices can be combined into", **found}

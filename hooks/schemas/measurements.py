"""The schema of measurements/: entries by their ids, and what all of a file share in `common`."""

from calculators import schema
from calculators.reading import measurements as reading
from calculators.schema import Key
from hooks.schemas.parts import SOURCE, WHERE, Schema, matching, number, ref, table, text, units, whole, words

_NOT_THERE: Schema = {"not": {}}


def measurements() -> Schema:
    """The schema of the files of measurements."""
    file = {
        "type": "object",
        "properties": {reading.COMMON: {"allOf": [{"description": "What all entries of the file share"}, ref("entry")]}},
        "additionalProperties": ref("entry"),
    }
    return {"allOf": [file, *map(_stated, schema.REQUIRED)], "definitions": {"entry": _entry()}}


def _entry() -> Schema:
    """What an entry or `common` may say; whether both together say enough is asked of the file."""
    properties = {
        **_named(),
        schema.SHAPE: {
            "description": "M, N and K of a matrix multiplication",
            "type": "array",
            "items": whole("A size", minimum=1),
            "minItems": 3,
            "maxItems": 3,
        },
        **{name: _condition(meaning) for name, meaning in schema.CONDITIONS.items()},
    }
    known = {*schema.REQUIRED, schema.SHAPE, *schema.CONDITIONS}
    return {
        **table(properties, known),
        "dependencies": {"metric": {"allOf": _of_metrics()}, "model": {"properties": {"other_model": _NOT_THERE}}},
    }


def _named() -> dict[str, Schema]:
    metrics = {metric: f"in {unit}" for metric, unit in schema.ANY_METRICS.items()}
    return {
        "metric": words("What was measured", metrics),
        "value": number("As printed"),
        "unit": words("As printed", units(schema.ANY_METRICS.values())),
        "hardware": text("The accelerator: the name of its fact file"),
        "count": whole("How many accelerators it was measured on", minimum=1),
        "date": text("The year, month or day that it was published", **matching(reading.DATE)),
        "source": SOURCE,
        "where": WHERE,
    }


def _condition(meaning: Key) -> Schema:
    if meaning.kind == "number" and not meaning.unit:
        return number(meaning.label, minimum=0)
    said = f"{meaning.label}, as text with its unit ({meaning.unit} or a multiple)" if meaning.unit else meaning.label
    return text(said, minLength=1)


def _of_metrics() -> list[Schema]:
    """The unit that each metric has, and no machine for a metric of accelerators."""
    by_unit: dict[str, list[str]] = {}
    for metric, unit in schema.ANY_METRICS.items():
        by_unit.setdefault(unit, []).append(metric)
    rules = [(metrics, {"unit": {"enum": units([unit])}}) for unit, metrics in by_unit.items()]
    rules.append((list(schema.METRICS), {"machine": _NOT_THERE}))
    return [{"if": {"properties": {"metric": {"enum": metrics}}}, "then": {"properties": then}} for metrics, then in rules]


def _stated(field: str) -> Schema:
    """A field stands in `common`, or else in every entry. A machine in words stands for the accelerators and their count."""
    stand_in = ["machine"] if field in ("hardware", "count") else []
    common = {"anyOf": [{"required": [each]} for each in (field, *stand_in)]}
    entry: Schema = {"required": [field]}
    if stand_in:
        entry = {"if": {"required": stand_in}, "else": entry}
    return {
        "if": {"required": [reading.COMMON], "properties": {reading.COMMON: common}},
        "else": {"properties": {reading.COMMON: {}}, "additionalProperties": entry},
    }

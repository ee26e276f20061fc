"""The schemas of sources/, prices/ and audit/: every table of a file is an entry, named by its id."""

from calculators import schema
from calculators.reading import audit as audit_reading
from calculators.reading import prices as price_reading
from calculators.reading import sources as source_reading
from hooks.schemas.parts import SOURCE, WHERE, Schema, matching, number, table, text, units, whole, words


def entries(entry: Schema) -> Schema:
    """A file of entries alike."""
    return {"type": "object", "additionalProperties": entry}


def sources() -> Schema:
    """The schema of the files of documents."""
    properties = {
        "title": text("The title of the document"),
        "publisher": text("Who published it"),
        "kind": words("What kind of document it is", schema.SOURCE_KINDS),
        "version": text("The version or date that was read"),
        "address": text("Where it is published"),
        "access": words("direct if the document itself was read, transcribed if a copy of its figures", source_reading.ACCESS),
        "copy": text("Where the copy that was read is"),
    }
    return entries(table(properties, source_reading.WANTED | {"copy"}, source_reading.WANTED))


def prices() -> Schema:
    """The schema of the files of prices."""
    month = matching(price_reading.MONTH)
    properties = {
        "hardware": text("The accelerator: the name of its fact file"),
        "count": whole("How many accelerators the value is asked for", minimum=1),
        "kind": words("Bought, or rented by the hour", schema.PRICE_KINDS),
        "terms": words("On which terms it is asked", schema.PRICE_TERMS),
        "value": number("As printed, for all of them together"),
        "unit": words("Of the value", units(schema.PRICE_KINDS.values())),
        "date": text("The month or day that it was asked on, such as 2026-03", **month),
        "until": text("The month after which it is known to be different", **month),
        "place": text("Who asks it, and where"),
        "note": text("Any other remark"),
        "source": SOURCE,
        "where": WHERE,
    }
    known = price_reading.WANTED | price_reading.MORE
    priced = [
        {"if": {"properties": {"kind": {"const": kind}}}, "then": {"properties": {"unit": {"enum": units([unit])}}}}
        for kind, unit in schema.PRICE_KINDS.items()
    ]
    # Below `dependencies`, not beside the properties: taplo offers no keys of a schema that has `allOf` itself.
    return entries({**table(properties, known, price_reading.WANTED), "dependencies": {"kind": {"allOf": priced}}})


def audit() -> Schema:
    """The schema of the files of statements that others make."""
    entry = table(_audited(), audit_reading.KNOWN, audit_reading.WANTED)
    return entries({**entry, "oneOf": [{"required": ["bound"]}, {"required": ["unbound"]}], "dependencies": _depending()})


def _audited() -> dict[str, Schema]:
    schemes, reasons = "|".join(audit_reading.SCHEMES), "|".join(schema.UNBOUND)
    told = "; ".join(f"{word}: {why}" for word, why in schema.UNBOUND.items())
    return {
        "said": text("The statement in our words, without the name of who makes it"),
        "value": {
            "type": ["number", "string", "boolean"],
            "description": "What it says: a number with its unit, a word, or true or false",
        },
        "low": number("The lower end of a range"),
        "high": number("The upper end of a range"),
        "unit": text("Of the numbers"),
        "relation": words("How it bounds the right figure, if it does not name it", schema.RELATIONS),
        "subject": text(f"What it is about, with commas between: names of fact files, or of {', '.join(schema.SUBJECTS)}"),
        "topic": words("The page of the audit that holds it", schema.TOPICS),
        "line": whole("Its place among the statements of one file"),
        "verdict": words("What we find", schema.VERDICTS),
        "right": text("What is right, in a sentence"),
        "working": text("How that follows, in numbers"),
        "bound": text("The address of what is right, as in a page, without assumptions", pattern=f"^(?:{schemes}):[^{{]*$"),
        "figure": text("The right figure as `right` writes it"),
        "unbound": text(f"Why nothing can be computed: a word, a colon and the reason. {told}", pattern=f"^(?:{reasons}):.*\\S"),
        "source": SOURCE,
        "where": WHERE,
    }


def _depending() -> Schema:
    """What a field asks of the others."""
    opinion = {"properties": {"unbound": {"pattern": "^opinion:"}}}
    worded = {"properties": {"value": {"type": ["string", "boolean"]}}}
    return {
        "low": ["high"],
        "high": ["low"],
        "relation": ["value"],
        "figure": ["bound"],
        "source": ["where"],
        "unbound": {"if": opinion, "then": {"properties": {"verdict": {"const": "opinion"}}}},
        "value": {"if": worded, "then": {"properties": {"unit": {"const": ""}}}},
    }

"""audit/*.toml: statements that others make, our verdict, and where what is right is computed.

A table is named by the id of its entry:

    said        the statement, in our words
    value       what it says: a number, yes or no (true, false), or a word; or low and high, for a range
    unit        of the numbers
    relation    "more than", "at least", "less than" or "at most", where the statement only bounds the right figure
    subject     what it is about: the slugs of records or words of schema.SUBJECTS, with commas between
    topic       one of schema.TOPICS
    line        its place among the statements of one file
    verdict     one of schema.VERDICTS
    right       what is right, in a sentence
    working     how that follows, in numbers
    bound       the address behind what is right, as in a page: fact:, calc:, data: or price:
    figure      the right figure as `right` writes it, held against `bound`
    unbound     instead of `bound`: one of schema.UNBOUND, a colon, and why nothing can be computed
    source, where  a document that `working` rests on
"""

from pathlib import Path
from typing import Any

from calculators import schema
from calculators.problems import nearest
from calculators.reading.reader import Reader
from calculators.records import AuditEntry

SCHEMES = ("fact", "calc", "data", "price")
WANTED = {"said", "verdict", "right", "working", "subject", "topic"}
_NUMBERS = ("value", "low", "high")
KNOWN = {*WANTED, *_NUMBERS, "unit", "relation", "line", "bound", "figure", "unbound", "source", "where"}
_CODE = "fact-audit"


def read(reader: Reader) -> dict[str, AuditEntry]:
    """The audit entries by id."""
    made = {key: _entry(reader, path, key, entry) for path, key, entry in reader.entries("audit")}
    return {key: entry for key, entry in made.items() if entry}


def _entry(reader: Reader, path: Path, key: str, entry: dict[str, Any]) -> AuditEntry | None:
    problems = [*_shape(entry), *_words(entry), *_backing(entry)]
    for problem in problems:
        reader.problem(path, key, _CODE, problem)
    values = _values(reader, path, key, entry)
    source = reader.source(path, key, entry) if "source" in entry else None
    if problems:
        return None
    optional = {name: entry.get(name, "") for name in ("bound", "figure", "unbound", "relation", "where")}
    subjects = tuple(part.strip() for part in entry["subject"].replace(" vs ", ",").split(","))
    return AuditEntry(
        key, entry["said"], entry["verdict"], entry["right"], entry["working"], path, reader.line(path, key),
        values, entry.get("unit", ""), subjects, entry["topic"], source=source, **optional,
    )  # fmt: skip


def _shape(entry: dict[str, Any]) -> list[str]:
    problems = []
    if lacking := sorted(WANTED - entry.keys()):
        problems.append(f"lacks {', '.join(lacking)}")
    if unknown := sorted(entry.keys() - KNOWN):
        problems.append(f"has no field {unknown[0]!r}{nearest(unknown[0], KNOWN)}")
    if ("low" in entry) != ("high" in entry):
        problems.append("a range has low and high")
    return problems


def _words(entry: dict[str, Any]) -> list[str]:
    lists = {"verdict": schema.VERDICTS, "topic": schema.TOPICS, "relation": schema.RELATIONS}
    return [
        f"{name} is one of {', '.join(words)}, not {entry[name]!r}"
        for name, words in lists.items()
        if name in entry and entry[name] not in words
    ]


def _backing(entry: dict[str, Any]) -> list[str]:
    """What is wrong with `bound`, `figure` and `unbound`, as far as it can be seen without computing."""
    bound, unbound = entry.get("bound", ""), entry.get("unbound", "")
    if bool(bound) == bool(unbound):
        return ["needs `bound`, the address of what is right, or `unbound`, why nothing can be computed: one of the two"]
    problems = []
    if unbound:
        kind, _, why = unbound.partition(":")
        if kind not in schema.UNBOUND or not why.strip():
            problems.append(f"unbound is one of {', '.join(schema.UNBOUND)}, a colon and the reason, not {unbound!r}")
        if kind == "opinion" and entry.get("verdict") != "opinion":
            problems.append(f"what is an opinion cannot be {entry.get('verdict')!r}")
        if "figure" in entry:
            problems.append("a figure needs `bound`, which gives it")
        return problems
    if bound.partition(":")[0] not in SCHEMES:
        problems.append(f"bound starts with {', '.join(f'{scheme}:' for scheme in SCHEMES)}, not {bound!r}")
    if "{" in bound:
        problems.append("bound has no assumptions ({})")
    if entry.get("figure", "") not in entry.get("right", ""):
        problems.append(f"right does not hold the figure {entry['figure']!r}")
    return problems


def _values(reader: Reader, path: Path, key: str, entry: dict[str, Any]) -> tuple[Any, ...]:
    """What is said; numbers with a unit that is known."""
    unit = entry.get("unit", "")
    values = tuple(entry[name] for name in _NUMBERS if name in entry)
    for value in values:
        if isinstance(value, bool | str) and len(values) == 1:
            kind = "flag" if isinstance(value, bool) else "text"
            reader.check_value(path, key, schema.Key(key, kind), value, unit)
        else:
            reader.check_value(path, key, schema.Key(key, "number", unit), value, unit)
    if "relation" in entry and len(values) != 1:
        reader.problem(path, key, _CODE, "a relation needs one number: `value`")
    return values

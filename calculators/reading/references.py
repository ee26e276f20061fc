"""references/<calculator>.toml: published worked numbers that the calculator gives too; documents/*.toml: where they are printed.

[[reference]]
source = "zero-paper"          # a document of documents/, or a source of sources/
where = "figure 1"
output = "states"
printed = "120 GB"             # the digits are the tolerance
inputs = { parameters = "7.5e9", data = "64" }
within = "1%"                  # optional: wider, because of ...
slip = true                    # optional: what is printed is wrong; `why` says what is right
why = "..."
"""

from collections.abc import Iterator, Mapping
from typing import Any

from calculators.declare import Calculator, Reference
from calculators.problems import nearest
from calculators.reading.reader import Reader
from calculators.records import Source
from calculators.units import parse_unit, read_number

_WANTED = {"source", "where", "output", "printed"}
_MORE = {"inputs", "within", "slip", "why"}

Printed = tuple[str, str]  # the title and the address of a document


def documents(reader: Reader, sources: Mapping[str, Source]) -> dict[str, Printed]:
    """The documents that nothing but references name."""
    found = {}
    for path, key, entry in reader.entries("documents"):
        if key in sources:
            reader.problem(path, key, "fact-twice", "this name is that of a source already; write each once")
        elif not entry.get("title") or entry.keys() - {"title", "address"}:
            reader.problem(path, key, "fact-source", "needs a title, and the address where it has one; nothing else")
        else:
            found[key] = entry["title"], entry.get("address", "")
    return found


def read(reader: Reader, calculator: Calculator, known: Mapping[str, Printed]) -> tuple[Reference, ...]:
    """The references of a calculator that can be used, by documents `known`; what is wrong with others is kept as a problem."""
    path = reader.root / "references" / f"{calculator.name}.toml"
    if not path.exists():
        return ()
    table = reader.toml(path)
    entries = table.get("reference", [])
    if table.keys() - {"reference"} or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        reader.problem(path, next(iter(table)), "fact-reference", "the file holds [[reference]] tables and nothing else")
        return ()
    found = []
    for number, entry in enumerate(entries, 1):
        wrong = [*_wrong_with(calculator, known, entry)]
        for field, message in wrong:
            at = f"reference.{number}.{field}" if field in entry else f"reference.{number}"
            reader.problem(path, at, "fact-reference", message)
        if not wrong:
            title, address = known[entry["source"]]
            found.append(Reference(**{**entry, "source": title, "address": address}))
    return tuple(found)


def check_names(reader: Reader, calculators: tuple[str, ...]) -> None:
    """A problem for each file of references whose name is no calculator's."""
    for path in reader.files("references"):
        if path.stem not in calculators:
            reader.problem(path, "", "fact-reference", f"no calculator is called so{nearest(path.stem, calculators)}")


def _wrong_with(calculator: Calculator, known: Mapping[str, Printed], entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field in sorted(_WANTED - entry.keys()):
        yield field, f"lacks `{field}`"
    for field in sorted(entry.keys() - _WANTED - _MORE):
        yield field, f"unknown field `{field}`{nearest(field, _WANTED | _MORE)}"
    if "source" in entry and entry["source"] not in known:
        yield "source", f"unknown document {entry['source']!r}{nearest(entry['source'], known)}"
    numbers = [name for name, spec in calculator.output_specs.items() if spec.unit is not None]
    if "output" in entry and entry["output"] not in numbers:
        yield "output", f"{calculator.name} has no number {entry['output']!r}{nearest(entry['output'], numbers)}"
    if not isinstance(entry.get("inputs", {}), dict):
        yield "inputs", "inputs are a table: { gpu = ... }"
    else:
        for name in entry.get("inputs", {}).keys() - calculator.input_specs.keys():
            yield "inputs", f"{calculator.name} has no input {name!r}{nearest(name, calculator.input_specs)}"
    if "printed" in entry and not _is_quantity(entry["printed"]):
        yield "printed", f"{entry['printed']!r} is not a number with its unit"
    for field in ("within", "slip"):
        if entry.get(field) and not entry.get("why"):
            yield field, f"`{field}` needs `why`: what is right, or why it is not printed exactly"


def _is_quantity(text: str) -> bool:
    try:
        parse_unit(read_number(text)[1])
    except ValueError:
        return False
    return True

"""gpus/, models/, links/ and systems/*.toml: one record each, its facts in the sections of its vocabulary."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from calculators import schema
from calculators.problems import nearest
from calculators.reading import mig
from calculators.reading.reader import Reader
from calculators.records import Fact, Record, Second

NAMES = {"name", "short", "vendor"}
MORE_NAMES = {"aliases", "size_class"}
FIELDS = {"value", "unit", "source", "where", "qualifiers", "second", "basis", "date", "note", "disagreement"}
QUALIFIED = {
    "peak": {"dense"},
    "peak_sparse": {"sparse-2:4"},
    "peak_sparse_4_16": {"sparse-4:16"},
    "peak_preliminary": {"dense", "sparse-2:4"},
}
DIRECTIONS = {"per-direction", "both-directions"}


def read(reader: Reader, folder: str) -> Mapping[str, Record]:
    """The records of a folder by slug."""
    return MappingProxyType({path.stem: _record(reader, folder, path) for path in reader.files(folder)})


def _record(reader: Reader, folder: str, path: Path) -> Record:
    table, vocabulary = reader.toml(path), schema.FOLDERS[folder]
    for key in sorted(NAMES - table.keys() if reader.readable(path) else ()):
        reader.problem(path, "", "fact-record", f"needs `{key}`")
    for key in table.keys() - NAMES - MORE_NAMES - vocabulary.keys() - {"missing", "mig"}:
        reader.problem(path, key, "fact-key", f"unknown section{nearest(key, vocabulary)}")
    known = {f"{section}.{key}" for section, keys in vocabulary.items() for key in keys} | {"mig.profiles"}
    for key in table.get("missing", {}).keys() - known:
        reader.problem(path, key, "fact-key", f"unknown key under [missing]{nearest(key, known)}")
    facts: dict[str, Fact] = {}
    for section, keys in vocabulary.items():
        entries = table.get(section, {})
        for key in entries.keys() - keys.keys():
            reader.problem(path, f"{section}.{key}", "fact-key", f"unknown key{nearest(key, keys)}")
        for key, meaning in keys.items():
            if key in entries and (fact := _fact(reader, path, f"{section}.{key}", meaning, entries[key])):
                facts[f"{section}.{key}"] = fact
    profiles = mig.profiles(reader, path, table["mig"]) if "mig" in table else {}
    facts |= {fact.key: fact for profile in profiles.values() for fact in profile.facts.values()}
    return Record(
        folder=folder,
        slug=path.stem,
        name=table.get("name", path.stem),
        short=table.get("short", path.stem),
        vendor=table.get("vendor", ""),
        aliases=tuple(table.get("aliases", ())),
        path=path,
        facts=MappingProxyType(facts),
        missing=MappingProxyType(table.get("missing", {})),
        size_class=table.get("size_class", ""),
        mig=MappingProxyType(profiles),
        mig_note=table.get("mig", {}).get("note", ""),
    )


def _fact(reader: Reader, path: Path, key: str, meaning: schema.Key, entry: Any) -> Fact | None:
    if not isinstance(entry, dict) or "value" not in entry:
        reader.problem(path, key, "fact-shape", "needs { value, unit, source, where }")
        return None
    for extra in sorted(entry.keys() - FIELDS):
        reader.problem(path, key, "fact-shape", f"unknown field `{extra}`{nearest(extra, FIELDS)}")
    source = reader.source(path, key, entry)
    second = _second(reader, path, key, meaning, entry.get("second"), entry.get("unit", ""))
    reader.check_value(path, key, meaning, entry["value"], entry.get("unit", ""))
    check_words(reader, path, key, meaning, entry)
    if source is None:
        return None
    return Fact(
        record=path.stem, key=key, label=meaning.label, value=entry["value"], unit=entry.get("unit", ""), source=source,
        where=entry.get("where", ""), path=path, line=reader.line(path, key),
        qualifiers=tuple(entry.get("qualifiers", ())), second=second, basis=entry.get("basis", ""),
        date=entry.get("date", ""), note=entry.get("note", ""), disagreement=entry.get("disagreement", ""),
    )  # fmt: skip


def _second(reader: Reader, path: Path, key: str, meaning: schema.Key, entry: Any, unit: str) -> Second | None:
    if entry is None:
        return None
    if not isinstance(entry, dict) or "value" not in entry:
        reader.problem(path, key, "fact-shape", "`second` needs { value, source, where } and the unit, if it is another one")
        return None
    source = reader.source(path, key, entry)
    unit = entry.get("unit", unit)
    reader.check_value(path, key, meaning, entry["value"], unit)
    return Second(entry["value"], unit, source, entry.get("where", "")) if source else None


def check_words(reader: Reader, path: Path, key: str, meaning: schema.Key, entry: Mapping[str, Any]) -> None:
    """Whether the qualifiers and the basis of a fact are known words, and those that its key needs."""
    qualifiers = set(entry.get("qualifiers", ()))
    for word in sorted(qualifiers - schema.QUALIFIERS.keys()):
        reader.problem(path, key, "fact-qualifier", f"unknown qualifier {word!r}; known: {', '.join(schema.QUALIFIERS)}")
    section = key.partition(".")[0]
    needed = QUALIFIED.get(section)
    if needed and len(qualifiers & set().union(*QUALIFIED.values()) & needed) != 1:
        said = f"a {schema.PEAK_SECTIONS[section]} must be qualified as {' or '.join(sorted(needed))}"
        reader.problem(path, key, "fact-qualifier", said)
    if meaning.directed and entry["value"] and len(qualifiers & DIRECTIONS) != 1:
        reader.problem(path, key, "fact-qualifier", "a link must say per-direction or both-directions")
    if meaning.worked_back and entry.get("basis") not in schema.BASES:
        said = "needs basis = 'read' (published by itself) or 'derived' (worked back from what it explains)"
        reader.problem(path, key, "fact-basis", said)

"""The fact base: TOML files read into frozen records, every problem reported with its file and line."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from calculators import schema
from calculators.problems import nearest
from calculators.records import AuditEntry, Fact, FactBase, Measurement, Record, Second, Source
from calculators.units import UnitError, require_same_dimension

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class FactProblem:
    """Something wrong in a fact file, at a line."""

    path: Path
    line: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.code}: {self.message}"


class FactErrors(ValueError):
    """The fact base cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: list[FactProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class _Reader:
    """Reads fact files and keeps every problem, so that an editor sees all of them at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[FactProblem] = []
        self.sources: dict[str, Source] = {}
        self.lines: dict[tuple[Path, str], int] = {}

    def problem(self, path: Path, key: str, code: str, message: str) -> None:
        self.problems.append(FactProblem(path, self.lines.get((path, key), 1), code, f"{key}: {message}" if key else message))

    def toml(self, path: Path) -> dict[str, Any]:
        text = path.read_text("utf-8")
        for key, line in _lines_of_keys(text):
            self.lines[path, key] = line
        try:
            return tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            self.problems.append(FactProblem(path, int(line.group(1)) if line else 1, "fact-syntax", str(error)))
            return {}

    def files(self, folder: str) -> list[Path]:
        return sorted((self.root / folder).glob("*.toml"))

    def read_sources(self) -> None:
        path = self.root / "sources.toml"
        wanted = {"title", "publisher", "kind", "version", "address", "access"}
        for key, entry in self.toml(path).items():
            lacking = sorted(wanted - entry.keys())
            if lacking or entry.keys() - wanted - {"copy"}:
                self.problem(
                    path,
                    key,
                    "fact-source",
                    f"needs {', '.join(sorted(wanted))}; lacks {', '.join(lacking) or 'nothing'}",
                )
                continue
            if entry["kind"] not in schema.SOURCE_KINDS or entry["access"] not in ("direct", "transcribed"):
                self.problem(
                    path,
                    key,
                    "fact-source",
                    f"kind is one of {', '.join(schema.SOURCE_KINDS)}; access is direct or transcribed",
                )
                continue
            self.sources[key] = Source(key, **entry)

    def source(self, path: Path, key: str, entry: Mapping[str, Any]) -> Source | None:
        name = entry.get("source")
        if name not in self.sources:
            self.problem(path, key, "fact-source", f"unknown source {name!r}{nearest(str(name), self.sources)}")
        if not entry.get("where"):
            self.problem(path, key, "fact-source", "needs `where`: the page, table or row that was read")
        return self.sources.get(name)

    def records(self, folder: str, vocabulary: Mapping[str, Mapping[str, schema.Key]]) -> dict[str, Record]:
        return {path.stem: self.record(path, vocabulary) for path in self.files(folder)}

    def record(self, path: Path, vocabulary: Mapping[str, Mapping[str, schema.Key]]) -> Record:
        table = self.toml(path)
        names = {"name", "short", "vendor", "aliases", "size_class"}
        unread = any(problem.path == path for problem in self.problems)  # not TOML: what it lacks is not known
        for key in sorted({"name", "short", "vendor"} - table.keys() if not unread else ()):
            self.problem(path, "", "fact-record", f"needs `{key}`")
        for key in table.keys() - names - vocabulary.keys() - {"missing"}:
            self.problem(path, key, "fact-key", f"unknown section{nearest(key, vocabulary)}")
        facts: dict[str, Fact] = {}
        for section, keys in vocabulary.items():
            entries = table.get(section, {})
            for key in entries.keys() - keys.keys():
                self.problem(path, f"{section}.{key}", "fact-key", f"unknown key{nearest(key, keys)}")
            for key, meaning in keys.items():
                if key in entries and (fact := self.fact(path, f"{section}.{key}", meaning, entries[key])):
                    facts[f"{section}.{key}"] = fact
        return Record(
            slug=path.stem,
            name=table.get("name", path.stem),
            short=table.get("short", path.stem),
            vendor=table.get("vendor", ""),
            aliases=tuple(table.get("aliases", ())),
            path=path,
            facts=MappingProxyType(facts),
            missing=MappingProxyType(table.get("missing", {})),
            size_class=table.get("size_class", ""),
        )

    def fact(self, path: Path, key: str, meaning: schema.Key, entry: Any) -> Fact | None:
        if not isinstance(entry, dict) or "value" not in entry:
            self.problem(path, key, "fact-shape", "needs { value, unit, source, where }")
            return None
        known = {"value", "unit", "source", "where", "qualifiers", "second", "basis", "date", "note", "disagreement"}
        for extra in sorted(entry.keys() - known):
            self.problem(path, key, "fact-shape", f"unknown field `{extra}`{nearest(extra, known)}")
        source = self.source(path, key, entry)
        second = self.second(path, key, meaning, entry.get("second"), entry.get("unit", ""))
        self.check_value(path, key, meaning, entry["value"], entry.get("unit", ""))
        self.check_words(path, key, entry)
        if source is None:
            return None
        return Fact(
            record=path.stem, key=key, label=meaning.label, value=entry["value"], unit=entry.get("unit", ""), source=source,
            where=entry.get("where", ""), path=path, line=self.lines.get((path, key), 1),
            qualifiers=tuple(entry.get("qualifiers", ())), second=second, basis=entry.get("basis", ""),
            date=entry.get("date", ""), note=entry.get("note", ""), disagreement=entry.get("disagreement", ""),
        )  # fmt: skip

    def second(self, path: Path, key: str, meaning: schema.Key, entry: Any, unit: str) -> Second | None:
        if entry is None:
            return None
        if not isinstance(entry, dict) or "value" not in entry:
            self.problem(path, key, "fact-shape", "`second` needs { value, source, where } and the unit, if it is another one")
            return None
        source = self.source(path, key, entry)
        unit = entry.get("unit", unit)
        self.check_value(path, key, meaning, entry["value"], unit)
        return Second(entry["value"], unit, source, entry.get("where", "")) if source else None

    def check_value(self, path: Path, key: str, meaning: schema.Key, value: Any, unit: str) -> None:
        kinds = {"number": (int, Decimal), "text": (str,), "flag": (bool,), "profiles": (list,)}
        if not isinstance(value, kinds[meaning.kind]) or (meaning.kind == "number" and isinstance(value, bool)):
            self.problem(path, key, "fact-value", f"{value!r} is not a {meaning.kind}")
        elif meaning.kind == "number":
            try:
                require_same_dimension(unit, meaning.unit)
            except UnitError as error:
                self.problem(path, key, "fact-unit", f"{error}; write it in {meaning.unit or 'no unit'} or a multiple")
        elif unit:
            self.problem(path, key, "fact-unit", f"a {meaning.kind} has no unit, but {unit!r} is written")

    def check_words(self, path: Path, key: str, entry: Mapping[str, Any]) -> None:
        qualifiers = set(entry.get("qualifiers", ()))
        for word in sorted(qualifiers - schema.QUALIFIERS.keys()):
            self.problem(path, key, "fact-qualifier", f"unknown qualifier {word!r}; known: {', '.join(schema.QUALIFIERS)}")
        section, _, name = key.partition(".")
        needed = {"peak": {"dense"}, "peak_sparse": {"sparse-2:4"}, "peak_preliminary": {"dense", "sparse-2:4"}}.get(section)
        if needed and len(qualifiers & {"dense", "sparse-2:4"} & needed) != 1:
            self.problem(
                path,
                key,
                "fact-qualifier",
                f"a {schema.PEAK_SECTIONS[section]} must be qualified as {' or '.join(sorted(needed))}",
            )
        if name in _DIRECTED and entry.get("value") and len(qualifiers & {"per-direction", "both-directions"}) != 1:
            self.problem(path, key, "fact-qualifier", "a link must say per-direction or both-directions")
        if section in ("rate", "peak_clock") and entry.get("basis") not in schema.BASES:
            self.problem(
                path,
                key,
                "fact-basis",
                "needs basis = 'read' (published by itself) or 'derived' (worked back from the peak)",
            )

    def measurements(self) -> dict[str, Measurement]:
        found = {}
        for path in self.files("measurements"):
            for key, entry in self.toml(path).items():
                if made := self.measurement(path, key, entry):
                    found[key] = made
        return found

    def measurement(self, path: Path, key: str, entry: dict[str, Any]) -> Measurement | None:
        wanted = {"metric", "value", "unit", "hardware", "count", "date", "source", "where"}
        if lacking := sorted(wanted - entry.keys()):
            self.problem(path, key, "fact-measurement", f"lacks {', '.join(lacking)}")
            return None
        source = self.source(path, key, entry)
        if entry["metric"] not in schema.METRICS:
            self.problem(path, key, "fact-measurement", f"unknown metric{nearest(entry['metric'], schema.METRICS)}")
            return None
        self.check_value(path, key, schema.Key(key, "number", schema.METRICS[entry["metric"]]), entry["value"], entry["unit"])
        details = {name: value for name, value in entry.items() if name not in wanted}
        named = {name: entry[name] for name in wanted - {"source"}}
        line = self.lines.get((path, key), 1)
        return (
            Measurement(id=key, source=source, path=path, line=line, details=MappingProxyType(details), **named)
            if source
            else None
        )

    def audit(self) -> dict[str, AuditEntry]:
        found = {}
        for path in self.files("audit"):
            for key, entry in self.toml(path).items():
                if made := self.audit_entry(path, key, entry):
                    found[key] = made
        return found

    def audit_entry(self, path: Path, key: str, entry: dict[str, Any]) -> AuditEntry | None:
        if lacking := sorted({"said", "verdict", "right", "working"} - entry.keys()):
            self.problem(path, key, "fact-audit", f"lacks {', '.join(lacking)}")
            return None
        if entry["verdict"] not in schema.VERDICTS:
            self.problem(path, key, "fact-audit", f"verdict is one of {', '.join(schema.VERDICTS)}, not {entry['verdict']!r}")
            return None
        unit = entry.get("unit", "")
        values = tuple(entry[name] for name in ("value", "low", "high") if name in entry)
        for value in values:
            self.check_value(path, key, schema.Key(key, "number", unit), value, unit)
        details = {name: value for name, value in entry.items() if name not in _AUDIT_FIELDS}
        return AuditEntry(
            key, entry["said"], entry["verdict"], entry["right"], entry["working"], path, self.lines.get((path, key), 1),
            values, unit, MappingProxyType(details),
        )  # fmt: skip


_AUDIT_FIELDS = {"said", "verdict", "right", "working", "value", "low", "high", "unit"}
_DIRECTED = {"nvlink_per_link", "nvlink_total", "nvlink_per_direction", "pcie_per_direction", "die_to_die"}


def _lines_of_keys(text: str) -> Iterator[tuple[str, int]]:
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r'\[([\w."-]+)\]', line):
            section = header.group(1).strip('"')
            yield section, number
        elif entry := re.match(r'"?([\w.-]+)"?\s*=', line):
            key = entry.group(1)
            yield (f"{section}.{key}" if section and section != "missing" else key), number


def read(root: Path) -> tuple[FactBase, list[FactProblem]]:
    """Read a fact base and every problem in it, without raising."""
    reader = _Reader(root)
    reader.read_sources()
    base = FactBase(
        sources=MappingProxyType(reader.sources),
        accelerators=MappingProxyType(reader.records("gpus", schema.ACCELERATOR)),
        models=MappingProxyType(reader.records("models", schema.MODEL)),
        measurements=MappingProxyType(reader.measurements()),
        audit=MappingProxyType(reader.audit()),
    )
    return base, reader.problems


@cache
def load(root: Path = DATA) -> FactBase:
    """The fact base, read once. Raises FactErrors listing every problem in every file."""
    base, problems = read(root)
    if problems:
        raise FactErrors(problems)
    return base

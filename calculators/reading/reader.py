"""What every reader of fact files needs: the files, the lines of their keys, the sources, and a place for problems."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from calculators import schema
from calculators.problems import nearest
from calculators.records import Source
from calculators.units import UnitError, require_one_dimension_of

try:
    import tomli as tomllib  # the same reader, compiled; the package itself depends on nothing
except ModuleNotFoundError:
    import tomllib

_KINDS = {"number": (int, Decimal), "text": (str,), "flag": (bool,)}


@dataclass(frozen=True, slots=True)
class FactProblem:
    """Something wrong in a fact file, at a line."""

    path: Path
    line: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.code}: {self.message}"


class Reader:
    """Reads fact files and keeps every problem, so that an editor sees all of them at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[FactProblem] = []
        self.sources: dict[str, Source] = {}
        self._lines: dict[tuple[Path, str], int] = {}

    def line(self, path: Path, key: str) -> int:
        """The line on which a key is written."""
        return self._lines.get((path, key), 1)

    def problem(self, path: Path, key: str, code: str, message: str) -> None:
        """Keep a problem with `key` of a file."""
        self.problems.append(FactProblem(path, self.line(path, key), code, f"{key}: {message}" if key else message))

    def readable(self, path: Path) -> bool:
        """Whether nothing was found wrong with a file so far: what a file that is not TOML lacks is not known."""
        return all(problem.path != path for problem in self.problems)

    def toml(self, path: Path) -> dict[str, Any]:
        """A file's tables; empty, with a problem, if it is not TOML."""
        text = path.read_text("utf-8")
        for key, line in _lines_of_keys(text):
            self._lines[path, key] = line
        try:
            return tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            self.problems.append(FactProblem(path, int(line.group(1)) if line else 1, "fact-syntax", str(error)))
            return {}

    def files(self, folder: str) -> list[Path]:
        """The fact files of a folder, sorted."""
        return sorted((self.root / folder).glob("*.toml"))

    def entries(self, folder: str) -> Iterator[tuple[Path, str, dict[str, Any]]]:
        """Every table of every file of a folder, with its file and name; a name used twice is a problem."""
        seen: set[str] = set()
        for path in self.files(folder):
            for key, entry in self.toml(path).items():
                if key in seen:
                    self.problem(path, key, "fact-twice", "this name has an entry already; write each once")
                elif not isinstance(entry, dict):
                    self.problem(path, key, "fact-shape", "belongs under a [name]")
                else:
                    yield path, key, entry
                seen.add(key)

    def source(self, path: Path, key: str, entry: Mapping[str, Any]) -> Source | None:
        """The source that an entry names, and that it says where in it."""
        name = entry.get("source")
        if name not in self.sources:
            self.problem(path, key, "fact-source", f"unknown source {name!r}{nearest(str(name), self.sources)}")
        if not entry.get("where"):
            self.problem(path, key, "fact-source", "needs `where`: the page, table or row that was read")
        return self.sources.get(name)

    def check_value(self, path: Path, key: str, meaning: schema.Key, value: Any, unit: str) -> None:
        """Whether a value is of its key's kind and measures what the key means."""
        if not isinstance(value, _KINDS[meaning.kind]) or (meaning.kind == "number" and isinstance(value, bool)):
            self.problem(path, key, "fact-value", f"{value!r} is not a {meaning.kind}")
        elif meaning.kind == "number":
            try:
                require_one_dimension_of(unit, meaning.units)
            except UnitError as error:
                wanted = " or ".join(filter(None, meaning.units)) or "no unit"
                self.problem(path, key, "fact-unit", f"{error}; write it in {wanted} or a multiple")
        elif unit:
            self.problem(path, key, "fact-unit", f"a {meaning.kind} has no unit, but {unit!r} is written")


def _lines_of_keys(text: str) -> Iterator[tuple[str, int]]:
    """Every key with its line; of tables that repeat as [[name]], the second is name.2."""
    section, repeated = "", Counter[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r'\[([\w."+-]+)\]', line):
            section = header.group(1).strip('"')
            yield section, number
        elif header := re.match(r"\[\[([\w-]+)\]\]", line):
            repeated[header.group(1)] += 1
            section = f"{header.group(1)}.{repeated[header.group(1)]}"
            yield section, number
        elif entry := re.match(r'"?([\w.+-]+)"?\s*=', line):
            key = entry.group(1)
            yield (f"{section}.{key}" if section and section != "missing" else key), number

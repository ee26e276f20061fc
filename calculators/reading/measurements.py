"""measurements/*.toml: what somebody measured, on what, and where it was published.

There are more of them than of everything else together, and most uses need one entry or one metric. So a file is parsed when
something in it is asked for, and its problems are listed when all of them are.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from calculators import schema
from calculators.problems import nearest
from calculators.reading.reader import FactProblem, Reader
from calculators.records import Measurement, Source
from calculators.units import UnitError, read_quantity, require_one_dimension_of

COMMON = "common"  # what all entries of a file share, written once
_CODE = "fact-measurement"
_ENTRY = re.compile(r"^(?:\[([\w.-]+)\]|([\w.-]+) = \{)", re.M)
_METRIC = re.compile(r'\bmetric = "(\w+)"')
DATE = re.compile(r"\d{4}(-\d\d){0,2}")


@dataclass(frozen=True, slots=True)
class Known:
    """What an entry may name: sources, accelerators, models."""

    sources: Mapping[str, Source]
    hardware: Container[str]
    models: Container[str]


@dataclass(frozen=True)
class File:
    """A file of measurements: what can be told without parsing it, and the rest once it is needed."""

    path: Path
    known: Known

    @cached_property
    def _text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The names of its entries."""
        found = (header or inline for header, inline in _ENTRY.findall(self._text))
        return tuple(name for name in found if name != COMMON)

    @cached_property
    def metrics(self) -> frozenset[str]:
        """What its entries measure."""
        return frozenset(_METRIC.findall(self._text))

    @cached_property
    def read(self) -> tuple[Mapping[str, Measurement], list[FactProblem]]:
        """Its entries by id, and what is wrong with it."""
        reader = Reader(self.path.parent)
        reader.sources = dict(self.known.sources)
        entries = reader.toml(self.path)
        common = entries.pop(COMMON, {})
        made = {}
        for key, entry in entries.items():
            if not isinstance(entry, dict):
                reader.problem(self.path, key, "fact-shape", "belongs under a [name], or is written as name = { ... }")
            elif measurement := _measurement(reader, self.path, key, {**common, **entry}, self.known):
                made[key] = measurement
        return made, reader.problems


class Measurements(Mapping[str, Measurement]):
    """Measurements by id, read file by file as they are asked for."""

    def __init__(self, files: Iterable[File], held: Mapping[str, Measurement] | None = None) -> None:
        self._files = tuple(files)
        self._held = dict(held or {})

    @cached_property
    def _file_of(self) -> dict[str, File]:
        return {id: file for file in reversed(self._files) for id in file.ids}

    def __getitem__(self, id: str) -> Measurement:
        if id in self._held:
            return self._held[id]
        return self._file_of[id].read[0][id]

    def __iter__(self) -> Iterator[str]:
        yield from self._held
        for file in self._files:
            yield from file.read[0]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def of(self, *metrics: str) -> list[Measurement]:
        """The measurements of some metrics. Files without any are not parsed."""
        held = [entry for entry in self._held.values() if entry.metric in metrics]
        files = (file for file in self._files if file.metrics.intersection(metrics))
        return held + [entry for file in files for entry in file.read[0].values() if entry.metric in metrics]

    @cached_property
    def problems(self) -> list[FactProblem]:
        """What is wrong with any file. Reads all of them."""
        found = [problem for file in self._files for problem in file.read[1]]
        counts = Counter(id for file in self._files for id in file.ids)
        for file in self._files:
            twice = [id for id in file.ids if counts[id] > 1 and self._file_of[id] is not file]
            message = "this name has an entry already; write each once"
            found += [FactProblem(file.path, _line(file.path, id), "fact-twice", f"{id}: {message}") for id in twice]
        return found


def read(reader: Reader, known: Known) -> Measurements:
    """The measurements below the reader's folder."""
    return Measurements(File(path, known) for path in reader.files("measurements"))


def _line(path: Path, id: str) -> int:
    lines = path.read_text("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith((f"[{id}]", f"{id} ="))), 1)


def _measurement(reader: Reader, path: Path, key: str, entry: dict[str, Any], known: Known) -> Measurement | None:
    if entry.get("metric") in schema.OWN_METRICS and "machine" in entry:  # of the site itself, on no accelerator of the fact base
        entry = {"hardware": "", "count": 1} | entry
    if lacking := sorted(set(schema.REQUIRED) - entry.keys()):
        reader.problem(path, key, _CODE, f"lacks {', '.join(lacking)}")
        return None
    source = reader.source(path, key, entry)
    problems = [*_wrong_words(entry, known), *_wrong_conditions(entry)]
    for message in problems:
        reader.problem(path, key, _CODE, message)
    if unit := schema.ANY_METRICS.get(entry["metric"]):
        reader.check_value(path, key, schema.Key(key, "number", unit), entry["value"], entry["unit"])
    if source is None or problems:
        return None
    details = {name: value for name, value in entry.items() if name not in schema.REQUIRED}
    named = {name: entry[name] for name in schema.REQUIRED if name != "source"}
    return Measurement(id=key, source=source, path=path, line=reader.line(path, key), details=MappingProxyType(details), **named)


def _wrong_words(entry: Mapping[str, Any], known: Known) -> Iterator[str]:
    metrics = schema.ANY_METRICS
    if entry["metric"] not in metrics:
        yield f"unknown metric {entry['metric']!r}{nearest(str(entry['metric']), metrics)}"
    own = entry["metric"] in schema.OWN_METRICS
    if own is not ("machine" in entry):
        yield (
            "a metric of the site itself names its machine"
            if own
            else "machine is for metrics of the site itself; write hardware"
        )
    if entry["hardware"] not in known.hardware and not (own and not entry["hardware"]):
        yield f"unknown hardware {entry['hardware']!r}{nearest(str(entry['hardware']), known.hardware)}"
    model = entry.get("model")
    if model is not None and model not in known.models:
        yield f"unknown model {model!r}{nearest(str(model), known.models)}; a model that is no record goes into other_model"
    if model is not None and "other_model" in entry:
        yield "names a model and an other_model; write one"
    if not isinstance(entry["count"], int) or isinstance(entry["count"], bool) or entry["count"] < 1:
        yield f"count is a whole number of accelerators, not {entry['count']!r}"
    if not DATE.fullmatch(str(entry["date"])):
        yield f"date is written as 2025-09 or 2025-09-30, not {entry['date']!r}"


def _wrong_conditions(entry: Mapping[str, Any]) -> Iterator[str]:
    for name, value in entry.items():
        if name in schema.REQUIRED:
            continue
        if name == schema.SHAPE:
            if not (isinstance(value, list) and len(value) == 3 and all(isinstance(size, int) and size > 0 for size in value)):
                yield f"{name} is [M, N, K], not {value!r}"
        elif name not in schema.CONDITIONS:
            yield f"unknown condition {name!r}{nearest(name, schema.CONDITIONS)}"
        elif message := _wrong_with(schema.CONDITIONS[name], value):
            yield f"{name}: {message}"


def _wrong_with(meaning: schema.Key, value: Any) -> str:
    if meaning.kind == "number" and not meaning.unit:
        number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        return "" if number and value >= 0 else f"is a number, not {value!r}"
    if not isinstance(value, str) or not value:
        return f"is text, not {value!r}"
    if meaning.kind == "number":
        try:
            require_one_dimension_of(read_quantity(value).unit, (meaning.unit,))
        except (UnitError, ValueError) as error:
            return str(error)
    return ""

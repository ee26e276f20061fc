"""The fact base as one file for the browser, which would spend longer on reading TOML than on starting Python.

What only pages show stays behind: the audit, and every measurement that no calculator asks for. What programs reach of a bound is
learned from them before.
"""

import pickle
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from calculators.reading.measurements import Measurements
from calculators.records import FactBase

NAME = "facts.pickle"
ASKED = ("matmul_rate",)  # the metrics that calculators look up


def pack(folder: Path) -> None:
    """Put one file in the place of all fact files below `folder`, unless something is wrong with them: then they say what."""
    from calculators.facts import read as read_facts

    base, problems = read_facts(folder)
    if not problems and not base.measurements.problems:
        write(base, folder / NAME)
        for path in folder.rglob("*.toml"):
            path.unlink()


def pack_package() -> None:
    """Pack the facts of this package, after what their measurements teach, which cannot be learned from what is left."""
    from calculators import facts
    from calculators.measured import reached

    with suppress(facts.FactErrors):  # then the files say what is wrong
        reached.pack(facts.DATA)
    pack(facts.DATA)


def write(base: FactBase, file: Path) -> None:
    """Write a fact base without its audit and most measurements; the same bytes for the same facts and the same Python."""
    with file.open("wb") as stream:
        _Pickler(stream, protocol=5).dump(replace(base, audit=MappingProxyType({})))


def read(file: Path) -> FactBase:
    """Read what `write` has written."""
    return pickle.loads(file.read_bytes())


class _Pickler(pickle.Pickler):
    """Knows the types of a fact base that differ between versions of Python, or that pickle does not know."""

    def reducer_override(self, value: object) -> object:
        if isinstance(value, Measurements):
            return _measurements, ({entry.id: entry for entry in value.of(*ASKED)},)
        if isinstance(value, MappingProxyType):
            return _view, (dict(value),)
        if isinstance(value, Path):
            return _path, (value.name,)
        return NotImplemented


def _measurements(held: dict) -> Measurements:
    return Measurements((), held)


def _view(known: dict) -> MappingProxyType:
    return MappingProxyType(known)


def _path(name: str) -> Path:
    return Path(name)

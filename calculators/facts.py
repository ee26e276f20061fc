"""The fact base: TOML files read into frozen records, every problem reported with its file and line."""

from functools import cache
from pathlib import Path
from types import MappingProxyType

from calculators import packed
from calculators.reading import audit, measurements, prices, sources
from calculators.reading import facts as records
from calculators.reading.reader import FactProblem, Reader
from calculators.records import FactBase

__all__ = ["DATA", "FactErrors", "FactProblem", "load", "read"]

DATA = Path(__file__).parent / "data"


class FactErrors(ValueError):
    """The fact base cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: list[FactProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


def read(root: Path) -> tuple[FactBase, list[FactProblem]]:
    """Read a fact base and every problem in it, without raising. Measurements, and their problems, wait to be asked for."""
    if (root / packed.NAME).exists():  # in the browser
        return packed.read(root / packed.NAME), []
    reader = Reader(root)
    sources.read(reader)
    gpus, models = records.read(reader, "gpus"), records.read(reader, "models")
    base = FactBase(
        sources=MappingProxyType(reader.sources),
        accelerators=gpus,
        models=models,
        links=records.read(reader, "links"),
        systems=records.read(reader, "systems"),
        measurements=measurements.read(reader, measurements.Known(reader.sources, gpus, models)),
        audit=MappingProxyType(audit.read(reader)),
        prices=MappingProxyType(prices.read(reader)),
    )
    return base, reader.problems


@cache
def _read_once(root: Path) -> tuple[FactBase, list[FactProblem]]:
    return read(root)


def load(root: Path = DATA) -> FactBase:
    """The fact base, read once, whether it can be used or not. Raises FactErrors listing every problem in every file."""
    base, problems = _read_once(root)
    if problems:
        raise FactErrors(problems)
    return base

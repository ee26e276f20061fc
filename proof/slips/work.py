"""What there is to prove, in pieces of a page, a record or some entries, and how a process does one of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from calculators import facts
from calculators.records import FactBase
from hooks.checks import engine
from hooks.checks.claims import Evaluator
from hooks.checks.names import Names, read_names
from proof import ROOT
from proof.slips import kept, pages
from proof.slips.dependents import Dependents, dependents
from proof.slips.entry_proof import EntryProof
from proof.slips.fact_proof import FactProof
from proof.slips.mutant import Mutant

_ENTRIES_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of the work: a page by its path, a record by its slug, or the entries from a number on."""

    kind: str  # page, record, entries
    name: str


@dataclass
class Work:
    """Everything that the pieces need, made once in each process."""

    docs: Path = ROOT / "docs"
    base: FactBase = field(default_factory=facts.load)
    evaluate: Evaluator = field(default_factory=Evaluator)

    @cached_property
    def names(self) -> Names:
        """The vocabulary of the checks."""
        return read_names(self.base)

    @cached_property
    def texts(self) -> dict[Path, str]:
        """Every page."""
        return {path: path.read_text("utf-8") for path in engine.pages(self.docs) if path.suffix == ".md"}

    @cached_property
    def statements(self) -> Dependents:
        """What rests on each fact."""
        return dependents(self.base, self.names, self.texts)

    @cached_property
    def _entries(self) -> EntryProof:
        return EntryProof(self.base, self.statements, self.evaluate)

    @cached_property
    def _facts(self) -> FactProof:
        return FactProof(self.base, self.statements)

    @property
    def base_entries(self) -> int:
        """How many prices, measurements and audit entries there are."""
        return len(self.base.prices) + len(self.base.measurements) + len(self.base.audit)

    def pieces(self) -> list[Piece]:
        """All the work, in a fixed order."""
        found = [Piece("page", str(path)) for path in self.texts]
        found += [Piece("record", slug) for slug in self.base.records]
        found += [Piece("entries", str(first)) for first in range(0, self.base_entries, _ENTRIES_AT_ONCE)]
        return found

    def mutants(self, piece: Piece) -> list[Mutant]:
        """Every slip of a piece. A slip of a fact may be noticed by any page, one of a page by that page alone."""
        texts = [self.texts[Path(piece.name)]] if piece.kind == "page" else self.texts.values()
        return kept.of(f"{piece.kind} {piece.name}", texts, lambda: list(self._made(piece)))

    def _made(self, piece: Piece) -> Iterator[Mutant]:
        if piece.kind == "page":
            path = Path(piece.name)
            yield from pages.mutants(path, self.texts[path], self.base, self.names, self.evaluate)
        elif piece.kind == "record":
            yield from self._facts.mutants(self.base.record(piece.name))
        else:
            first = int(piece.name)
            for entry in self._entries.entries()[first : first + _ENTRIES_AT_ONCE]:
                yield from self._entries.mutants(entry)


@cache
def shared() -> Work:
    """The work of this process."""
    return Work()


def done(piece: Piece) -> list[Mutant]:
    """One piece of the work, in the process that is given it."""
    return shared().mutants(piece)

"""The proof of the pages, file by file."""

from collections.abc import Iterator
from pathlib import Path

from calculators.records import FactBase
from hooks.checks.claims import Evaluator
from hooks.checks.names import Names
from prove.loose import LooseProof
from prove.mutant import Mutant
from prove.stated import StatedProof


def mutants(path: Path, text: str, base: FactBase, names: Names, evaluate: Evaluator) -> Iterator[Mutant]:
    """Every slip of everything with digits that a reader sees in the text of a page."""
    proof = StatedProof(path, text, base, names, evaluate)
    yield from proof.mutants()
    yield from LooseProof(proof.page, names, base).mutants()

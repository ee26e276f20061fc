"""A problem as a value: where it is, what is wrong, and what to write instead."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """Something wrong at a place: 1-based line and column, a code of `codes.CODES`, a message and the way out."""

    path: Path
    line: int
    column: int
    code: str
    message: str
    fix: str = ""

    def __str__(self) -> str:
        text = f"{shown_path(self.path)}:{self.line}:{self.column} {self.code}: {self.message}"
        return f"{text}\n  fix: {self.fix}" if self.fix else text


def shown_path(path: Path) -> str:
    """A path as an editor can click it: relative to the working directory where that is shorter."""
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()

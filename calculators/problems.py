"""What is wrong with an input, as values: one problem per field, all of them at once."""

from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class InputProblem:
    """One field that cannot be used: what was given, what is wrong with it, what is accepted instead."""

    field: str
    given: str
    message: str
    accepted: str

    def __str__(self) -> str:
        given = f" {self.given!r}" if self.given else ""
        return f"{self.field}{given}: {self.message}; accepted: {self.accepted}"


class InputProblems(ValueError):
    """Raised by every calculator for every bad input; `problems` lists all fields that are wrong, not only the first."""

    def __init__(self, problems: list[InputProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


def nearest(given: str, known) -> str:
    """Return ' Did you mean ...?' for the nearest known names, or an empty text."""
    close = get_close_matches(given, list(known), n=3, cutoff=0.6)
    return f" (did you mean {', '.join(close)}?)" if close else ""

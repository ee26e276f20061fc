"""What the checks know about one page."""

from dataclasses import dataclass, field
from pathlib import Path

from hooks.checks.claims import Value
from hooks.checks.frontmatter import Given
from hooks.checks.problem import Problem


@dataclass(frozen=True, slots=True)
class Stated:
    """A stated number that holds: where it stands, what it says, what it leads to on the built page, and its tooltip."""

    line: int
    column: int
    text: str
    scheme: str
    destination: str
    target: str
    tooltip: str
    value: Value


@dataclass
class PageReport:
    """One page, checked: its problems, its stated numbers in order, and the assumptions it declares."""

    path: Path
    problems: list[Problem] = field(default_factory=list)
    stated: list[Stated] = field(default_factory=list)
    givens: dict[str, Given] = field(default_factory=dict)

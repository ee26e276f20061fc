"""The mutants of a module, as cosmic-ray's operators make them."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from proof.formulas.settings import EXCLUDED, SETTINGS
from proof.formulas.statements import statements


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one line: its text before and after, and the whole module as changed."""

    module: str
    operator: str
    line: int
    before: str
    after: str
    number: int  # among those of the module with the same texts
    code: str

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What names a mutant after lines have moved."""
        return self.module, self.before, self.after, self.number

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.before}  ->  {self.after}"


def of(module: str, path: Path) -> list[Mutant]:
    """All mutants of a module, in the order of its lines."""
    code = path.read_text("utf-8")
    lines = code.splitlines(keepends=True)
    found = []
    for first, last in statements(code):
        part = "".join(lines[first - 1 : last])
        for name, line, changed in _changed(part):
            found.append((first + line - 1, name, *_texts(part, changed), [*lines[: first - 1], changed, *lines[last:]]))
    seen: Counter[tuple[str, str]] = Counter()
    mutants = []
    for line, name, before, after, changed in sorted(found, key=lambda one: one[:2]):
        seen[before, after] += 1
        mutants.append(Mutant(module, name, line, before, after, seen[before, after], "".join(changed)))
    return mutants


@cache
def _operators() -> tuple[str, ...]:
    return tuple(name for name in operator_names() if not EXCLUDED.search(name) and not get_operator(name).arguments())


def _changed(code: str) -> Iterator[tuple[str, int, str]]:
    nodes, lines = list(ast_nodes(get_ast(code))), code.splitlines()
    for name in _operators():
        operator = get_operator(name)()
        places = [start for node in nodes for start, _ in operator.mutation_positions(node)]
        for occurrence, (line, _) in enumerate(places):
            changed = None if _skipped(lines[line - 1]) else mutate_code(code, operator, occurrence)
            if changed is not None and changed != code and _is_python(changed):
                yield name, line, changed


def _is_python(code: str) -> bool:
    """Two stars before a dictionary look like a power to cosmic-ray."""
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def _skipped(line: str) -> bool:
    return any(line.strip().startswith(start) for start in SETTINGS["skipped_lines"])


def _texts(before: str, after: str) -> tuple[str, str]:
    """The lines that differ."""
    old, new = before.splitlines(), after.splitlines()
    start = next((number for number, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), 0)
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return tuple(" ".join(" ".join(lines[start : len(lines) - end]).split()) for lines in (old, new))

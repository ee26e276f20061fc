"""The tests that may notice a change of a line, the most promising first."""

import ast
from collections import Counter
from collections.abc import Iterator
from typing import Any

from proof.formulas.settings import SETTINGS, path_of
from proof.formulas.statements import statements


class Judges:
    """Which tests run a line; and, as mutants are tried, which of them noticed one in the same statement."""

    def __init__(self, module: str, measured: dict[str, dict[str, Any]]) -> None:
        self.module, self.measured = module, measured
        text = path_of(module).read_text("utf-8")
        self.spans, self.in_functions = list(statements(text)), _in_functions(text)
        self.by_test = {test: set(one["lines"][module]) for test, one in measured.items() if self._may_judge(one)}
        self.dropped: set[str] = set()
        self.noticed: Counter[tuple[tuple[int, int], str]] = Counter()

    def _may_judge(self, one: dict[str, Any]) -> bool:
        """A long test that happened to load the module would stand before those of declarations, and is never asked."""
        return self.module in one["lines"] and one["seconds"] <= SETTINGS["longest"]

    def of(self, line: int) -> list[str]:
        """Tests that run the line; if it runs while loading, those of its module, of declarations and of its statement too."""
        span = self._span(line)
        tests = self._running({line})
        if not tests or line not in self.in_functions:
            own = [test for test in self.measured if self._own(test)]  # may read a constant, and run no line
            of_statement = self._running(set(range(span[0], span[1] + 1))) or list(self.by_test)
            tests = list(dict.fromkeys([*own, *tests, *of_statement]))
        chosen = list(self._quickest(self.ordered([test for test in tests if test not in self.dropped])))
        return sorted(chosen, key=lambda test: -self.noticed[span, test])

    def notice(self, line: int, test: str) -> None:
        """What noticed this mutant is tried first on the next of the same statement."""
        self.noticed[self._span(line), test] += 1

    def drop(self, test: str) -> None:
        """No longer ask this test."""
        self.by_test.pop(test, None)
        self.dropped.add(test)

    def seconds(self, test: str) -> float:
        """Processor time of a test."""
        return self.measured[test]["seconds"]

    def _span(self, line: int) -> tuple[int, int]:
        return next((span for span in self.spans if span[0] <= line <= span[1]), (line, line))

    def _running(self, wanted: set[int]) -> list[str]:
        return [test for test, lines in self.by_test.items() if lines & wanted]

    def ordered(self, tests: list[str]) -> list[str]:
        """Those of declarations and of the module first; then the quickest example of each test, the next quickest, and so on."""
        examples: Counter[str] = Counter()
        keys = {}
        for test in sorted(tests, key=self.seconds):
            examples[test.partition("[")[0]] += 1
            keys[test] = (not self._own(test), examples[test.partition("[")[0]], self.seconds(test))
        return sorted(tests, key=keys.__getitem__)

    def _own(self, test: str) -> bool:
        own_file = f"/test_{self.module.rpartition('.')[2]}.py" in test
        return own_file or f"[{self.module}." in test or test.startswith(SETTINGS["declarations"])

    def _quickest(self, tests: list[str]) -> Iterator[str]:
        left = float(SETTINGS["longest"])
        for test in tests:
            if (seconds := self.seconds(test) + 0.002) <= left:
                left -= 0 if test.startswith(SETTINGS["declarations"]) else seconds
                yield test


def _in_functions(text: str) -> set[int]:
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    return {line for node in functions for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}

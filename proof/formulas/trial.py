"""Tries mutants: each in a forked process, with the tests that run its lines, until one fails."""

import gc
import importlib
import importlib.machinery
import importlib.util
import os
import resource
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from types import CodeType
from typing import Any

import pytest

from proof.formulas import coverage
from proof.formulas.dependents import independent
from proof.formulas.mutants import Mutant, _statements
from proof.formulas.settings import SETTINGS, path_of

KILLED, SURVIVED, UNTESTED = "killed", "survived", "no test runs it"
_START_UP = 15  # seconds of processor time, on top of a multiple of what the tests took
_MEMORY = 8 << 30
_NOTICED = (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED)  # by a test, or while tests were collected
_FIRST = 2  # seconds of tests of one file, before all others are loaded


class _Changed(importlib.machinery.SourceFileLoader):
    """Loads a module from a text other than its file's."""

    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self.text = text

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.text, self.path, "exec", dont_inherit=True)


class _Finder:
    def __init__(self, name: str, path: str, text: str) -> None:
        self.name, self.path, self.text = name, path, text

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.path, loader=_Changed(name, self.path, self.text))


class _Chosen:
    """A pytest plugin: only these tests, in this order."""

    def __init__(self, tests: list[str]) -> None:
        self.order = {test: number for number, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((item for item in items if item.nodeid in self.order), key=lambda item: self.order[item.nodeid])


def load_all_but(module: str) -> None:
    """Import what tests need and `module` cannot change; the facts too, if they do not depend on it."""
    for name in ("hypothesis", "pint", "xdist", "prepare", "jsonschema"):
        importlib.import_module(name)
    names = independent(f"calculators.{module}")
    for name in names:
        if name.startswith("calculators") or name.startswith("hooks.runtime"):
            importlib.import_module(name)
    if "calculators.facts" in names:
        importlib.import_module("calculators.facts").load()
    gc.freeze()  # what is loaded stays: not to be looked through, nor copied, in every process


def tests_of(module: str) -> "Choice":
    return Choice(module, coverage.read())


class Choice:
    """The tests that run a line, those of the module's own file and the quickest first."""

    def __init__(self, module: str, measured: dict[str, dict[str, Any]]) -> None:
        self.module, self.measured = module, measured
        self.spans = list(_statements(path_of(module).read_text("utf-8")))
        self.by_test = {test: set(one["lines"][module]) for test, one in measured.items() if module in one["lines"]}

    def of(self, line: int) -> list[str]:
        """Tests that run the line; if none does, as for a declaration, those that run its statement, or else its module."""
        first, last = next((span for span in self.spans if span[0] <= line <= span[1]), (line, line))
        for wanted in ({line}, set(range(first, last + 1)), None):
            tests = [test for test, lines in self.by_test.items() if wanted is None or lines & wanted]
            if tests:
                break
        return list(self._quickest(sorted(tests, key=lambda test: (not self._own(test), self.seconds(test)))))

    def stages(self, line: int) -> list[list[str]]:
        """The tests of the first file that has any, then all others: most mutants are noticed before those are loaded."""
        tests = self.of(line)
        if not tests:
            return []
        file, seconds, first = tests[0].partition("::")[0], 0.0, []
        for test in tests:
            seconds += self.seconds(test)
            if test.startswith(f"{file}::") and seconds < _FIRST:
                first.append(test)
        others = [test for test in tests if test not in set(first)]
        return [stage for stage in (first, others) if stage]

    def _own(self, test: str) -> bool:
        return f"/test_{self.module.rpartition('.')[2]}.py" in test

    def seconds(self, test: str) -> float:
        return self.measured[test]["seconds"]

    def _quickest(self, tests: list[str]) -> Iterator[str]:
        left = float(SETTINGS["longest"])
        for test in tests:
            left -= self.seconds(test) + 0.002
            if left < 0:
                return
            yield test


def outcome(module: str, text: str, tests: list[str], seconds: float) -> int:
    """Fork, and run the tests on the module as changed. Returns the number of the process."""
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        limit = int(_START_UP + 5 * seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        nowhere = os.open(os.devnull if not os.environ.get("MUTATE_SHOW") else "/dev/stderr", os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        sys.meta_path.insert(0, _Finder(f"calculators.{module}", str(path_of(module)), text))
        files = sorted({test.partition("::")[0] for test in tests})
        options = ["-x", "-q", "--disable-warnings", "--tb=no", "-p", "_hypothesis_pytestplugin"]
        options += [f"-pno:{name}" for name in ("cacheprovider", "unraisableexception", "threadexception", "junitxml", "doctest")]
        status = int(pytest.main([*files, *options], plugins=[_Chosen(tests)]))
    finally:
        os._exit(status)


def verdict(status: int) -> str:
    """What the end of a process says: any failure, error or excess of time or memory is noticed."""
    if os.WIFSIGNALED(status):
        return KILLED
    code = os.WEXITSTATUS(status)
    if code in _NOTICED:
        return KILLED
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise RuntimeError(f"pytest ended with {code}, which says nothing about the mutant")
    return SURVIVED


def tried(mutants: list[Mutant], module: str, processes: int) -> Iterator[tuple[Mutant, str]]:
    """Each mutant and what became of it, as they end."""
    choice = tests_of(module)
    waiting = [(mutant, stage) for mutant in reversed(mutants) for stage in [choice.stages(mutant.line)]]
    running: dict[int, tuple[Mutant, list[list[str]]]] = {}
    while waiting or running:
        while waiting and len(running) < processes:
            mutant, stages = waiting.pop()
            if not stages:
                yield mutant, UNTESTED
                continue
            process = outcome(module, mutant.code, stages[0], sum(map(choice.seconds, stages[0])))
            running[process] = mutant, stages[1:]
        if running:
            process, status = os.wait()
            mutant, left = running.pop(process)
            found = verdict(status)
            if found == SURVIVED and left:
                waiting.append((mutant, left))
            else:
                yield mutant, found


def must_pass(module: str, mutants: list[Mutant]) -> None:
    """Run all tests that may judge these mutants on the module as it is. Raises RuntimeError when one fails."""
    choice = tests_of(module)
    tests = sorted({test for mutant in mutants for test in choice.of(mutant.line)})
    text = path_of(module).read_text("utf-8")
    _, status = os.waitpid(outcome(module, text, tests, 300), 0)
    if verdict(status) != SURVIVED:
        raise RuntimeError(f"{module}: the tests fail without any change")

"""A process with all tests loaded. It tries mutants of functions that loading has not called, by exchanging their code."""

import gc
import importlib
import os
import sys
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from types import CodeType, FunctionType
from typing import Any

import pytest

from proof import ROOT
from proof.formulas import coverage, exchange
from proof.formulas.forked import KILLED, OPTIONS, Find, Verdict, first_failure_only
from proof.formulas.judges import Judges
from proof.formulas.mutants import Mutant
from proof.formulas.settings import path_of
from proof.formulas.trial import tried

_FOLDER = str(ROOT / "calculators") + os.sep
_AT_FIRST = 50  # tests: those of declarations, and some
_IN_VAIN = 20  # tests that fail by themselves: those of a module whose classes everything holds do, when it is run once more


class Loaded:
    """The process: started once, asked for one module after another."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self.here, there = Pipe()
        self.process = os.fork()
        if not self.process:
            self.here.close()  # it ends when nobody asks any more
            try:
                _serve(there, processes)
            finally:
                os._exit(1)
        there.close()

    def tried(self, module: str, mutants: list[Mutant]) -> Iterator[tuple[Mutant, Verdict, list[str]]]:
        """Those mutants that can be tried like this, as they end: what became of each, and tests that were left out."""
        by_key = {mutant.key: mutant for mutant in mutants}
        self.here.send((module, list(by_key.values())))
        while (found := self.here.recv()) is not None:
            if isinstance(found, Exception):
                raise found
            key, verdict, left_out = found
            yield by_key[key], verdict, left_out

    def stop(self) -> None:
        """End the process."""
        self.here.close()
        os.waitpid(self.process, 0)


def _serve(asked: Connection, processes: int) -> None:
    called = exchange.Called(_FOLDER)
    coverage.load_calculators()
    importlib.import_module("calculators.facts").load()
    plugin = _Answering(asked, called, processes)
    pytest.main([*coverage.test_files(), *OPTIONS, "-p", "_hypothesis_pytestplugin"], plugins=[plugin])


class _Answering:
    """A pytest plugin: instead of running the tests, answer what is asked."""

    def __init__(self, asked: Connection, called: exchange.Called, processes: int) -> None:
        self.asked, self.called, self.processes, self.caches = asked, called, processes, exchange.Caches()

    def pytest_sessionstart(self) -> None:
        first_failure_only()

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Any:
        if isinstance(collector, pytest.Module):
            self.caches.clear()
            self.called.next(collector.nodeid)
        return (yield)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.called.stop()
        self.caches.clear()
        functions, items = exchange.functions(_FOLDER), {item.nodeid: item for item in session.items}
        gc.freeze()
        while True:
            try:
                module, mutants = self.asked.recv()
            except EOFError:
                return True
            try:
                loaded = functions.get(str(path_of(module)), [])
                for mutant, verdict, left_out in _OfModule(module, self.called, loaded, items).tried(mutants, self.processes):
                    self.asked.send((mutant.key, verdict, left_out))
            except Exception as error:  # raised where it was asked
                self.asked.send(error)
            else:
                self.asked.send(None)


class _OfModule:
    """The trial of the mutants of one module."""

    def __init__(
        self, module: str, called: exchange.Called, functions: list[FunctionType], items: dict[str, pytest.Item]
    ) -> None:
        self.module, self.called, self.functions, self.items = module, called, functions, items
        self.judges, self.path = Judges(module, coverage.read()), str(path_of(module))
        self.before = self._code(path_of(module).read_text("utf-8"))

    def tried(self, mutants: list[Mutant], processes: int) -> Iterator[tuple[Mutant, Verdict, list[str]]]:
        """Those mutants that can be tried, what became of each, and the tests that were left out."""
        callers = {mutant.key: self._callers(mutant) for mutant in mutants}

        def tests(mutant: Mutant) -> list[str]:
            return [test for test in self.judges.of(mutant.line) if test.partition("::")[0] not in callers[mutant.key]]

        here = [mutant for mutant in mutants if exchange.LOADING not in callers[mutant.key] and tests(mutant)]
        for mutant, verdict in tried(here, tests, self.judges, self._change, processes):
            chosen = tests(mutant)
            yield mutant, verdict, [test for test in self.judges.of(mutant.line) if test not in chosen]
        others = [mutant for mutant in mutants if exchange.LOADING in callers[mutant.key]]
        for mutant, verdict in tried(others, self._quick, self.judges, self._again, processes):
            if verdict.outcome == KILLED:  # what survives may only be lacking in what was loaded before
                yield mutant, verdict, []

    def _quick(self, mutant: Mutant) -> list[str]:
        if len(self.judges.dropped) > _IN_VAIN:
            return []
        return [test for test in self.judges.of(mutant.line) if test in self.items][:_AT_FIRST]

    def _again(self, text: str) -> Callable[[], Find]:
        """Run the changed module once more in its own place: calculators are looked up there, and functions get the new code."""

        def prepare() -> Find:
            new = self._code(text)
            try:
                exec(new, vars(sys.modules[f"calculators.{self.module}"]))
            except Exception:  # what cannot be loaded has no tests that pass
                return lambda test: None
            exchange.exchange(exchange.pairs(self.before, new, whole=False) or [], self.functions)
            for each in vars(sys.modules["calculators.call"]).values():
                if isinstance(each, exchange.CACHE):
                    each.cache_clear()
            return self.items.get

        return prepare

    def _code(self, text: str) -> CodeType:
        return compile(text, self.path, "exec", dont_inherit=True)

    def _callers(self, mutant: Mutant) -> set[str]:
        """What called the changed functions before any test ran; loading, if more than functions is changed."""
        found = exchange.pairs(self.before, self._code(mutant.code))
        if not found or not exchange.fits(found, self.functions):
            return {exchange.LOADING}
        return set().union(*(self.called.callers(old) for old, _ in found))

    def _change(self, text: str) -> Callable[[], Find]:
        def prepare() -> Find:
            exchange.exchange(exchange.pairs(self.before, self._code(text)) or [], self.functions)
            return self.items.get

        return prepare

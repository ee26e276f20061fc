"""Which lines of the calculators each test runs, and how long it takes: python -m proof.formulas.coverage writes it down."""

import importlib
import json
import os
import pkgutil
import sys
import time
from collections import defaultdict
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from proof import ROOT
from proof.formulas.exchange import Caches
from proof.formulas.remembered import digest, tests
from proof.formulas.settings import CACHE, SETTINGS

FILE = CACHE / "coverage.json"
_PACKAGE = str(ROOT / "calculators") + os.sep
_TOOL = sys.monitoring.COVERAGE_ID


class _Watcher:
    """A pytest plugin. Each line is noted once for each test, which costs next to nothing."""

    def __init__(self) -> None:
        self.tests: dict[str, dict[str, Any]] = {}
        self.lines: dict[str, set[int]] = defaultdict(set)
        self.caches: Caches

    def line(self, code: CodeType, number: int) -> Any:
        if code.co_filename.startswith(_PACKAGE) and code.co_name != "<module>":
            self.lines[code.co_filename].add(number)
        return sys.monitoring.DISABLE

    def pytest_runtestloop(self) -> None:
        self.caches = Caches()  # all tests are loaded now

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self.caches.clear(anew=False)  # else only the first test runs a line whose result is remembered
        self.lines.clear()
        sys.monitoring.restart_events()
        start = time.process_time()
        try:
            return (yield)
        finally:
            ran = {_module(path): sorted(numbers) for path, numbers in self.lines.items()}
            self.tests[item.nodeid] = {"seconds": round(time.process_time() - start, 3), "lines": ran}


def _module(path: str) -> str:
    return path.removeprefix(_PACKAGE).removesuffix(".py").replace(os.sep, ".")


def load_calculators() -> None:
    """Load every module of the calculators."""
    for each in pkgutil.walk_packages([_PACKAGE], "calculators."):
        if not each.name.endswith("__main__"):
            importlib.import_module(each.name)


def measure(files: list[str]) -> int:
    """Run these files of tests; they have to pass. What is known of others is kept."""
    load_calculators()  # what runs while a module is loaded is run by no test
    watcher = _Watcher()
    sys.monitoring.use_tool_id(_TOOL, "mutate")
    sys.monitoring.register_callback(_TOOL, sys.monitoring.events.LINE, watcher.line)
    sys.monitoring.set_events(_TOOL, sys.monitoring.events.LINE)
    status = pytest.main([*files, "-q", "-p", "no:cacheprovider", "-p", "no:randomly"], plugins=[watcher])
    if status:
        return int(status)
    CACHE.mkdir(parents=True, exist_ok=True)
    others = {test: one for test, one in _known().items() if _file(test) not in files}
    states = {file: tests(file) for file in test_files()}
    kept = {"states": states, "modules": _modules(), "tests": others | watcher.tests}
    FILE.write_text(json.dumps(kept), "utf-8")
    return 0


def changed_files() -> list[str]:
    """The files of tests that were not measured as they are, or that run modules whose lines may have moved since."""
    known = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    states, modules = known.get("states", {}), _modules()
    moved = {module for module, digest in modules.items() if known.get("modules", {}).get(module) != digest}
    running = {_file(test) for test, one in known.get("tests", {}).items() if moved & one["lines"].keys()}
    return [file for file in test_files() if file in running or states.get(file) != tests(file)]


def _modules() -> dict[str, str]:
    """Every module of the calculators, with what tells whether it has changed."""
    return {_module(str(path)): digest(path) for path in sorted(Path(_PACKAGE).rglob("*.py"))}


def _file(test: str) -> str:
    return test.partition("::")[0]


def _known() -> dict[str, dict[str, Any]]:
    return read() if FILE.exists() else {}


def test_files() -> list[str]:
    """The files of tests that may judge a mutant."""
    files = sorted(Path(ROOT / SETTINGS["tests"]).glob("test_*.py"))
    kept = [file for file in files if not file.stem.startswith(tuple(SETTINGS["excluded_tests"]))]
    return [str(file.relative_to(ROOT)) for file in kept]


def read() -> dict[str, dict[str, Any]]:
    """What was measured of the tests that may judge."""
    files = set(test_files())
    return {test: one for test, one in json.loads(FILE.read_text("utf-8"))["tests"].items() if _file(test) in files}


if __name__ == "__main__":
    os.environ["CI"] = "1"  # the same examples every time
    raise SystemExit(measure(test_files()))

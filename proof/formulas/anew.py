"""Loads the module anew for every mutant, and with it all that depends on it and the tests: for what acts while it is loaded."""

import gc
import importlib
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import CodeType
from typing import Any

import pytest
from hypothesis.internal.conjecture.providers import _get_local_constants

from proof import ROOT
from proof.formulas.dependents import independent
from proof.formulas.forked import OPTIONS, Find, first_failure_only
from proof.formulas.settings import path_of
from proof.formulas.trial import Change


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


def load_all_but(module: str) -> None:
    """Import what tests need and `module` cannot change; the facts too, if they do not depend on it."""
    sys.path.insert(0, str(ROOT / ".ci"))
    for name in ("hypothesis", "pint", "xdist", "prepare", "jsonschema"):
        importlib.import_module(name)
    names = independent(f"calculators.{module}")
    for name in names:
        if name.startswith("calculators") or name.startswith("hooks.runtime"):
            importlib.import_module(name)
    if "calculators.facts" in names:
        importlib.import_module("calculators.facts").load()
    _get_local_constants()  # Hypothesis reads the numbers in all that is loaded: once, not in every process
    gc.freeze()  # what is loaded stays: not to be looked through, nor copied, in every process


class _InSession:
    """A pytest plugin: when tests would be looked for, do this instead."""

    def __init__(self, work: Callable[[pytest.Session], None]) -> None:
        self.work, self.error = work, None

    def pytest_sessionstart(self) -> None:
        first_failure_only()

    def pytest_collection(self, session: pytest.Session) -> bool:
        try:
            self.work(session)
        except Exception as error:  # pytest would print it and go on
            self.error = error
        return True

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        return True


def in_session(work: Callable[[pytest.Session], None], files: list[str]) -> None:
    """Do this in a session of pytest which has found no test yet."""
    plugin = _InSession(work)
    pytest.main([*files, *OPTIONS, "-p", "_hypothesis_pytestplugin"], plugins=[plugin])
    if plugin.error:
        raise plugin.error


def change(session: pytest.Session, module: str) -> Change:
    """Load the module from another text, and each file of tests when it is asked for."""

    def changed(text: str) -> Callable[[], Find]:
        def prepare() -> Find:
            sys.meta_path.insert(0, _Finder(f"calculators.{module}", str(path_of(module)), text))
            files: dict[str, dict[str, pytest.Item]] = {}

            def find(test: str) -> pytest.Item | None:
                file = test.partition("::")[0]
                if file not in files:
                    files[file] = {item.nodeid: item for item in session.perform_collect([file])}
                return files[file].get(test)

            return find

        return prepare

    return changed

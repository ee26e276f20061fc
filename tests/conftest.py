"""Programs and files that more than one folder of tests uses."""

import os
from pathlib import Path

import prepare
import pytest

from hooks.runtime import assemble

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def node() -> str:
    """Node.js: the machine's, or the one that `make test` installs into .venv."""
    found = prepare.find_node()
    assert found, "no Node.js: run `sh .ci/setup.sh test`"
    return found


@pytest.fixture(scope="session")
def chromium() -> str:
    """The Chromium that `make test` found or installed; $CHROMIUM names another."""
    found = prepare.find_chromium()
    assert found, "no Chromium: run `sh .ci/setup.sh test`"
    return found


@pytest.fixture(scope="session")
def runtime() -> Path:
    """The folder that the browser loads Pyodide and the calculators from."""
    return assemble(ROOT, ROOT / ".cache" / "runtime")


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No setting of the person who runs the tests decides what a program finds."""
    for name in ("CHROMIUM", "PYTHON", "PYENV_ROOT", *[name for name in os.environ if name.startswith("npm_")]):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch

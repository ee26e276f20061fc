"""Programs and files that more than one folder of tests uses."""

import os
import shutil
from pathlib import Path

import prepare
import pytest
from hypothesis import settings

from hooks.runtime import assemble

ROOT = Path(__file__).resolve().parents[1]

# How long an example takes says more about the machine than about the code. CI tries the same examples every time, so that
# a change is judged by itself; elsewhere every run tries others.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


# What takes minutes comes first, so that no process is left with it when the others are done; the site is built for the first.
_FIRST = """
    browser/test_site site/test_refusal site/test_preview browser/test_every_calculator browser runtime pyodide
""".split()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files of tests in the order in which processes take them."""

    def turn(item: pytest.Item) -> int:
        name = item.path.relative_to(ROOT / "tests").as_posix()
        return next((turn for turn, start in enumerate(_FIRST) if name.startswith(start)), len(_FIRST))

    items.sort(key=turn)


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
    return assemble(ROOT, ROOT / ".cache" / "runtime", trimmed=True)


@pytest.fixture
def project(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two modules and one fact, and this repository's settings and npm packages."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(root / name, folder)
    (folder / "node_modules").symlink_to(root / "node_modules", target_is_directory=True)
    files = {
        "__init__.py": "ANSWER = 42\n",
        "present/__init__.py": "",
        "data/gpus/one.toml": "value = 1\n",
    }
    for name, text in files.items():
        path = folder / "calculators" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No setting of the person who runs the tests decides what a program finds."""
    for name in ("CHROMIUM", "PYTHON", "PYENV_ROOT", *[name for name in os.environ if name.startswith("npm_")]):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch

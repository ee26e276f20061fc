"""The committed list of what is served of Pyodide: it is what is installed, and nothing else is packed."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest
from mkdocs.exceptions import PluginError

from hooks.runtime import assemble, served
from hooks.runtime.assembly import PYODIDE, READ_FILES


@pytest.fixture
def pyodide(project: Path, root: Path) -> Path:
    """An npm package of the project's own, which may be spoiled."""
    (project / "node_modules").unlink()
    folder = project / PYODIDE
    folder.mkdir(parents=True)
    for name in (*READ_FILES, "package.json"):
        shutil.copy(root / PYODIDE / name, folder)
    return folder


def refused(project: Path) -> str:
    """What the build stops with, before it has packed anything."""
    cache = project / "cache"
    with pytest.raises(PluginError) as stopped:
        assemble(project, cache)
    assert list(cache.iterdir()) == []
    return str(stopped.value)


def test_the_list_is_of_what_is_installed(root: Path):
    assert set(served.listed()) == set(READ_FILES)
    served.check(root / PYODIDE, READ_FILES)


def test_the_list_is_of_the_version_that_is_pinned(root: Path):
    wanted = json.loads((root / "package.json").read_text("utf-8"))["dependencies"]["pyodide"]
    assert tomllib.loads(served.LIST.read_text("utf-8"))["version"] == wanted


@pytest.mark.parametrize("name", READ_FILES)
def test_a_changed_file_is_refused(project: Path, pyodide: Path, name: str):
    with (pyodide / name).open("ab") as file:
        file.write(b"\n")
    said = refused(project)
    found, wanted = served.sha256(pyodide / name), served.listed()[name]
    assert f"{name}: SHA-256 {found[:12]}…, listed {wanted[:12]}…" in said
    assert "remove node_modules and run `make setup`" in said and "`python -m hooks.runtime`" in said
    assert len(said.splitlines()) == 3, "another file is named too"


def test_another_version_is_refused(project: Path, pyodide: Path):
    package = json.loads((pyodide / "package.json").read_text("utf-8"))
    (pyodide / "package.json").write_text(json.dumps(package | {"version": "1.2.3"}), "utf-8")
    assert f"version 1.2.3, listed {package['version']}" in refused(project)


@pytest.mark.parametrize("name", READ_FILES)
def test_a_missing_file_is_refused(project: Path, pyodide: Path, name: str):
    (pyodide / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"{name} is missing: .*make setup"):
        assemble(project, project / "cache")


def test_a_file_that_is_not_listed_is_refused(pyodide: Path):
    (pyodide / "more.mjs").touch()
    with pytest.raises(PluginError, match=r"more\.mjs: SHA-256 e3b0c44298fc…, listed nowhere"):
        served.check(pyodide, [*READ_FILES, "more.mjs"])


def test_a_deliberate_update_is_written_down(pyodide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    committed = served.LIST.read_text("utf-8")
    monkeypatch.setattr(served, "LIST", tmp_path / "pyodide.toml")
    served.write(pyodide, READ_FILES)
    assert served.LIST.read_text("utf-8") == committed
    (pyodide / "pyodide.mjs").write_bytes(b"")
    served.write(pyodide, READ_FILES)
    served.check(pyodide, READ_FILES)
    assert served.LIST.read_text("utf-8") != committed

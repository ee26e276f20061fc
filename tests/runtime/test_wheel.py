"""The calculators wheel: what is in it, and that nothing but its sources decides its bytes."""

import os
import zipfile
from pathlib import Path

import pytest

from hooks.runtime import wheel
from hooks.runtime.assembly import sha256


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_holds_code_and_facts_and_nothing_else(project: Path, tmp_path: Path):
    (project / "calculators" / "data" / "gpus" / "notes.txt").write_text("not a fact")
    (project / "calculators" / "leftover.orig").write_text("")
    packed = names(wheel.build(project, tmp_path))
    shipped = sorted(name for name in packed if name.startswith("calculators/"))
    assert shipped == ["calculators/__init__.py", "calculators/data/gpus/one.toml", "calculators/present/__init__.py"]


def test_whole_package_ships_every_module_but_those_of_figures_and_all_facts_in_one_file(root: Path, tmp_path: Path):
    package = root / "calculators"
    modules = (path.relative_to(root).as_posix() for path in package.rglob("*.py"))
    expected = {name for name in modules if not name.startswith("calculators/plots/")}
    expected |= {"calculators/data/facts.pickle", "calculators/data/learned.json"}
    shipped = {name for name in names(wheel.build(root, tmp_path)) if name.startswith("calculators/")}
    assert shipped == expected


def test_same_sources_give_same_bytes(project: Path, tmp_path: Path):
    first = wheel.build(project, tmp_path / "first")
    for path in project.rglob("*"):  # as after another checkout, under another umask
        os.utime(path, (1_700_000_000, 1_700_000_000))
        path.chmod(0o700)
    second = wheel.build(project, tmp_path / "second")
    assert first.read_bytes() == second.read_bytes()


def test_an_edited_fact_changes_the_bytes(project: Path, tmp_path: Path):
    before = sha256(wheel.build(project, tmp_path / "before"))
    (project / "calculators" / "data" / "gpus" / "one.toml").write_text("value = 2\n")
    assert sha256(wheel.build(project, tmp_path / "after")) != before


def test_needs_no_network(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for variable in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")  # nobody answers there
        monkeypatch.setenv(variable.upper(), "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert wheel.build(project, tmp_path).exists()


def test_a_broken_project_says_what_the_builder_said(project: Path, tmp_path: Path):
    (project / "pyproject.toml").write_text("[project]\nname = 'ridgepoint-calculators'\n")
    with pytest.raises(wheel.BuildError, match="version"):
        wheel.build(project, tmp_path)

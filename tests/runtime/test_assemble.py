"""The folder that the browser loads: complete, consistent, rebuilt when and only when something changed."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hooks.runtime import assemble, assembly
from hooks.runtime.assembly import INDEX, sha256


@pytest.fixture
def assembled(project: Path, tmp_path: Path) -> Path:
    return assemble(project, tmp_path / "cache")


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def test_index_lists_every_file_with_its_hash(assembled: Path):
    present = {path.relative_to(assembled).as_posix() for path in assembled.rglob("*") if path.is_file()}
    index = read(assembled / INDEX)
    assert set(index["files"]) == present - {INDEX}
    assert {name: sha256(assembled / name) for name in index["files"]} == index["files"]
    assert {index["calculators"], index["library"]} <= set(index["files"])


def test_versions_are_those_of_the_npm_package(assembled: Path, root: Path):
    index = read(assembled / INDEX)
    assert index["pyodide"] == read(root / "package.json")["dependencies"]["pyodide"]
    assert index["python"] == read(root / "node_modules" / "pyodide" / "pyodide-lock.json")["info"]["python"]


def test_names_of_archives_hold_their_hashes(assembled: Path):
    index = read(assembled / INDEX)
    for name in (index["calculators"], index["library"]):
        assert name.endswith(f"-{sha256(assembled / name)[:16]}.zip")


def test_size_is_that_of_what_is_fetched(assembled: Path):
    index = read(assembled / INDEX)
    fetched = ("pyodide.asm.wasm", index["calculators"], index["library"])
    assert index["size"] == sum((assembled / name).stat().st_size for name in fetched)


def test_no_address_is_in_the_index(assembled: Path):
    assert "://" not in (assembled / INDEX).read_text("utf-8")


def test_nothing_changed_costs_nothing(project: Path, assembled: Path):
    written = {path: path.stat().st_mtime_ns for path in assembled.rglob("*")}
    started = time.perf_counter()
    assert assemble(project, assembled.parent) == assembled
    assert time.perf_counter() - started < 0.2
    assert {path: path.stat().st_mtime_ns for path in assembled.rglob("*")} == written


def test_an_edit_gives_another_folder_and_other_calculators(project: Path, assembled: Path):
    (project / "calculators" / "__init__.py").write_text("ANSWER = 43\n")
    edited = assemble(project, assembled.parent)
    assert edited != assembled
    assert read(edited / INDEX)["calculators"] != read(assembled / INDEX)["calculators"]


def test_a_new_fact_file_is_noticed(project: Path, assembled: Path):
    (project / "calculators" / "data" / "gpus" / "two.toml").write_text("value = 2\n")
    assert assemble(project, assembled.parent) != assembled


def test_a_damaged_folder_is_built_again(project: Path, assembled: Path):
    (assembled / "pyodide.mjs").unlink()
    assert assemble(project, assembled.parent) == assembled
    assert (assembled / "pyodide.mjs").is_file()


def test_folders_of_earlier_edits_do_not_pile_up(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(assembly, "KEPT", 1)
    made = []
    for answer in range(3):
        (project / "calculators" / "__init__.py").write_text(f"ANSWER = {answer}\n")
        made.append(assemble(project, tmp_path))
    assert sorted(tmp_path.iterdir()) == sorted(made[1:])


def test_what_another_process_is_filling_stays(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(assembly, "KEPT", 0)
    filling = tmp_path / f"{assembly.SCRATCH}other"
    filling.mkdir()
    (filling / INDEX).write_text("{}")
    made = assemble(project, tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([made, filling])


def test_two_processes_at_once_agree(project: Path, tmp_path: Path, root: Path):
    code = "import sys; from pathlib import Path; from hooks.runtime import assemble; print(assemble(*map(Path, sys.argv[1:])))"
    command = [sys.executable, "-c", code, str(project), str(tmp_path / "cache")]
    started = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = {process.communicate()[0].strip() for process in started}
    assert [process.returncode for process in started] == [0, 0]
    (answer,) = answers
    assert [str(path) for path in (tmp_path / "cache").iterdir()] == [answer]


def test_without_the_npm_package_says_what_to_do(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="make setup"):
        assemble(tmp_path, tmp_path / "cache")

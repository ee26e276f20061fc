"""Bytecode that is shipped: it does what its source does, and has nothing in it that only people read."""

import marshal
import sys
import traceback
from pathlib import Path
from types import CodeType
from zipfile import ZipFile

import pytest

from hooks.runtime import bytecode

SOURCE = b'''"""What a module says of itself."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Point:
    """A place."""

    x: int = 1

    def moved(self, by: int) -> int:
        """Where it is then."""
        assert by < 100, "too far"
        return [self.x + step for step in range(by + 1)][-1]


def breaks():
    raise ValueError("broken")
'''


def codes(code: CodeType) -> list[CodeType]:
    return [code, *(inner for one in code.co_consts if isinstance(one, CodeType) for inner in codes(one))]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> dict:
    held = {"__name__": "shipped"}
    monkeypatch.setitem(sys.modules, "shipped", type(sys)("shipped"))
    exec(marshal.loads(bytecode.compiled(SOURCE, "/a/shipped.py")[16:]), held)
    return held


def test_it_does_what_its_source_does(module):
    assert module["Point"](2).moved(3) == 5
    assert module["Point"](2) == module["Point"](2) != module["Point"](3)


def test_assertions_and_what_is_said_of_it_are_gone(module):
    assert module["Point"]().moved(200) == 201
    assert module.get("__doc__") is None and module["Point"].moved.__doc__ is None


def test_no_line_is_in_it_and_a_traceback_can_be_shown_all_the_same(module):
    whole = marshal.loads(bytecode.compiled(SOURCE, "/a/shipped.py")[16:])
    assert {code.co_name for code in codes(whole)} >= {"<module>", "Point", "moved", "breaks"}
    for code in codes(whole):
        assert {line for _, _, line in code.co_lines()} == {None}
        assert len(list(code.co_positions())) == len(code.co_code) // 2
    with pytest.raises(ValueError, match="broken") as broken:
        module["breaks"]()
    shown = "".join(traceback.format_exception(broken.value))
    assert 'File "/a/shipped.py"' in shown and "in breaks" in shown


def test_what_is_written_is_sorted_wanted_and_of_no_time(tmp_path: Path):
    source, target = tmp_path / "source.zip", tmp_path / "target.zip"
    with ZipFile(source, "w") as files:
        for name, content in {
            "b/__init__.py": SOURCE,
            "a.py": b"A = 1",
            "notes.txt": b"notes",
            "left.py": b"syntax error(",
        }.items():
            files.writestr(name, content)
    bytecode.rewrite(str(source), str(target), "/a", {"b/__init__.py", "a.py", "notes.txt"}.__contains__)
    with ZipFile(target) as written:
        assert written.namelist() == ["a.pyc", "b/__init__.pyc", "notes.txt"]
        assert {entry.date_time for entry in written.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert written.read("notes.txt") == b"notes"
        assert marshal.loads(written.read("b/__init__.pyc")[16:]).co_filename == "/a/b/__init__.py"


def test_modules_of_an_archive_are_found_by_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    archive = tmp_path / "library.zip"
    with ZipFile(archive, "w") as files:
        files.writestr("shipped_package/__init__.py", "")
        files.writestr("shipped_package/used.py", "")
        files.writestr("shipped_package/unused.py", "")
    monkeypatch.syspath_prepend(str(archive))
    __import__("shipped_package.used")
    assert bytecode.imported_from(str(archive)) == {"shipped_package/__init__.py", "shipped_package/used.py"}
    for name in ("shipped_package", "shipped_package.used"):
        monkeypatch.delitem(sys.modules, name)

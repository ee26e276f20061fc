"""The snapshot: a Python without any file answers as the one here does, for every calculator."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from edits import bad_edit, edits, given

from calculators import call
from calculators.present.live import PARTS, answer
from hooks.runtime import assemble, snapshot

pytestmark = pytest.mark.pyodide

RESTORE = Path(__file__).with_name("restore.mjs")


def questions() -> list[tuple[str, str, str]]:
    """Each calculator with inputs that are not its defaults, with a bad one, and asked for each of its parts."""
    asked = []
    for name in call.names():
        inputs = given(edits(name))
        bad = bad_edit(name, inputs)
        asked.append((name, json.dumps(inputs), " ".join(PARTS)))
        asked.append((name, json.dumps(inputs | {bad.field: bad.text}), "answer"))
    return asked


def test_every_calculator_answers_from_it_as_here(node: str, runtime: Path):
    asked = questions()
    code = f"""
        import json
        from calculators.present.live import answer
        json.dumps([answer(*one) for one in json.loads({json.dumps(asked)!r})])
    """
    finished = subprocess.run([node, RESTORE, runtime], input=code, capture_output=True, text=True, timeout=300)
    assert finished.returncode == 0, finished.stderr
    for one, there in zip(asked, json.loads(finished.stdout), strict=True):
        assert json.loads(there) == json.loads(answer(*one)), one


def test_it_is_the_same_bytes_whenever_and_wherever_it_is_made(runtime: Path, tmp_path: Path):
    copy = shutil.copytree(runtime, tmp_path / "another place")
    index = json.loads((runtime / "runtime.json").read_text("utf-8"))
    restored = snapshot.make(copy, copy / index["wheel"], tmp_path / "again.gz")
    assert (tmp_path / "again.gz").read_bytes() == (runtime / index["snapshot"]["file"]).read_bytes()
    assert restored.items() <= index["snapshot"].items()


def test_a_wheel_that_answers_nothing_is_refused(node: str, project: Path, tmp_path: Path):
    with pytest.raises(snapshot.SnapshotError, match="calculators"):
        assemble(project, tmp_path, with_snapshot=True)

"""What a browser gets of Python and of the calculators is enough: also without any file, from the memory that it has kept."""

import gzip
import json
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest
from edits import bad_edit, edits, given

from calculators import call
from calculators.present.live import PARTS, answer
from hooks.runtime import assemble, nodejs, trim, wheel
from hooks.runtime.assembly import PYODIDE_FILES

pytestmark = pytest.mark.pyodide

LOAD, RESTORE = (Path(__file__).with_name(name) for name in ("load.mjs", "restore.mjs"))


UNPACK_BROTLI = """
const { brotliDecompressSync } = require("node:zlib");
require("node:fs").writeSync(1, brotliDecompressSync(require("node:fs").readFileSync(process.argv[1])));
"""


def questions() -> list[tuple[str, str, str]]:
    """Each calculator with inputs that are not its defaults, with a bad one, and asked for each of its parts."""
    asked = []
    for name in call.names():
        inputs = given(edits(name))
        bad = bad_edit(name, inputs)
        asked.append((name, json.dumps(inputs), " ".join(PARTS)))
        asked.append((name, json.dumps(inputs | {bad.field: bad.text}), "answer"))
    return asked


CODE = f"""
import json
import sys
from calculators.present.live import answer
before = set(sys.modules)
answers = [answer(*one) for one in json.loads({json.dumps(questions())!r})]
json.dumps([answers, sorted(set(sys.modules) - before)])
"""


@pytest.mark.parametrize("script", [LOAD, RESTORE], ids=["from files", "from memory"])
def test_every_calculator_answers_as_here(node: str, runtime: Path, script: Path):
    finished = subprocess.run([node, script, runtime], input=CODE, capture_output=True, text=True, timeout=300)
    assert finished.returncode == 0, finished.stderr
    answers, imported = json.loads(finished.stdout)
    for one, there in zip(questions(), answers, strict=True):
        assert json.loads(there) == json.loads(answer(*one)), one
    if script == RESTORE:
        assert imported == []


def test_the_same_bytes_whenever_and_wherever_they_are_made(runtime: Path, root: Path, tmp_path: Path):
    packed = wheel.build(root, tmp_path / "another place")
    library, archive = tmp_path / "library.zip", tmp_path / "calculators.zip"
    trim.make(root / "node_modules" / "pyodide", packed, library, archive)
    index = json.loads((runtime / "runtime.json").read_text("utf-8"))
    assert library.read_bytes() == (runtime / index["library"]).read_bytes()
    assert archive.read_bytes() == (runtime / index["calculators"]).read_bytes()


def test_calculators_that_answer_nothing_are_refused(project: Path, tmp_path: Path):
    with pytest.raises(nodejs.NodeError, match="cannot import name 'live'"):
        assemble(project, tmp_path, trimmed=True)


def test_nothing_that_only_people_read_is_in_it(runtime: Path):
    index = json.loads((runtime / "runtime.json").read_text("utf-8"))
    for name in ("library", "calculators"):
        with ZipFile(runtime / index[name]) as archive:
            assert not [file for file in archive.namelist() if file.endswith(".py") or "dist-info" in file]
    with ZipFile(runtime / index["library"]) as library:
        assert {"json/__init__.pyc", "dataclasses.pyc", "asyncio/__init__.pyc"} <= set(library.namelist())
        assert not {"pydoc.pyc", "unittest/__init__.pyc", "sqlite3/__init__.pyc"} & set(library.namelist())


def test_what_is_large_lies_compressed_beside_itself(node: str, runtime: Path):
    for name in PYODIDE_FILES:
        content = (runtime / name).read_bytes()
        assert gzip.decompress((runtime / f"{name}.gz").read_bytes()) == content
        decompressed = subprocess.run([node, "-e", UNPACK_BROTLI, runtime / f"{name}.br"], capture_output=True, check=True)
        assert decompressed.stdout == content

"""Pyodide itself, under Node.js, runs the calculators from the assembled folder as the site does."""

import json
import subprocess
from pathlib import Path

import pytest

from hooks.runtime import assemble

pytestmark = pytest.mark.pyodide

LOADER = Path(__file__).with_name("load.mjs")


def load(node: str, folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([node, LOADER, folder], input=code, capture_output=True, text=True, timeout=120)


def test_imports_the_calculators_of_this_repository(node: str, runtime: Path, root: Path):
    modules = sorted(path.stem for path in (root / "calculators").glob("*.py") if not path.stem.startswith("_"))
    code = f"""
        import importlib, json, sys
        modules = [importlib.import_module("calculators." + name).__name__ for name in {modules}]
        json.dumps([modules, "%d.%d.%d" % sys.version_info[:3]])
    """
    finished = load(node, runtime, code)
    assert finished.returncode == 0, finished.stderr
    imported, python = json.loads(finished.stdout)
    assert imported == [f"calculators.{name}" for name in modules]
    assert python == json.loads((runtime / "runtime.json").read_text())["python"]


def test_an_edit_reaches_the_browser(node: str, project: Path, tmp_path: Path):
    assemble(project, tmp_path)
    (project / "calculators" / "__init__.py").write_text("ANSWER = 6 * 9\n")
    (project / "calculators" / "data" / "gpus" / "one.toml").write_text("value = 54\n")
    code = """
        import calculators
        from importlib.resources import files
        f"{calculators.ANSWER}, {(files(calculators) / 'data/gpus/one.toml').read_text()}"
    """
    finished = load(node, assemble(project, tmp_path), code)
    assert finished.stdout == "54, value = 54\n", finished.stderr


def test_packages_of_the_full_distribution_are_not_offered(node: str, project: Path, tmp_path: Path):
    finished = load(node, assemble(project, tmp_path), "import numpy")
    assert finished.returncode != 0
    assert "No module named 'numpy'" in finished.stderr

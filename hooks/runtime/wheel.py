"""Build the calculators wheel: without network access, and the same bytes for the same sources."""

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
# 2020-02-02, a time that a zip archive can hold. Every entry of the wheel carries it.
SOURCE_DATE_EPOCH = "1580601600"


class BuildError(RuntimeError):
    """The wheel could not be built; the message ends with what the tool printed."""


def sources(project_root: Path) -> list[Path]:
    """The files that decide what the wheel holds, sorted by path. Figures of pages are drawn by the build alone."""
    package = project_root / "calculators"
    modules = (path for path in package.rglob("*.py") if package / "plots" not in path.parents)
    files = [*modules, *(package / "data").rglob("*.toml"), project_root / "pyproject.toml"]
    license_file = project_root / "LICENSE"
    return sorted([*files, license_file] if license_file.exists() else files)


@cache
def tool_versions() -> dict[str, str]:
    """The versions of the packages that write the wheel."""
    return {name: version(name) for name in ("pyodide-build", "setuptools")}


def build(project_root: Path, target: Path) -> Path:
    """Build the wheel into `target`; returns its path. Raises BuildError."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        staged = Path(folder) / "source"
        _stage(project_root, staged)
        _run([sys.executable, "-m", "hooks.runtime.pack", str(staged), str(target.resolve())])
    (packed,) = target.glob("*.whl")
    return packed


def _stage(project_root: Path, staged: Path) -> None:
    """Copy the sources, and nothing else, with modes that do not depend on who checked them out; pack the facts in one file."""
    for path in sources(project_root):
        copy = staged / path.relative_to(project_root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        copy.chmod(0o644)
    if (staged / "calculators" / "packed.py").exists():
        _run([sys.executable, "-c", "from calculators import packed; packed.pack_package()"], staged)


def _run(command: list[str], folder: Path = REPOSITORY) -> None:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": SOURCE_DATE_EPOCH, "TZ": "UTC", "PYTHONHASHSEED": "0"}
    finished = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if finished.returncode:
        raise BuildError(f"{' '.join(command)} exited with status {finished.returncode}:\n{finished.stdout.rstrip()}")

"""Fill a folder with everything that the browser loads; do nothing when nothing changed."""

import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from hooks.runtime import lock, served, snapshot, wheel
from hooks.runtime.served import sha256

# The parts of the npm package that a browser or Node.js asks for. The rest is type declarations, source maps and consoles.
STANDARD_LIBRARY = "python_stdlib.zip"
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", STANDARD_LIBRARY)
READ_FILES = (*PYODIDE_FILES, "pyodide-lock.json")
PYODIDE = "node_modules/pyodide"
INDEX = "runtime.json"
KEPT = 4  # folders of earlier inputs that stay, so that undoing an edit is free

log = logging.getLogger("mkdocs.runtime")


def assemble(project_root: Path, cache: Path, *, with_snapshot: bool = False) -> Path:
    """The folder that the site serves, built under `cache` unless one for the same inputs is there.

    With a snapshot a browser starts several times faster; making it takes seconds, which a preview need not spend.

    Reads `calculators/`, `pyproject.toml` and `node_modules/pyodide` of `project_root`. Safe to call from several
    processes at once: a folder appears whole, under the hash of its inputs, or not at all.
    Raises FileNotFoundError when the npm package is not installed, PluginError when it is not the one that is listed,
    wheel.BuildError when the wheel cannot be built, snapshot.SnapshotError when the snapshot cannot be made.
    """
    pyodide = project_root / PYODIDE
    for path in (pyodide, *(pyodide / name for name in READ_FILES)):
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing: remove node_modules and run `make setup`")
    key = _key(project_root, pyodide, with_snapshot)
    while not _complete(cache / key):
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="new-") as scratch:
            _fill(Path(scratch), project_root, pyodide, with_snapshot)
            started_with, key = key, _key(project_root, pyodide, with_snapshot)
            if key == started_with:  # else a file was saved meanwhile: what was packed is already out of date
                _publish(Path(scratch), cache / key)
                _prune(cache, cache / key)
    return cache / key


def _key(project_root: Path, pyodide: Path, with_snapshot: bool) -> str:
    """A hash over everything that decides what the folder holds, the code that fills it included."""
    digest = hashlib.sha256()
    digest.update(repr((sys.version_info[:2], wheel.tool_versions(), with_snapshot)).encode())
    for path in sorted(Path(__file__).parent.glob("*.*")):
        digest.update(path.read_bytes())
    for path in wheel.sources(project_root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(project_root).as_posix()} {len(content)}\n".encode() + content)
    digest.update((pyodide / "package.json").read_bytes())
    for name in READ_FILES:
        status = (pyodide / name).stat()
        digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def _complete(folder: Path) -> bool:
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    return all((folder / name).is_file() for name in index["files"])


def _fill(folder: Path, project_root: Path, pyodide: Path, with_snapshot: bool) -> None:
    served.check(pyodide, READ_FILES)
    for name in PYODIDE_FILES:
        shutil.copyfile(pyodide / name, folder / name)
    python = lock.python_version(pyodide / "pyodide-lock.json")
    packed = wheel.build(project_root, folder / "wheels", python=python)
    # A path that holds the hash can never be answered from a browser's cache with an older wheel.
    packed = packed.rename(_hashed(packed))
    lock.write(pyodide / "pyodide-lock.json", packed, folder / "pyodide-lock.json")
    hashes = _hashes(folder)
    build = hashlib.sha256(repr((sorted(hashes.items()), snapshot.SCRIPT.read_bytes())).encode()).hexdigest()[:16]
    index = {
        "build": build,
        "pyodide": served.version(pyodide),
        "python": python,
        "lock": "pyodide-lock.json",
        "wheel": packed.relative_to(folder).as_posix(),
        "size": _size(folder, hashes),  # what a browser downloads, to show how far it is
    }
    if with_snapshot:
        # Named by what it is made from: another Node.js may pack it into other bytes, and a reader who has one needs no other.
        name = f"snapshots/{build}.gz"
        restored = snapshot.make(folder, packed, folder / name)
        downloaded = [*(file for file in PYODIDE_FILES if file != STANDARD_LIBRARY), name]
        index["snapshot"] = {"file": name, "size": _size(folder, downloaded), **restored}
        index["info"] = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))["info"]
    index["files"] = _hashes(folder)
    (folder / INDEX).write_text(json.dumps(index) + "\n", encoding="utf-8")


def _hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file, by its name below the folder."""
    return {path.relative_to(folder).as_posix(): sha256(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def _size(folder: Path, names: Iterable[str]) -> int:
    return sum((folder / name).stat().st_size for name in names)


def _hashed(packed: Path) -> Path:
    folder = packed.parent / sha256(packed)[:16]
    folder.mkdir()
    return folder / packed.name


def _publish(scratch: Path, folder: Path) -> None:
    """Give the filled folder its name. Whoever comes second finds the same content there and keeps it."""
    if folder.exists() and not _complete(folder):
        shutil.rmtree(folder)
    scratch.chmod(0o755)
    try:
        os.rename(scratch, folder)
    except OSError:
        if not _complete(folder):
            raise
        return
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    log.info("Packed %s for Pyodide %s (Python %s)", Path(index["wheel"]).name, index["pyodide"], index["python"])


def _prune(cache: Path, current: Path) -> None:
    earlier = [path for path in cache.iterdir() if (path / INDEX).is_file() and path != current]
    earlier.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in earlier[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)

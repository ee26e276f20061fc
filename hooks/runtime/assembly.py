"""Fill a folder with everything that the browser loads; do nothing when nothing changed."""

import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path

from hooks.pruning import keep_newest
from hooks.runtime import nodejs, served, trim, wheel
from hooks.runtime.served import sha256

# The parts of the npm package that a browser or Node.js asks for. The rest is type declarations, source maps and consoles.
WASM = "pyodide.asm.wasm"
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", WASM)
STANDARD_LIBRARY = "python_stdlib.zip"
LOCK = "pyodide-lock.json"
READ_FILES = (*PYODIDE_FILES, STANDARD_LIBRARY, LOCK)
PYODIDE = "node_modules/pyodide"
INDEX = "runtime.json"
COMPRESS = Path(__file__).with_name("compress.mjs")
KEPT = 4  # folders of earlier inputs that stay, so that undoing an edit is free
SCRATCH = "new-"  # begins the name of a folder that a process is still filling

log = logging.getLogger("mkdocs.runtime")


def assemble(project_root: Path, cache: Path, *, trimmed: bool = False) -> Path:
    """The folder that the site serves, built under `cache` unless one for the same inputs is there.

    Trimmed and compiled, it is downloaded and started in half the time; that takes seconds here, which a preview need not spend.

    Reads `calculators/`, `pyproject.toml` and `node_modules/pyodide` of `project_root`. Safe to call from several
    processes at once: a folder appears whole, under the hash of its inputs, or not at all.
    Raises FileNotFoundError when the npm package is not installed, PluginError when it is not the one that is listed,
    wheel.BuildError when the wheel cannot be built, nodejs.NodeError when the calculators do not run in Pyodide.
    """
    pyodide = project_root / PYODIDE
    for path in (pyodide, *(pyodide / name for name in READ_FILES)):
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing: remove node_modules and run `make setup`")
    key = _key(project_root, pyodide, trimmed)
    while not _complete(cache / key):
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=SCRATCH) as scratch:
            _fill(Path(scratch), project_root, pyodide, trimmed)
            started_with, key = key, _key(project_root, pyodide, trimmed)
            if key == started_with:  # else a file was saved meanwhile: what was packed is already out of date
                _publish(Path(scratch), cache / key)
                _prune(cache, cache / key)
    return cache / key


def _key(project_root: Path, pyodide: Path, trimmed: bool) -> str:
    """A hash over everything that decides what the folder holds, the code that fills it included."""
    digest = hashlib.sha256()
    digest.update(repr((sys.version_info[:2], wheel.tool_versions(), trimmed)).encode())
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


def _fill(folder: Path, project_root: Path, pyodide: Path, trimmed: bool) -> None:
    served.check(pyodide, READ_FILES)
    for name in PYODIDE_FILES:
        shutil.copyfile(pyodide / name, folder / name)
    with tempfile.TemporaryDirectory() as made:
        packed = wheel.build(project_root, Path(made))
        library = pyodide / STANDARD_LIBRARY
        calculators = packed
        if trimmed:
            library, calculators = Path(made) / STANDARD_LIBRARY, Path(made) / "calculators.zip"
            trim.make(pyodide, packed, library, calculators)
            nodejs.run(COMPRESS, *(folder / name for name in PYODIDE_FILES))  # archives are compressed already
        names = {"library": _published(library, folder), "calculators": _published(calculators, folder)}
    _write_index(folder, pyodide, names, trimmed)


def _write_index(folder: Path, pyodide: Path, names: dict[str, str], trimmed: bool) -> None:
    info = json.loads((pyodide / LOCK).read_text(encoding="utf-8"))["info"]
    hashes = {path.name: sha256(path) for path in sorted(folder.iterdir())}
    made_of = {name: hashes[name] for name in (*PYODIDE_FILES, *names.values())}  # another Node.js compresses into other bytes
    index = {
        "build": hashlib.sha256(repr(made_of).encode()).hexdigest()[:16],
        "pyodide": served.version(pyodide),
        "python": info["python"],
        "info": info,
        **names,
        "size": sum((folder / name).stat().st_size for name in (WASM, *names.values())),  # to show how far a download is
        "trimmed": trimmed,
        "files": hashes,
    }
    (folder / INDEX).write_text(json.dumps(index) + "\n", encoding="utf-8")


def _published(archive: Path, folder: Path) -> str:
    """Copy an archive into the folder; returns its name there.

    It holds the hash, so that a browser's cache can never answer with that of another build.
    """
    name = f"{archive.stem}-{sha256(archive)[:16]}.zip"
    shutil.copyfile(archive, folder / name)
    return name


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
    log.info("Packed %s for Pyodide %s (Python %s)", index["calculators"], index["pyodide"], index["python"])


def _prune(cache: Path, current: Path) -> None:
    made = (path for path in cache.iterdir() if (path / INDEX).is_file() and not path.name.startswith(SCRATCH))
    keep_newest((path for path in made if path != current), KEPT)

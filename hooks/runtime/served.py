"""What the site serves of the npm package Pyodide, as it is committed in pyodide.toml: another file is not packed.

The hashes in package-lock.json hold for what npm downloads. What lies in node_modules may have been changed since.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

LIST = Path(__file__).with_name("pyodide.toml")
_SHORT = 12  # digits of a hash that a message shows
_HEAD = """\
# The files of the npm package Pyodide that the build packs or reads, each with its SHA-256.
# Written by `python -m hooks.runtime`; a build refuses what differs.
"""
_WAYS_OUT = (
    "To install what package-lock.json names, remove node_modules and run `make setup`; "
    "after a deliberate update, run `python -m hooks.runtime`."
)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def version(pyodide: Path) -> str:
    """The version of the npm package in a folder."""
    return json.loads((pyodide / "package.json").read_text(encoding="utf-8"))["version"]


def listed() -> dict[str, str]:
    """The SHA-256 of every file that is listed, by its name."""
    return _read()["files"]


def write(pyodide: Path, names: Iterable[str]) -> None:
    """List these files of the npm package as they are installed now."""
    lines = [f'"{name}" = "{sha256(pyodide / name)}"' for name in sorted(names)]
    LIST.write_text("\n".join([f'{_HEAD}version = "{version(pyodide)}"', "", "[files]", *lines, ""]), encoding="utf-8")


def check(pyodide: Path, names: Iterable[str]) -> None:
    """Raises PluginError where the installed package, or one of these files of it, is not the one that is listed."""
    known = _read()
    differing = []
    if version(pyodide) != known["version"]:
        differing.append(f"version {version(pyodide)}, listed {known['version']}")
    for name in names:
        found, wanted = sha256(pyodide / name), known["files"].get(name, "")
        if found != wanted:
            differing.append(f"{name}: SHA-256 {_short(found)}, listed {_short(wanted)}")
    if differing:
        raise PluginError("\n".join([f"{pyodide} is not what hooks/runtime/{LIST.name} lists:", *differing, _WAYS_OUT]))


def _read() -> dict[str, Any]:
    return tomllib.loads(LIST.read_text(encoding="utf-8"))


def _short(digest: str) -> str:
    return f"{digest[:_SHORT]}…" if digest else "nowhere"

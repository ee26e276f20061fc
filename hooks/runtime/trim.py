"""Python's standard library, trimmed to what the calculators use, and the calculators themselves, both compiled.

Pyodide brings the library as sources, which a browser would compile each time it starts.
"""

from pathlib import Path

from hooks.runtime import nodejs

_SCRIPT = Path(__file__).with_name("trim.mjs")
_BYTECODE = Path(__file__).with_name("bytecode.py")


def make(pyodide: Path, wheel: Path, library: Path, archive: Path) -> None:
    """Write two zip archives: what the calculators in `wheel` import of the library of `pyodide`, and the calculators.

    The same bytes for the same files, whenever and wherever they are made. Raises nodejs.NodeError.
    """
    nodejs.run(_SCRIPT, pyodide, wheel, _BYTECODE, library, archive)

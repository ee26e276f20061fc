"""Enter the calculators wheel into the lock file that Pyodide reads."""

from pathlib import Path

from pyodide_lock import PyodideLockSpec
from pyodide_lock.utils import add_wheels_to_spec


def python_version(lock_file: Path) -> str:
    """The Python that this Pyodide runs, such as "3.14.2"."""
    return PyodideLockSpec.from_json(lock_file).info.python


def write(original: Path, wheel: Path, target: Path) -> None:
    """Write to `target` the lock file `original` with `wheel` as its only package; its address is relative to `target`.

    The packages of the full Pyodide distribution are dropped: the site does not serve them, so naming them could only
    make a browser ask for a file that is not there, or for one on another host.
    """
    spec = PyodideLockSpec.from_json(original)
    spec.packages.clear()
    add_wheels_to_spec(spec, [wheel], base_path=target.parent).to_json(target, indent=2)

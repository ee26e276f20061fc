"""Bytecode in the place of sources, without what only people read. Runs in the Pyodide that will run it, whose bytecode it is.

A browser that gets it has nothing to compile and less to download. Docstrings, assertions and line numbers are gone: a
traceback names functions still.
"""

import importlib.util
import marshal
import sys
from collections.abc import Callable
from pathlib import PurePosixPath
from types import CodeType
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_HEADER = importlib.util.MAGIC_NUMBER + bytes(12)  # no flags, and no source whose time and size would be compared
_SPAN = 8  # code units that one entry of a line table covers
_NO_LINE = 0xF8  # an entry that says so, but for its span less one: CPython's InternalDocs/code_objects.md, "Location entries"


def imported_from(archive: str) -> set[str]:
    """The names in an archive of the modules that this Python has imported from it."""
    files = (getattr(module, "__file__", None) or "" for module in sys.modules.values())
    return {str(PurePosixPath(file).relative_to(archive)) for file in files if file.startswith(f"{archive}/")}


def rewrite(source: str, target: str, root: str, wanted: Callable[[str], bool]) -> None:
    """Write to `target` the files of the archive `source` that are wanted; modules compiled, as if they lay below `root`.

    The same bytes for the same files and the same Python.
    """
    with ZipFile(source) as files, ZipFile(target, "w", ZIP_DEFLATED, compresslevel=9) as written:
        for name in sorted(filter(wanted, files.namelist())):
            content = files.read(name)
            if name.endswith(".py"):
                name, content = f"{name}c", compiled(content, f"{root}/{name}")
            written.writestr(ZipInfo(name), content, ZIP_DEFLATED)  # of the year 1980: no clock


def compiled(source: bytes, path: str) -> bytes:
    """What a .pyc file of this source holds."""
    return _HEADER + marshal.dumps(without_lines(compile(source, path, "exec", dont_inherit=True, optimize=2)))


def without_lines(code: CodeType) -> CodeType:
    """The same code with a line table that has no line in it. Python cannot read one that is empty."""
    units = len(code.co_code) // 2
    spans = [_SPAN] * (units // _SPAN) + [units % _SPAN] * (units % _SPAN > 0)
    constants = tuple(without_lines(one) if isinstance(one, CodeType) else one for one in code.co_consts)
    return code.replace(co_linetable=bytes(_NO_LINE + span - 1 for span in spans), co_consts=constants)

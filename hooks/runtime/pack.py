"""Build a pure-Python wheel with pyodide-build: python -m hooks.runtime.pack SOURCE TARGET

`pyodide build` first downloads a cross-compilation environment. That is for C code; its builder alone, without build
isolation, packs pure Python with the setuptools that is installed here. It changes the environment of its process and
ends the process on failure, so it runs in one of its own.
"""

import os
import sys
import tempfile
from pathlib import Path

from pyodide_build.pypabuild import build


def pack(source: Path, target: Path) -> None:
    """Build the wheel of the project in `source` into the folder `target`."""
    with tempfile.TemporaryDirectory() as no_compilers:
        environment = {**os.environ, "COMPILER_WRAPPER_DIR": no_compilers}
        build(source, target, environment, {}, isolation=False)


if __name__ == "__main__":
    pack(Path(sys.argv[1]), Path(sys.argv[2]))

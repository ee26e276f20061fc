"""Runs the scripts of this folder in the Node.js that the tests use."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


class NodeError(RuntimeError):
    """A script did not do its work; the message ends with what it printed."""


def run(script: Path, *arguments: Path) -> None:
    """Raises NodeError."""
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if node is None:
        raise NodeError("Node.js was not found: run `make setup`")
    finished = subprocess.run([node, script, *arguments], capture_output=True, text=True, timeout=600)
    if finished.returncode:
        raise NodeError(f"{script.name} failed:\n{finished.stderr.strip()}")

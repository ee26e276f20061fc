"""The memory of a Python that has imported the calculators, so that a browser need not do it again.

Made once, here, with the Node.js that the tests use. Made in each reader's browser instead, it would cost nothing to
download, but nobody's first visit would be faster, and every reader would pay for making it.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("snapshot.mjs")


class SnapshotError(RuntimeError):
    """The snapshot could not be made; the message ends with what Node.js printed."""


def make(folder: Path, wheel: Path, target: Path) -> dict[str, object]:
    """Write a snapshot of the Pyodide in `folder` with `wheel` imported, compressed; returns what restoring it takes.

    Two snapshots of the same files, made with the same Node.js, are the same bytes. Raises SnapshotError.
    """
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if node is None:
        raise SnapshotError("Node.js was not found: run `make setup`")
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [node, str(SCRIPT), str(folder), str(wheel), str(target)]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if finished.returncode:
        raise SnapshotError(f"no snapshot of {wheel.name}:\n{finished.stderr.strip()}")
    return json.loads(finished.stdout.rpartition("\n")[2])

"""Runs what is measured: here, or under Node.js in the Pyodide that the site serves."""

import json
import subprocess
from pathlib import Path

import prepare

from hooks.runtime import assemble
from proof import ROOT
from proof.benchmarks import measured

LOADER = ROOT / "tests" / "runtime" / "load.mjs"


def in_cpython(function: str) -> list:
    """The rows of a function of `measured`."""
    return getattr(measured, function)()


def in_pyodide(function: str) -> list:
    """The same from Pyodide."""
    code = f"{Path(measured.__file__).read_text('utf-8')}\njson.dumps({function}())"
    command = [prepare.find_node(), LOADER, assemble(ROOT, ROOT / ".cache" / "runtime", trimmed=True)]
    return json.loads(subprocess.run(command, input=code, capture_output=True, text=True, check=True).stdout)

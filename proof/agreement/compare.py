"""The same cases in both interpreters."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from proof import ROOT
from proof.agreement import outcome

LOADER = ROOT / "tests" / "runtime" / "load.mjs"
WHOLE_LIBRARY = ROOT / "node_modules" / "pyodide" / "python_stdlib.zip"
Case = tuple[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Compared:
    """How many inputs were tried and computed, and those that the two answer differently."""

    tried: int
    computed: int
    differing: tuple[Case, ...]


def in_pyodide(cases: list[Case], node: str, runtime: Path) -> list[str]:
    """The digests of the calculators that the site serves, in the interpreter that the site serves."""
    code = f"{Path(outcome.__file__).read_text('utf-8')}\njson.dumps(digests(json.loads({json.dumps(cases)!r})))"
    command = [node, str(LOADER), str(runtime), str(WHOLE_LIBRARY)]  # the digests are made with more than the site needs
    ran = subprocess.run(command, input=code, capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    return json.loads(ran.stdout)


def compare(cases: list[Case], node: str, runtime: Path) -> Compared:
    """Run all cases in both."""
    there = in_pyodide(cases, node, runtime)
    here = outcome.digests(cases)
    differing = tuple(case for case, one, other in zip(cases, here, there, strict=True) if one != other)
    return Compared(len(cases), sum(digest[0] == "+" for digest in here), differing)

"""Sends random inputs of every calculator through CPython and Pyodide, and records how many agree: make agree."""

import argparse
import json
import shutil
import sys
import time
from pathlib import Path

from calculators import call
from hooks.runtime import assemble
from proof import ROOT
from proof.agreement import result
from proof.agreement.compare import compare

sys.path.insert(0, str(ROOT / "tests" / "calculators"))
from random_inputs import inputs

_ENOUGH = 10_000
_FIRST = 100_000  # the tests try the seeds before


def main(arguments: list[str] | None = None) -> int:
    """The exit status is 1 if the two ever differ."""
    parser = argparse.ArgumentParser(prog="python -m proof.agreement", description=__doc__)
    parser.add_argument("calculators", nargs="*", help="only these; the others keep what is recorded")
    parser.add_argument("--inputs", type=int, default=_ENOUGH, help=f"of each calculator; {_ENOUGH} if not said")
    options = parser.parse_args(arguments)
    node, runtime = shutil.which("node"), assemble(ROOT, ROOT / ".cache" / "runtime", trimmed=True)
    if node is None:
        raise SystemExit("no Node.js on the search path: run `make agree`")
    failed = False
    for name in options.calculators or call.names():
        failed |= _differs(name, options.inputs, node, runtime)
    return int(failed)


def _differs(name: str, number: int, node: str, runtime: Path) -> bool:
    start = time.monotonic()
    compared = compare([(name, inputs(name, _FIRST + seed)) for seed in range(number)], node, runtime)
    for case in compared.differing[:10]:
        print(f"DIFFERS {json.dumps(case)}")
    wrong = len(compared.differing)
    print(
        f"{name}: {compared.tried} inputs, {compared.computed} computed, {wrong} differ, {time.monotonic() - start:.0f} s",
        flush=True,
    )
    result.record(name, compared.tried, compared.computed, wrong)
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main())

"""What became of the mutants of a module, remembered while it stays as it is: a run that was ended goes on.

A mutant that was noticed stays so as long as the file of the test that noticed it is the same. One that was not is tried again
when any test changes.
"""

import hashlib
import json
import re
from functools import cache
from pathlib import Path

from proof import ROOT
from proof.formulas.forked import Verdict
from proof.formulas.mutants import Mutant
from proof.formulas.settings import CACHE, SETTINGS, path_of


class Remembered:
    """Verdicts by mutant, written down as they come."""

    def __init__(self, module: str) -> None:
        self.path = CACHE / f"{module}-{digest(path_of(module))}.jsonl"
        lines = self.path.read_text("utf-8").splitlines() if self.path.exists() else []
        known = ((tuple(key), Verdict(outcome, by), state) for key, outcome, by, state in map(json.loads, lines))
        self.verdicts = {key: verdict for key, verdict, state in known if state == _state(verdict)}

    def add(self, mutant: Mutant, verdict: Verdict) -> None:
        """Write a verdict down."""
        self.verdicts[mutant.key] = verdict
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([mutant.key, verdict.outcome, verdict.by, _state(verdict)]) + "\n")

    def of(self, mutant: Mutant) -> str | None:
        """The verdict on a mutant, if there was one."""
        found = self.verdicts.get(mutant.key)
        return found.outcome if found else None


def _state(verdict: Verdict) -> str:
    """What a verdict depends on besides the module: the test that noticed, or all that did not and for how long they ran."""
    return tests(verdict.by) if verdict.by else f"{tests('')} {SETTINGS['longest']}"


@cache
def tests(test: str) -> str:
    """The state of the file of a test, with what it imports of files of tests, or "gone"; of all files if none is named."""
    folder = ROOT / SETTINGS["tests"]
    of_tests = {ROOT / test.partition("::")[0]} if test else set(folder.glob("test_*.py"))
    if not all(path.exists() for path in of_tests):
        return "gone"
    return digest(ROOT / "tests" / "conftest.py", *sorted(_with_imported(of_tests)))


def _with_imported(files: set[Path]) -> set[Path]:
    helpers = {path.stem: path for path in (ROOT / SETTINGS["tests"]).glob("*.py") if not path.stem.startswith("test_")}
    named = {name for path in files for name in re.findall(r"^(?:from|import) (\w+)", path.read_text("utf-8"), re.MULTILINE)}
    found = files | {path for name, path in helpers.items() if name in named}
    return found if found == files else _with_imported(found)


def digest(*paths: Path) -> str:
    """What tells whether any of these files has changed."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]

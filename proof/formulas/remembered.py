"""What became of the mutants of a module, remembered while it and all tests stay as they are: a run that was ended goes on."""

import hashlib
import json
from pathlib import Path

from proof.formulas.mutants import Mutant
from proof.formulas.settings import CACHE, ROOT, SETTINGS, path_of

_UNCHANGED = ("nothing",)


class Remembered:
    """Verdicts by mutant, written down as they come."""

    def __init__(self, module: str) -> None:
        self.path = CACHE / f"{module}-{_digest(module)}.jsonl"
        lines = self.path.read_text("utf-8").splitlines() if self.path.exists() else []
        self.verdicts = {tuple(key): verdict for key, verdict in map(json.loads, lines)}

    @property
    def passed(self) -> bool:
        """Whether the tests are known to pass without a change."""
        return _UNCHANGED in self.verdicts

    def pass_(self) -> None:
        """Note that they do."""
        self._write(_UNCHANGED, "passed")

    def add(self, mutant: Mutant, verdict: str) -> None:
        """Write a verdict down."""
        self._write(mutant.key, verdict)

    def _write(self, key: tuple, verdict: str) -> None:
        self.verdicts[key] = verdict
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([key, verdict]) + "\n")

    def of(self, mutant: Mutant) -> str | None:
        """The verdict on a mutant, if there was one."""
        return self.verdicts.get(mutant.key)


def _digest(module: str) -> str:
    tests: list[Path] = sorted((ROOT / SETTINGS["tests"]).glob("*.py"))
    content = b"".join(path.read_bytes() for path in [path_of(module), *tests])
    return hashlib.sha256(content + repr(SETTINGS).encode()).hexdigest()[:16]

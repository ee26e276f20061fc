"""What came of a piece of the work, kept while nothing changes that it depends on: a stopped run goes on where it was."""

import hashlib
import pickle
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from proof import ROOT
from proof.slips.mutant import Mutant

KEPT = ROOT / ".cache" / "prove"
_RULES = ("calculators/**/*.py", "calculators/**/*.toml", "hooks/checks/*.py", "hooks/checks/*.toml")
_PRESENT = ROOT / "calculators" / "present"  # how results look; nothing is checked with it
_SLIPS = "changed changes dependents entry_proof fact_proof fact_slips loose mutant pages stated work".split()


def of(name: str, texts: Iterable[str], make: Callable[[], list[Mutant]]) -> list[Mutant]:
    """What was kept of a piece that depends on these texts besides facts, calculators and checks; made and kept otherwise."""
    key = hashlib.sha256("\0".join((_rules(), name, *texts)).encode()).hexdigest()
    path = KEPT / key
    if path.exists():
        return pickle.loads(path.read_bytes())
    made = make()
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"{key}.new").write_bytes(pickle.dumps(made))
    (KEPT / f"{key}.new").rename(path)
    return made


@cache
def _rules() -> str:
    files = [path for pattern in _RULES for path in ROOT.glob(pattern) if not path.is_relative_to(_PRESENT)]
    return digest([*files, *(ROOT / "proof" / "slips" / f"{name}.py" for name in _SLIPS)])


def digest(paths: Iterable[Path]) -> str:
    """One digest of the names and contents of files."""
    made = hashlib.sha256()
    for path in sorted(paths):
        made.update(f"{path.relative_to(ROOT).as_posix()}\n".encode())
        made.update(hashlib.sha256(path.read_bytes()).digest())
    return made.hexdigest()

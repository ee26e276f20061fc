"""The recorded result: mutants and survivors of each module, when, and of which code."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from proof import ROOT, results
from proof.formulas.settings import path_of

RESULT = ROOT / "proof" / "formulas" / "result.toml"


def digest(module: str) -> str:
    """A digest of the code of a module."""
    return hashlib.sha256(path_of(module).read_bytes()).hexdigest()[:16]


def record(module: str, made: list, survivors: list, explained: int, path: Path = RESULT) -> None:
    """Record what became of the mutants of a module, in place of what was recorded of it before."""
    found = dict(read(path)) if path.exists() else {}
    found[module] = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "content": digest(module),
        "mutants": len(made),
        "killed": len(made) - len(survivors),
        "explained": explained,
        "survivors": [
            f"{mutant.before}  ->  {mutant.after}" for mutant in sorted(survivors, key=lambda one: (one.line, one.after))
        ],
    }
    path.write_text(_text(found), "utf-8")


def _text(found: dict[str, dict[str, Any]]) -> str:
    lines = ["# Written by `make mutate`."]
    for module, entry in sorted(found.items()):
        lines += ["", f'["{module}"]', *(f"{name} = {json.dumps(value)}" for name, value in entry.items() if name != "survivors")]
        lines += ["survivors = [", *(f"    {json.dumps(line, ensure_ascii=False)}," for line in entry["survivors"]), "]"]
    return "\n".join(lines) + "\n"


def read(path: Path = RESULT) -> dict[str, dict[str, Any]]:
    """What is recorded of each module."""
    return results.read(path)

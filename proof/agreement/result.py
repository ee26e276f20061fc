"""The recorded result: inputs tried, computed and differing of each calculator, when, and of which code."""

import hashlib
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from proof import ROOT

RESULT = ROOT / "proof" / "agreement" / "result.toml"


def digest() -> str:
    """A digest of all code and facts of the calculators."""
    found = hashlib.sha256()
    for path in sorted([*ROOT.glob("calculators/**/*.py"), *ROOT.glob("calculators/**/*.toml")]):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def record(name: str, tried: int, computed: int, differing: int, path: Path = RESULT) -> None:
    """Record a calculator in place of what was recorded of it before."""
    found = read(path) if path.exists() else {}
    found[name] = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "content": digest(), "inputs": tried, "computed": computed, "differing": differing,
    }  # fmt: skip
    lines = ["# Written by `make agree`."]
    for calculator, entry in sorted(found.items()):
        values = (f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}" for key, value in entry.items())
        lines += ["", f"[{calculator}]", *values]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def read(path: Path = RESULT) -> dict[str, dict[str, Any]]:
    """What is recorded of each calculator."""
    return tomllib.loads(path.read_text("utf-8"))

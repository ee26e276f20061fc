"""The recorded result: inputs tried, computed and differing of each calculator, when, and of which code."""

import hashlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from proof import ROOT, results

RESULT = ROOT / "proof" / "agreement" / "result.toml"


# How answers are drawn, what others print, and how quick this site is: no calculation reads any of it.
_APART = ("present", "plots", "data/audit", "data/measurements/this-site.toml")


@cache
def digest() -> str:
    """A digest of all code and facts that an outcome may depend on, as they were when it was first asked for."""
    folder, found = ROOT / "calculators", hashlib.sha256()
    apart = tuple(folder / path for path in _APART)
    for path in sorted([*folder.glob("**/*.py"), *folder.glob("**/*.toml")]):
        if not any(path.is_relative_to(each) for each in apart):
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


def record(name: str, tried: int, computed: int, differing: int, path: Path = RESULT) -> None:
    """Record a calculator in place of what was recorded of it before."""
    found = dict(read(path)) if path.exists() else {}
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
    return results.read(path)

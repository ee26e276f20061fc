"""The recorded result of a whole run: what was counted, when, and of which content."""

import hashlib
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prove.report import OUTCOMES, Report

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "prove" / "result.toml"
_CONTENT = ("docs/**/*.md", "calculators/**/*.py", "calculators/**/*.toml", "hooks/checks/*.py", "hooks/checks/*.toml")


def digest(root: Path = ROOT) -> str:
    """A digest of everything that the result depends on: pages, facts, calculators, checks. No commit has to exist."""
    made = hashlib.sha256()
    for path in _content(root):
        made.update(f"{path.relative_to(root).as_posix()}\n".encode())
        made.update(hashlib.sha256(path.read_bytes()).digest())
    return made.hexdigest()[:16]


def _content(root: Path) -> Iterator[Path]:
    return iter(sorted(path for pattern in _CONTENT for path in root.glob(pattern)))


def write(report: Report, seconds: float, path: Path = RESULT) -> None:
    """Record a whole run."""
    lines = ["# Written by `make prove`.", f'date = "{datetime.now(UTC):%Y-%m-%d}"', f'content = "{digest()}"']
    lines += [f"minutes = {seconds / 60:.1f}", "", "[facts]", *(f"{name} = {number}" for name, number in report.facts().items())]
    for what, counts in sorted(report.outcomes.items()):
        lines += ["", f'["{what}"]', *(f"{outcome} = {counts[outcome]}" for outcome in OUTCOMES)]
        lines.append("by = { " + ", ".join(f'"{check}" = {number}' for check, number in report.checks[what].most_common()) + " }")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def read(path: Path = RESULT) -> dict[str, Any]:
    """The recorded result."""
    return tomllib.loads(path.read_text("utf-8"))

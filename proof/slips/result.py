"""The recorded result of a run: what was counted, when, and of which content."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from proof import ROOT, results
from proof.slips import kept
from proof.slips.report import OUTCOMES, Report

RESULT = ROOT / "proof" / "slips" / "result.toml"
_CONTENT = ("docs/**/*.md", "calculators/**/*.py", "calculators/**/*.toml", "hooks/checks/*.py", "hooks/checks/*.toml")


def digest() -> str:
    """A digest of everything that the result depends on: pages, facts, calculators, checks. No commit has to exist."""
    return kept.digest(path for pattern in _CONTENT for path in ROOT.glob(pattern))[:16]


def write(report: Report, pieces: int, of: int, seconds: float, path: Path = RESULT) -> None:
    """Record a run over `pieces` of all pages, records and groups of entries."""
    lines = ["# Written by `make prove`.", f'date = "{datetime.now(UTC):%Y-%m-%d}"', f'content = "{digest()}"']
    lines += [f"pieces = {pieces}", f"of = {of}", f"seconds = {seconds:.0f}"]
    lines += ["", "[facts]", *(f"{name} = {number}" for name, number in report.facts().items())]
    lines += ["", "# In how many something survives, of how many.", "[entries]"]
    lines += [f'"{what}" = {numbers}' for what, numbers in report.entries().items()]
    for what, counts in sorted(report.outcomes.items()):
        by = ", ".join(f'"{check}" = {number}' for check, number in report.checks[what].most_common())
        lines += ["", f'[changed."{what}"]', *(f"{outcome} = {counts[outcome]}" for outcome in OUTCOMES), f"by = {{ {by} }}"]
    lines += ["", "# Facts that are tied to others or repeated, of which a slip of the value (within its rounding), the unit or"]
    lines += ["# a qualifier is contradicted by nothing all the same.", "[partly]"]
    lines += [f'"{subject}" = "{", ".join(sorted(parts))}"' for subject, parts in sorted(report.unbacked.items())]
    lines += ["", "# Where a slip survives, by line.", "[survivors]"]
    lines += [f'"{place}" = {numbers}' for place, numbers in report.lines().items()]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def read(path: Path = RESULT) -> dict[str, Any]:
    """The recorded result."""
    return results.read(path)

"""The mutants that change nothing a test could notice, each with the reason: equivalent.toml."""

from pathlib import Path

from proof import ROOT, results
from proof.formulas.settings import path_of

FILE = ROOT / "proof" / "formulas" / "equivalent.toml"
Key = tuple[str, str, str, int]


def entries(path: Path = FILE) -> list[dict]:
    """All explanations: module, before, after, why, and which of several equal ones."""
    return results.read(path).get("mutant", [])


def of(module: str, path: Path = FILE) -> list[Key]:
    """The keys of the explained mutants of a module."""
    explained = (entry for entry in entries(path) if entry["module"] == module)
    return [(module, entry["before"], entry["after"], entry.get("number", 1)) for entry in explained]


def gone(path: Path = FILE) -> list[str]:
    """Explanations of a line that is no longer in its module."""
    texts = {entry["module"]: " ".join(path_of(entry["module"]).read_text("utf-8").split()) for entry in entries(path)}
    return [f"{entry['module']}: {entry['before']}" for entry in entries(path) if entry["before"] not in texts[entry["module"]]]

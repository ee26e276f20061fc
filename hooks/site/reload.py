"""Lets a running `mkdocs serve` see edits of calculators, facts and checks, which Python would keep as first imported."""

import sys
from pathlib import Path

_RELOADED = ("calculators", "hooks.checks", "hooks.site.export", "hooks.site.audit_pages")
_seen: dict[Path, int] = {}


def forget_edited(root: Path) -> None:
    """Drop the reloadable modules from memory if any of their files changed since the last call."""
    watched = (root / "calculators", root / "hooks" / "checks")
    files = [path for folder in watched for path in folder.rglob("*") if path.suffix in (".py", ".toml")]
    now = {path: path.stat().st_mtime_ns for path in files}
    if _seen and now != _seen:
        for module in list(sys.modules):
            if any(module == name or module.startswith(name + ".") for name in _RELOADED):
                del sys.modules[module]
    _seen.clear()
    _seen.update(now)

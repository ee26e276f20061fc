"""Lets a running `mkdocs serve` see edits of calculators, facts and checks, which Python would keep as first imported."""

import sys
from pathlib import Path

_RELOADED = ("calculators", "hooks.checks")
_seen: dict[Path, int] = {}


def forget_edited(root: Path) -> None:
    """Drop the reloadable modules from memory if any of their files changed since the last call."""
    files = [path for name in _RELOADED for path in (root / name.replace(".", "/")).rglob("*") if path.suffix in (".py", ".toml")]
    now = {path: path.stat().st_mtime_ns for path in files}
    if _seen and now != _seen:
        for module in list(sys.modules):
            if module.split(".")[0] == _RELOADED[0] or module.startswith(_RELOADED[1]):
                del sys.modules[module]
    _seen.clear()
    _seen.update(now)

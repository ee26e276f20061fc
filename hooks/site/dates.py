"""The date of a build: that of the commit, so that the same commit gives the same bytes."""

import os
import subprocess
from pathlib import Path


def use_commit(root: Path) -> None:
    """Tell everything that prints or packs a date the time of the commit, unless it was told one or there is no commit."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return
    command = ["git", "-C", str(root), "log", "-1", "--format=%ct", "--", "."]
    try:
        printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return  # a copy without its history: MkDocs takes the clock
    if printed.isdecimal():
        os.environ["SOURCE_DATE_EPOCH"] = printed

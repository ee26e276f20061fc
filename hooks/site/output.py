"""Builds beside the published folder and swaps at the end, so that a failed build leaves the last good site untouched."""

import shutil
from pathlib import Path


def staging_of(site_dir: str) -> str:
    """The folder to build in: a hidden sibling of the final one, on the same file system so that the swap is a rename."""
    final = Path(site_dir)
    return str(final.with_name(f".{final.name}.next"))


def publish(staging: str, final: str) -> None:
    """Put a finished build in the place of the last one."""
    target = Path(final)
    if target.exists():
        shutil.rmtree(target)
    Path(staging).rename(target)

"""Builds beside the published folder and swaps at the end, so that a failed build leaves the last good site untouched."""

import logging
import shutil
from pathlib import Path

from mkdocs.utils import CountHandler


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


def discard(final: str) -> None:
    """Remove what was built beside a site that stays."""
    shutil.rmtree(staging_of(final), ignore_errors=True)


def will_be_refused(strict: bool) -> bool:
    """Whether MkDocs ends this build as failed. It counts warnings, and looks at them only after the last event."""
    counters = (handler for handler in logging.getLogger("mkdocs").handlers if isinstance(handler, CountHandler))
    return strict and any(counter.get_counts() for counter in counters)

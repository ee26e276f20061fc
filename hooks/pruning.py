"""Folders of earlier states, which are kept for a while, so that an edit taken back costs nothing."""

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path


def keep_newest(folders: Iterable[Path], kept: int) -> None:
    """Remove all but the newest. Another process may be doing the same: what has gone is passed over."""
    written = {}
    for folder in folders:
        with contextlib.suppress(FileNotFoundError):
            written[folder] = folder.stat().st_mtime_ns
    for folder in sorted(written, key=written.__getitem__, reverse=True)[kept:]:
        shutil.rmtree(folder, ignore_errors=True)

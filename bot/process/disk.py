"""Free space on the disk, for SQLite's growing log and the files of kept photos."""

from __future__ import annotations

import shutil
from pathlib import Path


def shortage(folder: Path, *, reserve_mb: int) -> str | None:
    """The problem with the disk of `folder`, as a sentence; None when there is room."""
    try:
        # With everything elsewhere, a machine may have no such folder until something is kept.
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        free_mb = shutil.disk_usage(there).free >> 20
    except OSError as exc:
        return f"{folder} cannot be looked at: {exc.strerror}"
    if free_mb >= reserve_mb:
        return None
    return f"the disk of {folder} has {free_mb} MB free and needs {reserve_mb}: make room"

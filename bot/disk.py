"""How much room there must be on the disk of DATA_DIR before the bot counts as unwell."""

from __future__ import annotations

import shutil
from pathlib import Path

RESERVE_BYTES = 64 << 20
"""Room for the write-ahead log, which SQLite lets grow, and some hundred photos."""


def shortage(folder: Path, *, reserve_bytes: int = RESERVE_BYTES) -> str | None:
    """What is wrong with the disk of `folder`, as a sentence; None when there is room."""
    try:
        free_bytes = shutil.disk_usage(folder).free
    except OSError as exc:
        return f"{folder} cannot be looked at: {exc.strerror}"
    if free_bytes < reserve_bytes:
        return (
            f"the disk of {folder} has {free_bytes >> 20} MB free; it needs {reserve_bytes >> 20}"
        )
    return None

"""Processes of this machine that hold something in the database: whether they are still there."""

from __future__ import annotations

import os


def is_running(process_id: int) -> bool:
    """Whether this machine runs such a process; True when in doubt."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True

"""Keeping what is in this process from others of the same user: above all from its own children.

Otherwise every process of the same user may read a process's environment and memory, token
included: a file that takes the decoding process over, for one. Children start readable again.
"""

from __future__ import annotations

import ctypes
import sys

_PR_SET_DUMPABLE = 4


def hide_memory() -> bool:
    """Let only root look into this process; whether that could be done (Linux)."""
    if not sys.platform.startswith("linux"):
        return False
    return ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0  # type: ignore[no-any-return]

"""Returning memory to the system, and timing garbage collection.

Decoded photos come and go, and glibc would keep their memory.
"""

from __future__ import annotations

import ctypes
import gc
import sys

_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_LARGE_BYTES = 1024 * 1024
_KEPT_BYTES = 2 * 1024 * 1024
_RUSH = 64
"""Pieces of work: giving back takes a millisecond or two, and so does what asks for it again."""


def give_back_large_blocks() -> None:
    """Map large blocks separately and unmap them when freed; of the rest, keep no more than a photo
    needs (decisions 0012 and 0102).

    No effect without glibc.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
        mallopt(_M_ARENA_MAX, 2)


def give_back_the_rest() -> None:
    """Return free memory to the system at once: loading a model leaves some 30 MB behind."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


class Rush:
    """Gives free memory back when the last of many pieces of work is done.

    Photos that were in work at once leave gaps, 10 MB of them, that glibc keeps (decision 0270).
    """

    def __init__(self) -> None:
        self._done = 0

    def one_done(self, *, left: int) -> None:
        """A piece of work has ended, and so many have not."""
        self._done += 1
        if self._done >= _RUSH and not left:
            self._done = 0
            give_back_the_rest()


def collect_nothing_yet() -> None:
    """No garbage collection until `collect_from_here`: a start makes hardly any garbage, and
    searching it takes a tenth of the start's time (decision 0098)."""
    gc.disable()


def collect_from_here() -> None:
    """Collect from now on, but skip everything that exists now: modules and classes, which stay.

    A full collection would search all of it and delay every photo.
    """
    gc.freeze()
    gc.enable()

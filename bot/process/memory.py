"""Giving memory back, and when Python looks for what can be given back.

Decoded photos come and go, and glibc would keep what they took.
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


def give_back_large_blocks() -> None:
    """Let large blocks be mapped by themselves and unmapped when freed, and of the rest keep no
    more than a photo needs (decisions 0012 and 0102).

    Without effect where the C library is not glibc.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
        mallopt(_M_ARENA_MAX, 2)


def give_back_the_rest() -> None:
    """Return what is free to the system at once: loading a model leaves some 30 MB behind."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def collect_nothing_yet() -> None:
    """No garbage collection until `collect_from_here`: a start makes hardly any garbage, and
    looking for it takes a tenth of the start's time (decision 0098)."""
    gc.disable()


def collect_from_here() -> None:
    """Collect from now on, but never look at what is there by now: modules and classes, for good.

    A full collection would go through all of it and hold every photo up meanwhile.
    """
    gc.freeze()
    gc.enable()

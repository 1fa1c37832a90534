"""Imported by every Python process that has this folder in its PYTHONPATH: see `..clock`."""

from __future__ import annotations

import mmap
import os
import sys
import time
from pathlib import Path


def follow(file: Path) -> None:
    """Let this process see the time that the file says, at each look."""
    # time-machine would import pytest, wherever that is.
    absent = object()
    before = sys.modules.get("pytest", absent)
    sys.modules["pytest"] = None  # type: ignore[assignment]
    import time_machine

    if before is absent:
        del sys.modules["pytest"]
    with file.open("rb") as stream:
        shared = mmap.mmap(stream.fileno(), 8, access=mmap.ACCESS_READ)
    monotonic_ns = time.monotonic_ns
    traveller = time_machine.travel(0, tick=True).start()
    traveller.time_ns = lambda: monotonic_ns() + int.from_bytes(shared[:8], "little", signed=True)  # type: ignore[method-assign]


if name := os.environ.get("SHARED_CLOCK_FILE"):
    follow(Path(name))

"""What the process holds, and what it gives back."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from bot.process.memory import Rush

MB = 2**20


def resident_mb() -> float:
    """What this process has in memory."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096 / MB


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other libraries keep less")
def test_gaps_that_a_rush_left_go_back_when_nothing_is_left_to_do() -> None:
    """Not while work goes on, and not for a photo now and then."""
    pieces = [bytes(20_000) for _ in range(4000)]
    last = pieces.pop()  # what keeps the memory below it from going back by itself
    held = resident_mb()
    pieces.clear()
    rush = Rush()
    for left in range(100, 0, -1):
        rush.one_done(left=left)
    assert resident_mb() > held - 20
    rush.one_done(left=0)
    assert resident_mb() < held - 40
    assert last == bytes(20_000)

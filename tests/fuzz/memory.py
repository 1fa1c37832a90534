"""How much memory this program has needed."""

from __future__ import annotations

import re
from pathlib import Path


def most_resident_mb() -> int:
    """The most that was resident since this program began.

    getrusage's figure outlives an exec, so a child would be blamed for the size of its parent.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) // 1024

"""A clock that a benchmark sets, for itself and for all processes that it starts.

Eight bytes in a file say how far the wall's clock is from the monotonic one, which nobody sets.
Each process that has `environment` reads them whenever it asks for the time: so all see the same
moment, and see it jump while what they wait for by the monotonic clock goes on, as on a machine
that slept. (`sharedclock/sitecustomize.py` is what Python imports at its start there.)
"""

from __future__ import annotations

import mmap
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from tests.conftest import REPOSITORY

FILE = "SHARED_CLOCK_FILE"
BYTES = 8


class SharedClock:
    """The clock; its moments are in UTC."""

    def __init__(self, file: Path, start: datetime) -> None:
        self._file = file
        file.write_bytes(bytes(BYTES))
        with file.open("r+b") as stream:
            self._shared = mmap.mmap(stream.fileno(), BYTES)
        self.set(start)

    def now(self) -> datetime:
        """The moment that every process sees."""
        offset_ns = int.from_bytes(self._shared[:BYTES], "little", signed=True)
        seconds = (time.monotonic_ns() + offset_ns) / 1e9
        return datetime.fromtimestamp(seconds, timezone.utc)

    def set(self, moment: datetime) -> None:
        """Jump; to go on from there."""
        offset_ns = round(moment.timestamp() * 1e9) - time.monotonic_ns()
        self._shared[:BYTES] = offset_ns.to_bytes(BYTES, "little", signed=True)

    def advance(self, span: timedelta) -> None:
        """Jump ahead."""
        self.set(self.now() + span)

    @property
    def environment(self) -> dict[str, str]:
        """What makes a Python process follow this clock."""
        beside = Path(__file__).parent / "sharedclock"
        return {FILE: str(self._file), "PYTHONPATH": f"{beside}:{REPOSITORY}"}

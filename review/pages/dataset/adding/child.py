"""`python -m training.add` as a process of its own: its checks, its memory, and its end.

What strangers packed is read only there. Nothing of training is imported here.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from dataset.storage.processes import is_running
from review.errors import Unreadable

_HIDDEN = ("TELEGRAM_BOT_TOKEN", "REVIEW_SECRET", "WEBHOOK_SECRET")
"""The child's environment holds only what it needs."""
_SPARING = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(1024 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(2 * 1024 * 1024),
}
"""Decoded photos come and go: glibc gives their memory back (0251)."""
_LOOK_WITHIN_S = 120


class Taker:
    """Starts the command, and ends it."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """`environment` comes on top of this process's."""
        kept = {name: value for name, value in os.environ.items() if name not in _HIDDEN}
        self._environment = {**_SPARING, **kept, **(environment or {})}
        self._running: asyncio.subprocess.Process | None = None
        self._waiting: asyncio.Task[int] | None = None

    async def look(self, file: Path) -> dict[str, Any]:
        """What a ZIP holds: `labels` with their numbers of photos, and those that are `new`.

        Raises Unreadable.
        """
        looking = await self._start(str(file), "--look", stdout=asyncio.subprocess.PIPE)
        try:
            out, errors = await asyncio.wait_for(looking.communicate(), _LOOK_WITHIN_S)
        except asyncio.TimeoutError:
            looking.kill()
            await looking.wait()
            raise Unreadable from None
        if looking.returncode:
            raise Unreadable(_last_line(errors))
        found: dict[str, Any] = json.loads(out)
        return found

    async def take(
        self, file: Path, progress: Path, *, source: str, new_labels: Sequence[str], skip: int
    ) -> int:
        """Begin to take a ZIP in, after its first `skip` photos; the process's id."""
        self._running = await self._start(
            str(file),
            f"--progress={progress}",
            f"--source={source}",
            f"--skip={skip}",
            *(f"--new-label={label}" for label in new_labels),
            stdout=asyncio.subprocess.DEVNULL,
        )
        # Waited for, so that it is gone when it has ended.
        self._waiting = asyncio.create_task(self._running.wait())
        return self._running.pid

    def is_at_work(self, process_id: int | None) -> bool:
        """Whether that process, this one's child or a former one's, still runs."""
        if process_id is None:
            return False
        if self._running is not None and self._running.pid == process_id:
            return self._running.returncode is None
        return is_running(process_id) and _is_the_command(process_id)

    def stop(self, process_id: int | None) -> None:
        """Ask it to end after the photos at hand."""
        if process_id is not None and self.is_at_work(process_id):
            with suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGTERM)

    async def _start(self, *arguments: str, stdout: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "training.add",
            *arguments,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=stdout,
            stderr=asyncio.subprocess.PIPE
            if stdout == asyncio.subprocess.PIPE
            else asyncio.subprocess.DEVNULL,
        )


def _is_the_command(process_id: int) -> bool:
    """Whether a process runs it: after a restart of the machine another may have the number."""
    try:
        return b"training.add" in Path(f"/proc/{process_id}/cmdline").read_bytes()
    except OSError:
        return True  # this system does not say


def _last_line(errors: bytes) -> str:
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""

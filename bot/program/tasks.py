"""The tasks of a service: those that it lives by, and those beside them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from bot.process.cancelling import end_all

logger = logging.getLogger(__name__)


class Tasks:
    """Begun on one event loop, and ended together."""

    def __init__(self) -> None:
        self._living_by: list[asyncio.Task[Any]] = []
        self._aside: set[asyncio.Task[object]] = set()

    def begin(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something that the service lives by."""
        self._living_by.append(asyncio.create_task(work))

    def begin_aside(self, work: Coroutine[Any, Any, object]) -> None:
        """Run something aside; its failure is logged and changes nothing else."""
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._after_aside)

    async def until_one_ends(self) -> None:
        """Wait for the first end of a task that the service lives by; raises what it raised."""
        done, _ = await asyncio.wait(self._living_by, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def end(self) -> None:
        """Cancel all of them, and wait until they have ended."""
        await end_all((*self._living_by, *self._aside))

    def _after_aside(self, task: asyncio.Task[object]) -> None:
        self._aside.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a background task failed", exc_info=error)

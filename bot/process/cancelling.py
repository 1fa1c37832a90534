"""Ending tasks of the event loop for sure."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

_AGAIN_AFTER_S = 2.0


async def end_all(
    tasks: Iterable[asyncio.Task[Any]], *, again_after_s: float = _AGAIN_AFTER_S
) -> None:
    """Cancel these tasks, again and again, and wait until each has ended, in whatever way.

    Once is not enough: up to Python 3.11, `asyncio.wait_for` swallows a cancellation that arrives
    together with its result, and a loop around it goes on.
    """
    every = list(tasks)
    left = set(every)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=again_after_s)
    await asyncio.gather(*every, return_exceptions=True)

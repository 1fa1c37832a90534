"""Whether a process's dependencies answer, checked on request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.classifying.job_threads import Overdue, Threads

_WITHIN_S = 4.0
_FRESH_S = 2.0


class Probe:
    """One question to a database or a store. Many may ask at once: it is put every two seconds."""

    def __init__(
        self,
        name: str,
        ask: Callable[[], None],
        *,
        within_s: float = _WITHIN_S,
        fresh_s: float = _FRESH_S,
    ) -> None:
        """`ask` blocks, and raises when it gets no answer or a refusal."""
        self._name = name
        self._ask = ask
        self._within_s = within_s
        self._fresh_s = fresh_s
        self._threads = Threads(1, limit_s=within_s, name=f"probe of {name}")
        self._asking = asyncio.Lock()
        self._asked_at = -fresh_s
        self._problem: str | None = None

    async def problem(self) -> str | None:
        """What keeps it from answering, as a sentence; None when it does. Takes some seconds at
        most."""
        loop = asyncio.get_running_loop()
        async with self._asking:
            if loop.time() - self._asked_at >= self._fresh_s:
                self._problem = await self._put()
                self._asked_at = loop.time()
            return self._problem

    def close(self) -> None:
        """End the thread, but for one that still waits."""
        self._threads.close()

    async def _put(self) -> str | None:
        silent = f"the {self._name} has not answered within {self._within_s:g} s"
        if self._threads.hanging:
            return silent  # the last question is still open
        try:
            await self._threads.run(self._ask)
        except Overdue:
            return silent
        except Exception as exc:
            return f"the {self._name} cannot be used: {exc}"
        return None

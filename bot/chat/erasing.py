"""After /forget: erases what the commit leaves behind, at once or as soon as possible."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from bot.intake.inbox import Inbox
from bot.process.timing import pauses
from dataset.errors import DatasetError

logger = logging.getLogger(__name__)

_REST, _LONGEST_REST_S = 9, 30.0
"""Erasing keeps others from writing: a tenth of the time is for it, however many are forgotten,
and nobody waits for more than half a minute."""


class Eraser:
    """Completes forgetting; at a start also what an earlier run left."""

    def __init__(
        self, erase: Callable[[bool], None], inbox: Inbox, *, first_pause_s: float = 1.0
    ) -> None:
        """`erase` is `privacy.erasing.erase`, with whether somebody was forgotten; it blocks, and
        may be called again when it failed."""
        self._erase = erase
        self._inbox = inbox
        self._first_pause_s = first_pause_s
        self._asked_in: set[int] = set()
        self._took_s = 0.0
        self._due = asyncio.Event()
        self._due.set()
        self.left = 0
        """Photos to delete whose store did not answer."""
        self.problem: str | None = None
        """Why forgotten data is not erased yet, as a sentence."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to erase."""
        return not self._due.is_set()

    def soon(self, update_id: int, *, left: int) -> None:
        """This update forgot a person; this many of their photos remain."""
        self.left += left
        self._asked_in.add(update_id)
        self._due.set()

    async def run(self) -> None:
        """Erase whenever something remains, for as long as the bot runs."""
        while True:
            await self._due.wait()
            asked_in, self._asked_in = self._asked_in, set()
            await self._until_erased(is_asked=bool(asked_in))
            for number in asked_in:
                # The update itself names the person until it is at its end.
                await self._inbox.end_of(number)
            if asked_in:
                await self._until_erased(is_asked=True)
            if not self._asked_in:
                self._due.clear()
            await asyncio.sleep(min(_REST * self._took_s, _LONGEST_REST_S))

    async def _until_erased(self, *, is_asked: bool) -> None:
        for pause_s in pauses(self._first_pause_s):
            began_s = time.monotonic()
            try:
                await asyncio.to_thread(self._erase, is_asked)
            except DatasetError as exc:
                if self.problem is None:
                    logger.warning("forgotten data is not erased yet: %s", exc)
                self.problem = f"what was forgotten is not erased yet: {exc}"
            else:
                self.problem, self.left = None, 0
                self._took_s = time.monotonic() - began_s
                return
            await asyncio.sleep(pause_s)

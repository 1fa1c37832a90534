"""Logging and stall detection for PTB's polling."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.types import ASGIApp
from telegram.error import Conflict, TelegramError
from telegram.ext import Application

from bot.connection.connecting import reach
from bot.connection.watchdog import watch
from bot.intake.inbox import Inbox
from bot.process.timing import Timing

logger = logging.getLogger(__name__)

_SAY_EVERY_S = 60.0
CONFLICT_LASTS_S = 60.0
"""The poll of a process that just ended lingers for up to 30 s; longer means another program."""


class PollTrouble:
    """Logs the first of a series of failed polls and then one a minute."""

    def __init__(
        self,
        *,
        polled_at: Callable[[], float],
        on_lasting_conflict: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`polled_at` is when a poll last succeeded and was stored, on the same clock."""
        self._polled_at = polled_at
        self._on_lasting_conflict = on_lasting_conflict
        self._clock = clock
        self._said_at: float | None = None
        self._conflict_since: float | None = None
        self._told = False

    def report(self, error: TelegramError) -> None:
        """PTB's error callback for polling."""
        now = self._clock()
        if isinstance(error, Conflict):
            self._conflict(now)
        quiet = self._said_at is not None and now - self._said_at < _SAY_EVERY_S
        if not quiet or self._polled_at() > (self._said_at or 0.0):
            self._said_at = now
            logger.warning("a poll failed and is tried again: %s", error)

    def _conflict(self, now: float) -> None:
        if self._conflict_since is None or self._polled_at() > self._conflict_since:
            self._conflict_since = now
            self._told = False
        elif now - self._conflict_since >= CONFLICT_LASTS_S and not self._told:
            self._told = True
            self._on_lasting_conflict()


class Polling:
    """Asks Telegram for updates, with PTB's own poller; see `bot.connection.receiver.Receiver`."""

    def __init__(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        inbox: Inbox,
        *,
        timing: Timing,
        api_url: str,
        allowed_updates: tuple[str, ...],
        on_lasting_conflict: Callable[[], None],
    ) -> None:
        assert application.updater is not None
        self._updater = application.updater
        self._bot = application.bot
        self._inbox = inbox
        self._timing = timing
        self._api_url = api_url
        self._allowed_updates = allowed_updates
        self._trouble = PollTrouble(
            polled_at=lambda: inbox.stored_at, on_lasting_conflict=on_lasting_conflict
        )

    @property
    def mounts(self) -> Mapping[str, ASGIApp]:
        return {}

    async def begin(self) -> None:
        """See Receiver. What waits at a webhook is kept."""
        # PTB does so, too, but puts a traceback into the log where that fails.
        await reach(self._bot.delete_webhook, api_url=self._api_url)
        await reach(self._start, api_url=self._api_url)

    async def watch(self) -> None:
        await watch(
            polled_at=lambda: self._inbox.polled_at,
            probe=self._bot.get_me,
            limit_s=self._timing.stall_s,
            every_s=self._timing.look_every_s,
        )

    async def stop(self) -> None:
        if self._updater.running:
            await self._updater.stop()

    def problem(self) -> str | None:
        silent_s = self._silent_s()
        stalled = silent_s >= self._timing.stall_s
        return f"no poll succeeded for {silent_s:.0f} s" if stalled else None

    def figures(self) -> dict[str, Any]:
        return {"seconds_since_poll": round(self._silent_s(), 1)}

    async def _start(self) -> None:
        await self._updater.start_polling(
            timeout=self._timing.poll_s,
            allowed_updates=self._allowed_updates,
            error_callback=self._trouble.report,
        )

    def _silent_s(self) -> float:
        return time.monotonic() - self._inbox.stored_at

"""What goes wrong while polling: PTB polls on by itself; this keeps the log readable."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from telegram.error import Conflict, TelegramError

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
        """`polled_at` is when a poll last succeeded, on the same clock."""
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

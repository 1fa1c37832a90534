"""How fast the bot sends requests, and how it waits after a 429.

PTB's own limiter opens its gate when any request ends, even a poll, during the wait after a 429;
and after the wait it releases all waiting requests at once (decision 0066).
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from typing import Any

from aiolimiter import AsyncLimiter
from cachetools import LRUCache
from telegram.error import ChatMigrated, RetryAfter
from telegram.ext import BaseRateLimiter

logger = logging.getLogger(__name__)

_GROUPS_REMEMBERED = 512
_MARGIN_S = 0.1
_ATTEMPTS = 4


class Pace(BaseRateLimiter[int]):
    """Telegram's rates for messages, and silence for as long as a 429 says; polls go on."""

    def __init__(self, *, messages_per_s: float, group_messages_per_minute: float) -> None:
        """0 means no limit; a 429 is obeyed all the same."""
        # PTB's own switch, for want of an argument: without it, it warns at each 429.
        os.environ.setdefault("PTB_TIMEDELTA", "true")
        self._everybody = AsyncLimiter(messages_per_s, 1) if messages_per_s else None
        self._per_group = group_messages_per_minute
        self._groups: LRUCache[int | str, AsyncLimiter] = LRUCache(_GROUPS_REMEMBERED)
        self._silent_until = 0.0

    async def initialize(self) -> None:
        """Nothing is needed."""

    async def shutdown(self) -> None:
        """Nothing is left."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """See BaseRateLimiter. Raises RetryAfter when Telegram goes on refusing.

        What a group was to get goes to the supergroup that it became; `data` is the request's own.
        """
        if endpoint == "getUpdates":  # PTB waits there by itself, and it sends nothing
            return await callback(*args, **kwargs)
        for attempt in range(1, _ATTEMPTS + 1):
            await self._my_turn(data.get("chat_id"))
            try:
                return await callback(*args, **kwargs)
            except ChatMigrated as exc:
                # Only what is new can go there: the messages of the old chat stay behind.
                if attempt == _ATTEMPTS or not endpoint.startswith("send"):
                    raise
                logger.info("a group became a supergroup: it is written to there")
                data["chat_id"] = exc.new_chat_id
                for of_the_old in ("reply_parameters", "message_thread_id"):
                    data.pop(of_the_old, None)
            except RetryAfter as exc:
                self._be_silent(seconds_of(exc))
                if attempt == _ATTEMPTS:
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def _my_turn(self, chat_id: object) -> None:
        """Wait out a silence, then for a place in the rates, unless a new silence begins."""
        while True:
            await self._silence()
            if isinstance(chat_id, (int, str)):
                if self._per_group and (isinstance(chat_id, str) or chat_id < 0):
                    await self._group(chat_id).acquire()
                if self._everybody is not None:
                    await self._everybody.acquire()
            if self._left_s() <= 0:
                return

    async def _silence(self) -> None:
        while (left_s := self._left_s()) > 0:  # noqa: ASYNC110 - it may grow meanwhile
            await asyncio.sleep(left_s)

    def _left_s(self) -> float:
        return self._silent_until - asyncio.get_running_loop().time()

    def _be_silent(self, seconds: float) -> None:
        until = asyncio.get_running_loop().time() + seconds + _MARGIN_S
        if self._left_s() <= 0:
            logger.warning("Telegram wants %.0f s of silence, so the bot sends nothing", seconds)
        self._silent_until = max(self._silent_until, until)

    def _group(self, chat_id: int | str) -> AsyncLimiter:
        limiter = self._groups.get(chat_id)
        if limiter is None:
            limiter = self._groups[chat_id] = AsyncLimiter(self._per_group, 60)
        return limiter


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram wants silence."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, (int, float)) else wait.total_seconds()

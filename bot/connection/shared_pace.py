"""Rates that hold for all processes together, counted in the database that they share.

Each process's own gate and pace come first and allow no more. So while the database does not
answer, the rates hold for each process alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from sqlalchemy.orm import Session
from telegram.ext import BaseRateLimiter

from bot.process.database_thread import Records
from dataset.conversation import rates
from dataset.errors import DatabaseError

logger = logging.getLogger(__name__)

_MESSAGES = -1
"""The id for the turns of all messages; groups use ids below it."""
_GROUP_BURST_S = 60.0


class SharedPace(BaseRateLimiter[int]):
    """Turns for messages that all processes take one after the other, before their own pace."""

    def __init__(
        self,
        records: Records,
        own: BaseRateLimiter[int],
        *,
        messages_per_s: float,
        group_messages_per_minute: float,
    ) -> None:
        """0 means no limit."""
        self._records = records
        self._own = own
        self._per_s = messages_per_s
        self._group_per_s = group_messages_per_minute / 60

    async def initialize(self) -> None:
        await self._own.initialize()

    async def shutdown(self) -> None:
        await self._own.shutdown()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        chat_id = data.get("chat_id")
        if isinstance(chat_id, int) and self._per_s:
            await self._turn(chat_id)
        return await self._own.process_request(
            callback, args, kwargs, endpoint, data, rate_limit_args
        )

    async def _turn(self, chat_id: int) -> None:
        def reserve(session: Session) -> float:
            wait_s = 0.0
            if chat_id < _MESSAGES and self._group_per_s:
                wait_s = rates.next_turn(
                    session, chat_id, per_s=self._group_per_s, burst_s=_GROUP_BURST_S
                )
            return max(wait_s, rates.next_turn(session, _MESSAGES, per_s=self._per_s))

        try:
            # Before what waits: an answer that is ready holds a photo's place in memory.
            wait_s = await self._records.write(reserve, urgent=True)
        except DatabaseError as exc:
            logger.warning("the shared pace is not known: %s", exc)
            return
        if wait_s:
            await asyncio.sleep(wait_s)

"""Answers on their way: sent, then recorded, and not twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext

from telegram import Chat, Message
from telegram.constants import ChatType


class Delivering:
    """Bounds the number of answers between sending and recording.

    After a crash the bot sends these again, because it cannot know whether they arrived. Three are
    enough for Telegram's rate. Groups wait for their own slower rate and must not delay others.
    """

    def __init__(self, *, at_once: int = 3) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._unrecorded: dict[int, Message] = {}

    async def deliver(
        self,
        update_id: int,
        chat: Chat,
        *,
        send: Callable[[], Awaitable[Message]],
        record: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Send the answer to an update and record it. If only the record fails, on a full disk for
        instance, a retry sends nothing."""
        async with self._place(chat):
            sent = self._unrecorded.get(update_id)
            if sent is None:
                sent = self._unrecorded[update_id] = await send()
            await record(sent)
            del self._unrecorded[update_id]

    def _place(self, chat: Chat) -> AbstractAsyncContextManager[object]:
        return self._places if chat.type == ChatType.PRIVATE else nullcontext()

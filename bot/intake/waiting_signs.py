"""Signs of life while somebody waits: "typing" after a moment, an honest word after a while."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from cachetools import LRUCache
from telegram import Message
from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.speech.addressing import sender_of, topic_of
from bot.speech.messages import reply
from bot.speech.preferences import People

logger = logging.getLogger(__name__)

_ACTION_LASTS_S = 4.5
_SAY_AGAIN_AFTER_S = 60.0
_CHATS_REMEMBERED = 10_000


class Patience:
    """Watches how long each chat waits. Quick answers cost no request at all."""

    def __init__(
        self,
        bot: ExtBot[int],
        people: People,
        *,
        is_full: Callable[[], bool],
        busy_after_s: float,
        action_after_s: float = 0.3,
    ) -> None:
        """After `busy_after_s`, or as soon as `is_full()`, a chat gets a note that it must wait."""
        self._bot = bot
        self._people = people
        self._is_full = is_full
        self._action_after_s = action_after_s
        self._busy_after_s = busy_after_s
        self._waiting: dict[int, int] = {}
        self._told_at: LRUCache[int, float] = LRUCache(_CHATS_REMEMBERED)

    @asynccontextmanager
    async def waiting(self, message: Message) -> AsyncIterator[None]:
        """Somebody waits for the answer to this message for as long as the block lasts."""
        chat_id = message.chat_id
        self._waiting[chat_id] = self._waiting.get(chat_id, 0) + 1
        if self._waiting[chat_id] > 1:  # the first one's signs are for all of the chat's
            try:
                yield
            finally:
                self._leave(chat_id)
            return
        signs: list[asyncio.Task[None]] = []
        timer = asyncio.get_running_loop().call_later(
            self._action_after_s,
            lambda: signs.append(asyncio.create_task(self._show(message), name="patience")),
        )
        try:
            yield
        finally:
            timer.cancel()
            for task in signs:
                task.cancel()
            self._leave(chat_id)

    async def _say_busy(self, message: Message) -> None:
        """Say so only once in a while, since queues drain and fill again often."""
        now = asyncio.get_running_loop().time()
        if now - self._told_at.get(message.chat_id, -_SAY_AGAIN_AFTER_S) < _SAY_AGAIN_AFTER_S:
            return
        self._told_at[message.chat_id] = now
        words = await self._people.words(sender_of(message))
        await reply(self._bot, message, words("busy"))

    def _leave(self, chat_id: int) -> None:
        self._waiting[chat_id] -= 1
        if not self._waiting[chat_id]:
            del self._waiting[chat_id]

    async def _show(self, message: Message) -> None:
        waited_s = self._action_after_s
        try:
            while True:
                if self._is_full() or waited_s >= self._busy_after_s:
                    await self._say_busy(message)
                await self._bot.send_chat_action(
                    message.chat_id, ChatAction.TYPING, message_thread_id=topic_of(message)
                )
                await asyncio.sleep(_ACTION_LASTS_S)
                waited_s += _ACTION_LASTS_S
        except TelegramError as exc:
            # A failed sign of life is ignored; the answer itself is retried elsewhere.
            logger.debug("no sign of life in chat %d: %s", message.chat_id, exc)

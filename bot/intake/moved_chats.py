"""Groups that became supergroups: the lists of chats know them by the number of before."""

from __future__ import annotations

import logging

from cachetools import LRUCache
from telegram import Update

from bot.process.database_thread import Records
from dataset.errors import DatabaseError
from dataset.storage import notes

logger = logging.getLogger(__name__)

_REMEMBERED = 10_000


class MovedChats:
    """Notes a group's new number when Telegram tells it, for all processes and for ever."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._before: LRUCache[int, int] = LRUCache(_REMEMBERED)

    async def number_of(self, update: Update) -> int:
        """The number of the update's chat, of a supergroup that of the group that it was; 0 without
        a chat."""
        chat, message = update.effective_chat, update.message
        if chat is None or chat.id >= 0:
            return chat.id if chat else 0
        try:
            if message is not None and message.migrate_from_chat_id:
                await self._note(chat.id, message.migrate_from_chat_id)
            elif message is not None and message.migrate_to_chat_id:
                await self._note(message.migrate_to_chat_id, chat.id)
            elif chat.id not in self._before:
                noted = await self._records.read(
                    lambda session: notes.read(session, _name(chat.id))
                )
                self._before[chat.id] = int(noted) if noted else chat.id
        except DatabaseError as exc:
            logger.warning("what a group was before is not known: %s", exc)
        return self._before.get(chat.id, chat.id)

    async def _note(self, after: int, before: int) -> None:
        self._before[after] = before
        logger.warning(
            "group %d became %d: ALLOWED_IDS and DENIED_IDS hold for both", before, after
        )
        await self._records.write(lambda session: notes.write(session, _name(after), str(before)))


def _name(chat_id: int) -> str:
    return f"chat-before:{chat_id}"

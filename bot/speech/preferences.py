"""In which language a person is answered, remembered so that a photo costs no look-up."""

from __future__ import annotations

import logging

from cachetools import LRUCache
from telegram import User

from bot.process.database_thread import Records
from bot.speech.language import Languages, Words
from dataset.conversation import people as stored
from dataset.errors import DatabaseError
from dataset.storage.schema import Person

logger = logging.getLogger(__name__)

_REMEMBERED = 10_000


class People:
    """People's own settings, the latest ones in memory."""

    def __init__(self, records: Records, languages: Languages) -> None:
        self._records = records
        self._chosen: LRUCache[int, str | None] = LRUCache(_REMEMBERED)
        self.languages = languages

    async def words(self, user: User | None) -> Words:
        """The catalogue for this person: their choice, else what their Telegram is set to."""
        if user is None:
            return self.languages.words(None)
        return self.languages.words(await self._choice(user.id), user.language_code)

    async def words_of(self, user_id: int) -> Words:
        """The catalogue for somebody who is not writing just now."""
        return self.languages.words(await self._choice(user_id))

    async def choose(self, user_id: int, language: str) -> None:
        """Answer this person in `language` from now on."""
        await self._records.write(lambda session: stored.set_language(session, user_id, language))
        self._chosen[user_id] = language

    def forget(self, user_id: int) -> None:
        """Drop the memory, so that the database is read again."""
        self._chosen.pop(user_id, None)

    async def _choice(self, user_id: int) -> str | None:
        if user_id not in self._chosen:
            try:
                row = await self._records.read(lambda session: session.get(Person, user_id))
            except DatabaseError as exc:  # the message goes out anyway, in some language
                logger.info("could not read a person's language: %s", exc)
                return None
            self._chosen[user_id] = row.language if row else None
        return self._chosen[user_id]

"""In which language a person is answered, remembered so that a photo costs no look-up."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from cachetools import LRUCache
from telegram import User

from bot.process.database_thread import Records
from dataset.conversation import people as stored
from dataset.errors import DatabaseError
from dataset.storage.schema import Person
from languages.catalogue import Languages, Words

logger = logging.getLogger(__name__)

_REMEMBERED = 10_000
_LONGEST_CODE = 8


@dataclass(frozen=True)
class _Known:
    """Of one person: the language they chose, and what their Telegram is set to."""

    chosen: str | None = None
    telegram: str | None = None


class People:
    """People's own settings, the latest ones in memory."""

    def __init__(self, records: Records, languages: Languages) -> None:
        self._records = records
        self._known: LRUCache[int, _Known] = LRUCache(_REMEMBERED)
        self.languages = languages

    async def words(self, user: User | None) -> Words:
        """The catalogue for this person: their choice, else what their Telegram is set to."""
        if user is None:
            return self.languages.words(None)
        return self.languages.words((await self._of(user.id)).chosen, user.language_code)

    async def words_of(self, user_id: int) -> Words:
        """The catalogue for somebody who is not writing just now."""
        known = await self._of(user_id)
        return self.languages.words(known.chosen, known.telegram)

    async def note(self, user: User) -> None:
        """Keep what this person's Telegram is set to, for what they are sent later."""
        language = (user.language_code or "")[:_LONGEST_CODE] or None
        known = await self._of(user.id)
        if known.telegram == language:
            return
        try:
            await self._records.write(
                lambda session: stored.set_telegram_language(session, user.id, language)
            )
        except DatabaseError as exc:  # whatever they asked for goes on
            logger.info("could not keep a person's language: %s", exc)
            return
        self._known[user.id] = replace(known, telegram=language)

    async def choose(self, user_id: int, language: str) -> None:
        """Answer this person in `language` from now on."""
        await self._records.write(lambda session: stored.set_language(session, user_id, language))
        self.forget(user_id)

    def forget(self, user_id: int) -> None:
        """Drop the memory, so that the database is read again."""
        self._known.pop(user_id, None)

    async def _of(self, user_id: int) -> _Known:
        if user_id not in self._known:
            try:
                row = await self._records.read(lambda session: session.get(Person, user_id))
            except DatabaseError as exc:  # the message goes out anyway, in some language
                logger.info("could not read a person's language: %s", exc)
                return _Known()
            self._known[user_id] = _Known(row.language, row.telegram_language) if row else _Known()
        return self._known[user_id]

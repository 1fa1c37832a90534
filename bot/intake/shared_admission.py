"""Rates of people that hold for all processes together, counted in the database they share.

Each process's own gate stands before and allows no more; where the database cannot be asked for a
moment, the rates hold for each process by itself.
"""

from __future__ import annotations

import logging

from sqlalchemy.orm import Session

from bot.intake.admission import Pass
from bot.process.database_thread import Records
from bot.settings import Limits
from dataset.conversation import rates
from dataset.errors import DatabaseError

logger = logging.getLogger(__name__)

_ABOVE_PEOPLE = 2**53
"""Groups and channels that write are counted above all ids of people: the rows below 0 are those of
what the bot sends."""


class SharedRates:
    """The rates of a person, and of everybody, for all processes together."""

    def __init__(self, records: Records, limits: Limits) -> None:
        self._records = records
        self._limits = limits

    async def admit(self, user_id: int) -> Pass:
        """Whether to handle the next update of this person, or of a chat that writes; see
        `bot.intake.admission.Gate`."""
        try:
            return await self._records.write(lambda session: self._admit(session, user_id))
        except DatabaseError as exc:
            logger.warning("the shared rates are not known: %s", exc)
            return Pass.IN

    def _admit(self, session: Session, user_id: int) -> Pass:
        sender = user_id if user_id >= 0 else _ABOVE_PEOPLE - user_id
        for key, per_minute, told in (
            (sender, self._limits.per_person_per_minute, Pass.TELL_PERSON),
            (rates.EVERYBODY, self._limits.per_minute, Pass.TELL_ALL),
        ):
            if not per_minute:
                continue
            taken = rates.take(session, key, per_minute=per_minute)
            if not taken.granted:
                return told if taken.first_refusal else Pass.SILENCE
        return Pass.IN

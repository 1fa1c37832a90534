"""One bot for each database: the ids of its updates mean nothing to another.

Telegram counts updates for each bot. Two bots on one database take each other's for handled, and
people get no answer. So the database knows whose it is, while that bot runs and afterwards.
"""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from bot.errors import StartError
from bot.process.database_thread import Records
from dataset.errors import DatabaseError
from dataset.storage import leases
from dataset.storage.schema import Lease, Update, utc_now

logger = logging.getLogger(__name__)

_RENEW_EVERY_S = 20.0
_LEASE_S = 90.0
_LEAVE_WITHIN_S = 5.0


class Tenancy:
    """This bot's claim to the database; its replicas share it."""

    def __init__(self, records: Records, *, bot_id: int, lease_s: float = _LEASE_S) -> None:
        self._records = records
        self._holder = str(bot_id)
        self._lease_s = lease_s

    async def take(self) -> None:
        """Take the database, from another bot only when that has stopped; what is left of its
        updates goes then. Raises StartError while another bot runs on it."""
        other = await self._records.write(self._take)
        if other is not None:
            raise StartError(
                f"Another bot, {other}, runs on this database, and one database serves one bot. "
                "Set another DATA_DIR or DATABASE_URL, or stop that one and wait a minute and a "
                "half."
            )

    async def hold_on(self) -> None:
        """Keep it for as long as this process lives. Raises StartError when another has it."""
        while True:
            await asyncio.sleep(_RENEW_EVERY_S)
            try:
                await self.take()
            except DatabaseError as exc:
                logger.warning("whose this database is was not noted: %s", exc)

    async def leave(self) -> None:
        """Let another bot have it at once: for the orderly stop of the only process of a bot."""

        def expire(session: Session) -> None:
            own = Lease.name == leases.TENANT, Lease.holder == self._holder
            session.execute(update(Lease).where(*own).values(until=utc_now()))

        try:
            await asyncio.wait_for(self._records.write(expire), _LEAVE_WITHIN_S)
        except (TimeoutError, asyncio.TimeoutError, DatabaseError) as exc:
            logger.info("another bot has to wait for this database: %s", exc or "no answer")

    def _take(self, session: Session) -> str | None:
        before = session.get(Lease, leases.TENANT, populate_existing=True)
        if not leases.acquire(session, leases.TENANT, self._holder, lease_s=self._lease_s):
            return leases.holder_of(session, leases.TENANT) or "which has just begun"
        if before is not None and before.holder != self._holder:
            gone = session.scalars(delete(Update).returning(Update.update_id)).all()
            logger.warning(
                "this was the database of bot %s: %d updates of it go", before.holder, len(gone)
            )
        return None

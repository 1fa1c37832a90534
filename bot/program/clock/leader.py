"""One process of many keeps the clock; when it dies, another follows within a minute.

The holder renews its lease, which has the same form on SQLite and PostgreSQL. PostgreSQL's advisory
locks would outlive a machine that lost its power until TCP gives its connection up (0093).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.process.database_thread import Records
from bot.process.process_name import is_dead
from dataset.errors import DatabaseError
from dataset.storage import leases
from dataset.storage.schema import Lease

logger = logging.getLogger(__name__)

LEASE = "scheduler"
LEASE_S = 30.0
_RENEW_EVERY_S = 10.0


class Leader:
    """Whether this process is the one whose clock counts."""

    def __init__(
        self,
        records: Records,
        *,
        holder: str,
        lease_s: float = LEASE_S,
        renew_every_s: float = _RENEW_EVERY_S,
    ) -> None:
        self._records = records
        self._holder = holder
        self._lease_s = lease_s
        self._renew_every_s = renew_every_s
        self._until_s = 0.0
        self._in_trouble = False

    @property
    def is_me(self) -> bool:
        """False as soon as the lease has run out, even when the database cannot be asked."""
        return asyncio.get_running_loop().time() < self._until_s

    async def run(self, *, on_taken: Callable[[], None]) -> None:
        """Take the lease when it is free, renew it, for as long as this process lives.

        `on_taken` is called each time that it becomes this process's.
        """
        while True:
            was_me = self.is_me
            began_s = asyncio.get_running_loop().time()
            try:
                taken = await self._records.write(self._take)
            except DatabaseError as exc:
                if not self._in_trouble:
                    logger.warning("could not ask which process keeps the clock: %s", exc)
                self._in_trouble = True
            else:
                self._in_trouble = False
                self._until_s = began_s + self._lease_s if taken else 0.0
                if taken and not was_me:
                    logger.info("this process now keeps the clock")
                    on_taken()
            await asyncio.sleep(self._renew_every_s)

    async def resign(self) -> None:
        """Leave the clock to another, at once: for an orderly stop."""
        self._until_s = 0.0
        await self._records.write(lambda session: leases.release(session, LEASE, self._holder))

    def _take(self, session: Session) -> bool:
        """Whether this process now has the lease.

        An orderly stop releases it, and a dead process of this machine loses it at once.
        """
        before = session.get(Lease, LEASE)
        if before is not None and is_dead(before.holder, own=self._holder):
            leases.release(session, LEASE, before.holder)
        return leases.acquire(session, LEASE, self._holder, lease_s=self._lease_s)

"""The database behind one thread, so that the event loop never waits for a disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy.orm import Session

from dataset.database import Database

T = TypeVar("T")


class Records:
    """Runs functions of the dataset room on the one database thread, in the order they come."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database")

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction that is committed when it returns."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._write, work)

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction that only reads."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, work)

    async def read_aside(self, work: Callable[[Session], T]) -> T:
        """Like `read`, on a thread of its own: for what takes long and may not hold others up."""
        return await asyncio.to_thread(self._read, work)

    async def upgrade(self) -> None:
        """Bring the tables up to date."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._database.upgrade)

    def close(self) -> None:
        """Finish what is under way and close the connections."""
        self._thread.shutdown(wait=True)
        self._database.dispose()

    def _write(self, work: Callable[[Session], T]) -> T:
        with self._database.session() as session:
            return work(session)

    def _read(self, work: Callable[[Session], T]) -> T:
        with self._database.reading() as session:
            return work(session)

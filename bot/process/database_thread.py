"""The database behind one thread, so that the event loop never waits for a disk."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from dataset.errors import (
    DatabaseCorrupt,
    DatabaseDiskFault,
    DatabaseFull,
    DatabaseReadOnly,
)
from dataset.storage.database import Database

T = TypeVar("T")

_LASTING = (DatabaseCorrupt, DatabaseDiskFault, DatabaseFull, DatabaseReadOnly)
_END_WITHIN_S = 20.0
"""A database that is silent is given up sooner; SQLite on a disk that hangs never answers."""
_NO_WAIT_S = 0.2
"""Enough for what works; a server that is silent needs longer in any case."""
_TOLD_FOR_S = 90.0
"""Work that fails is tried again within a minute, so a fault that lasts is reported all along."""


@dataclass
class _Job:
    run: Callable[[], Any]
    loop: asyncio.AbstractEventLoop
    outcome: asyncio.Future[Any]


class Records:
    """Runs functions of the dataset room on the one database thread, in the order they come.

    What is urgent goes before what waits: between an answer's delivery and its record lies the
    only moment in which a crash makes the bot answer a photo twice.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._urgent: deque[_Job] = deque()
        self._others: deque[_Job | None] = deque()
        self._calls: queue.SimpleQueue[None] = queue.SimpleQueue()
        """One call for each job: which one is decided when the thread has time for it."""
        self._failure: str | None = None
        self._failed_at = -_TOLD_FOR_S
        self._end_within_s = _END_WITHIN_S
        self._thread = threading.Thread(target=self._work, name="database", daemon=True)
        self._thread.start()

    async def write(self, work: Callable[[Session], T], *, urgent: bool = False) -> T:
        """Run `work` in a transaction that is committed when it returns."""
        return await self._run(lambda: self._write(work), urgent=urgent)

    async def record(self, work: Callable[[Connection], T], *, urgent: bool = False) -> T:
        """Like `write`, for the statements that run for every photo (decision 0102)."""
        return await self._run(lambda: self._record(work), urgent=urgent)

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction that only reads."""
        return await self._run(lambda: self._read(work))

    async def read_aside(self, work: Callable[[Session], T]) -> T:
        """Like `read`, on a separate thread, for long work that must not delay others."""
        return await asyncio.to_thread(self._read, work)

    async def write_aside(self, work: Callable[[Session], T]) -> T:
        """Like `write`, on a separate thread, for work after the commit that may take long, such as
        removing files from a store."""
        return await asyncio.to_thread(self._write, work)

    def problem(self) -> str | None:
        """The latest lasting fault: damage, missing permissions, a full disk."""
        if time.monotonic() - self._failed_at > _TOLD_FOR_S:
            return None
        return self._failure

    async def upgrade(self) -> None:
        await self._run(self._database.upgrade)

    def close(self) -> None:
        """Finish what is under way and close the connections."""
        self._others.append(None)
        self._calls.put(None)
        self._thread.join(self._end_within_s)
        self._database.dispose()

    def break_off(self) -> None:
        """Let `close` wait for nothing: what is under way loses nothing by it."""
        self._end_within_s = _NO_WAIT_S

    async def _run(self, run: Callable[[], T], *, urgent: bool = False) -> T:
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[T] = loop.create_future()
        (self._urgent if urgent else self._others).append(_Job(run, loop, outcome))
        self._calls.put(None)
        return await outcome

    def _next(self) -> _Job | None:
        self._calls.get()
        return (self._urgent or self._others).popleft()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                result, error = job.run(), None
            except BaseException as exc:  # the error belongs to the code that waits for the outcome
                result, error = None, exc
                if isinstance(exc, _LASTING):
                    self._failure, self._failed_at = str(exc), time.monotonic()
            try:
                job.loop.call_soon_threadsafe(_deliver, job.outcome, result, error)
            except RuntimeError:
                continue  # the loop has ended, so nobody waits

    def _write(self, work: Callable[[Session], T]) -> T:
        with self._database.session() as session:
            return work(session)

    def _record(self, work: Callable[[Connection], T]) -> T:
        with self._database.transaction() as connection:
            return work(connection)

    def _read(self, work: Callable[[Session], T]) -> T:
        with self._database.reading() as session:
            return work(session)


def _deliver(outcome: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if outcome.done():  # cancelled meanwhile
        return
    if error is None:
        outcome.set_result(result)
    else:
        outcome.set_exception(error)

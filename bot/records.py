"""The database behind one thread, so that the event loop never waits for a disk."""

from __future__ import annotations

import asyncio
import itertools
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from dataset.database import Database

T = TypeVar("T")


@dataclass(order=True)
class _Job:
    rank: int
    number: int
    run: Callable[[], Any] | None = field(compare=False)
    loop: asyncio.AbstractEventLoop | None = field(compare=False, default=None)
    outcome: asyncio.Future[Any] | None = field(compare=False, default=None)


class Records:
    """Runs functions of the dataset room on the one database thread, in the order they come.

    What is urgent goes before what waits: between an answer's delivery and its record lies the
    only moment in which a crash makes the bot answer a photo twice.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._thread = threading.Thread(target=self._work, name="database", daemon=True)
        self._thread.start()

    async def write(self, work: Callable[[Session], T], *, urgent: bool = False) -> T:
        """Run `work` in a transaction that is committed when it returns."""
        return await self._run(lambda: self._write(work), rank=0 if urgent else 1)

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction that only reads."""
        return await self._run(lambda: self._read(work))

    async def read_aside(self, work: Callable[[Session], T]) -> T:
        """Like `read`, on a thread of its own: for what takes long and may not hold others up."""
        return await asyncio.to_thread(self._read, work)

    async def write_aside(self, work: Callable[[Session], T]) -> T:
        """Like `write`, on a thread of its own: for what does more after its commit than return,
        such as removing files from a store that may not answer."""
        return await asyncio.to_thread(self._write, work)

    async def upgrade(self) -> None:
        """Bring the tables up to date."""
        await self._run(self._database.upgrade)

    def close(self) -> None:
        """Finish what is under way and close the connections."""
        self._jobs.put(_Job(2, next(self._numbers), None))
        self._thread.join()
        self._database.dispose()

    async def _run(self, run: Callable[[], T], *, rank: int = 1) -> T:
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(rank, next(self._numbers), run, loop, outcome))
        return await outcome

    def _work(self) -> None:
        while (job := self._jobs.get()).run is not None:
            assert job.loop is not None
            assert job.outcome is not None
            try:
                result, error = job.run(), None
            except BaseException as exc:  # it belongs to whoever waits for the outcome
                result, error = None, exc
            try:
                job.loop.call_soon_threadsafe(_deliver, job.outcome, result, error)
            except RuntimeError:
                continue  # the loop has ended, nobody waits any more

    def _write(self, work: Callable[[Session], T]) -> T:
        with self._database.session() as session:
            return work(session)

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

"""Threads for work that may never return: it gives up on slow work and replaces its thread.

Python cannot end a thread. So an overdue one goes on until it or the process ends; a new one takes
its place, and the waiting code gets Overdue. The threads are daemons: a hanging one must not keep
the process from ending, as those of `concurrent.futures` would.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

_END_WITHIN_S = 5.0


class Overdue(Exception):
    """The work did not end in its time and was given up."""


class _Job:
    def __init__(self, work: Callable[[], Any], loop: asyncio.AbstractEventLoop) -> None:
        self.work = work
        self.loop = loop
        self.outcome: asyncio.Future[Any] = loop.create_future()
        self.deadline: asyncio.TimerHandle | None = None
        self.taken_up: tuple[float, threading.Thread] | None = None
        """When, by the loop's clock, and by which thread."""
        self.left_out = False


class Threads:
    """A fixed number of working threads, plus those that hang."""

    def __init__(
        self, count: int, *, limit_s: float, name: str, end_within_s: float = _END_WITHIN_S
    ) -> None:
        """`limit_s` bounds each piece of work, counted from when a thread took it up; at the end
        it gets `end_within_s`."""
        self._limit_s = limit_s
        self._name = name
        self._end_within_s = end_within_s
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads: set[threading.Thread] = set()
        self._lost: set[threading.Thread] = set()
        self._closed = False
        for _ in range(count):
            self._add()

    @property
    def hanging(self) -> int:
        """How many given-up pieces of work still run."""
        return sum(thread.is_alive() for thread in self._lost)

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`; raises its errors, and Overdue when it takes longer than the
        limit."""
        job = _Job(work, asyncio.get_running_loop())
        self._look_again(job, self._limit_s)
        self._jobs.put(job)
        return await job.outcome  # type: ignore[no-any-return]

    def close(self) -> None:
        """Finish what is under way, but for what hangs, and begin nothing more."""
        self._closed = True
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(self._end_within_s)

    def _add(self) -> None:
        thread = threading.Thread(target=self._work, name=self._name, daemon=True)
        self._threads.add(thread)
        thread.start()

    def _work(self) -> None:
        own = threading.current_thread()
        while own not in self._lost and (job := self._jobs.get()) is not None:
            # The loop reads this when needed; notifying it would wake it for every job.
            job.taken_up = job.loop.time(), own
            if job.outcome.cancelled() or self._closed:
                job.left_out = True
                continue
            try:
                result, error = job.work(), None
            except BaseException as exc:  # the error belongs to the code that waits for the outcome
                result, error = None, exc
            try:
                job.loop.call_soon_threadsafe(_deliver, job, result, error)
            except RuntimeError:
                return  # the loop has ended, so nobody waits

    def _look_again(self, job: _Job, in_s: float) -> None:
        job.deadline = job.loop.call_later(in_s, self._look, job)

    def _look(self, job: _Job) -> None:
        """Give the job up if its time is over; else look again when it will be, at the earliest."""
        if job.left_out or self._closed:
            return
        if job.taken_up is None:
            self._look_again(job, self._limit_s)
            return
        began_s, thread = job.taken_up
        left_s = began_s + self._limit_s - job.loop.time()
        if left_s > 0:
            self._look_again(job, left_s)
            return
        self._threads.discard(thread)
        self._lost.add(thread)
        self._add()
        if not job.outcome.done():
            job.outcome.set_exception(Overdue(f"given up after {self._limit_s:g} s"))


def _deliver(job: _Job, result: Any, error: BaseException | None) -> None:
    if job.deadline is not None:
        job.deadline.cancel()
    if job.outcome.done():  # cancelled, or given up
        return
    if error is None:
        job.outcome.set_result(result)
    else:
        job.outcome.set_exception(error)

"""One of many keeps the clock."""

from __future__ import annotations

import asyncio
import socket
from datetime import datetime, timezone

import pytest

from bot.process.database_thread import Records
from bot.program.clock.leader import LEASE, Leader
from bot.program.clock.occasion import Occasion
from bot.program.clock.promises import Promise
from dataset.storage import leases

LONG_S = 60.0


async def unused(occasion: Occasion) -> None:
    """Work that is never asked for."""


class Running:
    """A leader at work; `taken` counts how often the clock became its own."""

    def __init__(self, records: Records, holder: str, *, lease_s: float = LONG_S) -> None:
        self.leader = Leader(records, holder=holder, lease_s=lease_s, renew_every_s=0.02)
        self.taken = 0
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self.leader.run(on_taken=self._note))

    async def until_taken(self) -> None:
        await asyncio.wait_for(self._news.wait(), LONG_S)

    async def end(self) -> None:
        """As a process that dies: nothing is given back."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def _note(self) -> None:
        self.taken += 1
        self._news.set()


async def _holder(records: Records) -> str | None:
    return await records.read(lambda session: leases.holder_of(session, LEASE))


async def test_one_of_two_keeps_the_clock(records: Records) -> None:
    """The other waits."""
    first = Running(records, "a:1")
    await first.until_taken()
    second = Running(records, "b:2")
    for _ in range(5):
        await _holder(records)
    assert (True, False) == (first.leader.is_me, second.leader.is_me)
    assert (1, 0) == (first.taken, second.taken)
    await first.end()
    await second.end()


async def test_another_takes_over_when_the_lease_has_run_out(records: Records) -> None:
    """And hears of it, so that it checks due work at once."""
    first = Running(records, "a:1", lease_s=0.3)
    await first.until_taken()
    await first.end()
    second = Running(records, "b:2", lease_s=0.3)
    await second.until_taken()

    assert second.leader.is_me
    assert not first.leader.is_me
    await second.end()


async def test_an_orderly_stop_leaves_the_clock_at_once(records: Records) -> None:
    """However long the lease."""
    first = Running(records, "a:1")
    await first.until_taken()
    await first.end()
    await first.leader.resign()
    second = Running(records, "b:2")
    await second.until_taken()

    assert (False, 1) == (first.leader.is_me, second.taken)
    await second.end()


async def test_a_dead_process_of_this_machine_is_not_waited_for(records: Records) -> None:
    """A restart after a kill goes on where it was."""
    machine = socket.gethostname()
    first = Running(records, f"{machine}:4194305:dead")  # beyond what Linux numbers processes with
    await first.until_taken()
    await first.end()
    second = Running(records, f"{machine}:1:living")
    await second.until_taken()

    assert f"{machine}:1:living" == await _holder(records)
    await second.end()


@pytest.mark.parametrize(
    ("since", "now", "expected"),
    [
        ("08:10", "08:20", "08:15"),
        ("08:10", "08:12", None),
        ("06:00", "09:20", "09:15"),
        ("07:50", "08:00", None),
        ("07:50", "08:15", "08:15"),
        ("08:15", "08:20", None),
    ],
)
def test_what_was_due_while_nobody_kept_the_clock_is_found(
    since: str, now: str, expected: str | None
) -> None:
    """The last moment of an hourly schedule; the one that was kept is not owed again."""

    def at(clock: str) -> datetime:
        hour, minute = map(int, clock.split(":"))
        return datetime(2026, 11, 22, hour, minute, tzinfo=timezone.utc)

    promise = Promise("hourly", "15 * * * *", unused)
    found = promise.last_missed(since=at(since), now=at(now))

    assert (None if expected is None else at(expected)) == found

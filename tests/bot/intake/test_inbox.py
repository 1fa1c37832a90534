"""The durable inbox: stored before it is acknowledged, handled once, left to the next start."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from telegram import Update
from telegram.ext import ExtBot

from bot.intake.inbox import Inbox
from bot.intake.update_shape import Incoming
from bot.process.database_thread import Records
from dataset.conversation.inbox import count_waiting
from dataset.errors import DatabaseLocked, DatabaseUnreachable
from dataset.storage.database import Database

T = TypeVar("T")


@pytest.fixture
def telegram() -> ExtBot[int]:
    """A bot that nobody asks anything."""
    return ExtBot("1:a")


def update(update_id: int) -> Incoming:
    """An update with nothing in it but its id."""
    return Incoming(Update(update_id), {"update_id": update_id})


def nothing(_: Connection | Session) -> None:
    """No other work."""


async def test_an_update_that_comes_twice_is_begun_once(records: Records) -> None:
    """A poll that was cut off brings the same again."""
    inbox = Inbox(records, holder="a")
    await inbox.take_in([update(1)])
    assert inbox.begin(1)
    await inbox.take_in([update(1), update(2)])
    assert [inbox.begin(1), inbox.begin(2)] == [False, True]
    await inbox.finish([1], nothing)
    await inbox.take_in([update(1)])
    assert not inbox.begin(1)


class CutOff(Records):
    """A database whose connection is lost right after the first commit."""

    was_cut = False

    async def record(self, work: Callable[[Connection], T], *, urgent: bool = False) -> T:
        result = await super().record(work, urgent=urgent)
        if not self.was_cut:
            self.was_cut = True
            raise DatabaseUnreachable("the connection is gone")
        return result


async def test_an_update_stored_by_a_commit_that_seemed_to_fail_is_worked_on(
    tmp_path: Path,
) -> None:
    """It comes again, is in the inbox already, and is this process's all the same, once."""
    records = CutOff(Database(f"sqlite:///{tmp_path / 'd.sqlite3'}"))
    await records.upgrade()
    inbox = Inbox(records, holder="a")
    with pytest.raises(DatabaseUnreachable):
        await inbox.take_in([update(1)])
    assert not inbox.begin(1)
    await inbox.take_in([update(1)])
    assert [inbox.begin(1), inbox.begin(1)] == [True, False]
    await inbox.finish([1], nothing)
    await inbox.take_in([update(1)])
    assert not inbox.begin(1)
    records.close()


async def test_it_is_worked_on_also_when_the_hold_was_renewed_meanwhile(tmp_path: Path) -> None:
    """An outage may last longer than the time between two renewals."""
    records = CutOff(Database(f"sqlite:///{tmp_path / 'd.sqlite3'}"))
    await records.upgrade()
    inbox, other = Inbox(records, holder="a"), Inbox(records, holder="b")
    with pytest.raises(DatabaseUnreachable):
        await inbox.take_in([update(1)])
    await inbox.renew()
    await inbox.take_in([update(1)])
    assert inbox.begin(1)
    assert [] == await other.left_over(ExtBot("1:a"))
    records.close()


async def test_an_update_stored_unknown_to_its_holder_is_worked_on_by_another(
    tmp_path: Path, telegram: ExtBot[int]
) -> None:
    """Behind a webhook Telegram brings it again to another process, which finds it there."""
    records = CutOff(Database(f"sqlite:///{tmp_path / 'd.sqlite3'}"))
    await records.upgrade()
    unaware, other = Inbox(records, holder="a"), Inbox(records, holder="b")
    with pytest.raises(DatabaseUnreachable):
        await unaware.take_in([update(1)])
    await other.take_in([update(1)])
    held = await other.left_over(telegram)
    await unaware.renew()
    left = await other.left_over(telegram)

    assert [[], [1]] == [[one.update_id for one in found] for found in (held, left)]
    assert other.begin(1)
    records.close()


async def test_what_a_dead_process_left_is_taken_up_and_not_taken_twice(
    records: Records, telegram: ExtBot[int]
) -> None:
    """Also when Telegram, which was not told, brings it again."""
    before = Inbox(records, holder="a")
    await before.take_in([update(1), update(2)])
    await before.finish([1], nothing)
    after = Inbox(records, holder="b")
    left = await after.left_over(telegram, take_over=True)
    assert [found.update_id for found in left] == [2]
    await after.take_in([update(2)])
    assert [after.begin(2), after.begin(2)] == [True, False]
    assert after.is_again(2)


async def test_work_and_end_are_one(records: Records) -> None:
    """When the work fails, the update is not done."""
    inbox = Inbox(records, holder="a")
    await inbox.take_in([update(1)])

    def fail(connection: Connection) -> None:
        raise DatabaseLocked("somebody is writing")

    with pytest.raises(DatabaseLocked):
        await inbox.finish([1], fail)
    assert inbox.is_open(1)
    assert await records.read(count_waiting) == 1


async def test_a_full_inbox_takes_nothing_more_until_there_is_room(records: Records) -> None:
    """The next poll waits: Telegram keeps what we cannot hold."""
    inbox = Inbox(records, holder="a", open_at_once=2)
    await inbox.take_in([update(1), update(2)])
    poll = asyncio.create_task(inbox.room())
    await records.read(nothing)
    assert not poll.done()
    await inbox.finish([1], nothing)
    await poll


async def test_an_orderly_stop_leaves_the_rest_to_the_next_start(
    records: Records, telegram: ExtBot[int]
) -> None:
    """Without waiting for the hold to run out, and without counting as an attempt."""
    before = Inbox(records, holder="a")
    await before.take_in([update(1)])
    await before.let_go()
    after = Inbox(records, holder="b")
    left = await after.left_over(telegram)
    assert [found.update_id for found in left] == [1]


async def test_urgent_work_goes_before_what_waits(records: Records) -> None:
    """Between delivery and record lies the only moment that can answer twice."""
    order: list[str] = []
    gate = threading.Event()

    def hold(session: Session) -> None:
        gate.wait(10)

    held = asyncio.create_task(records.read(hold))
    ordinary = asyncio.create_task(records.write(lambda session: order.append("ordinary")))
    urgent = asyncio.create_task(records.write(lambda session: order.append("urgent"), urgent=True))
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(held, ordinary, urgent)
    assert order == ["urgent", "ordinary"]

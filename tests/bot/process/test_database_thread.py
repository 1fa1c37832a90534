"""The database behind its thread: who waits for whom."""

from __future__ import annotations

import asyncio
import threading

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from bot.process.database_thread import Records
from dataset.storage.schema import Person


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Person)) or 0


async def test_what_follows_a_commit_aside_holds_up_nobody(records: Records) -> None:
    """While files are removed from a store that does not answer, others read and write."""
    stuck, go_on = threading.Event(), threading.Event()

    def remove_files(_session: Session) -> None:
        stuck.set()
        go_on.wait(60)

    def forget(session: Session) -> None:
        session.add(Person(user_id=1))
        event.listen(session, "after_commit", remove_files, once=True)

    aside = asyncio.create_task(records.write_aside(forget))
    await asyncio.to_thread(stuck.wait, 60)
    try:
        await asyncio.wait_for(records.write(lambda session: session.add(Person(user_id=2))), 30)
        assert 2 == await asyncio.wait_for(records.read(count), 30)
        assert not aside.done()
    finally:
        go_on.set()
    await aside


async def test_a_start_that_is_given_up_waits_for_no_silent_database(records: Records) -> None:
    """What it began there, nobody needs."""
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def wait_for_the_server(_session: Session) -> None:
        begun.set()
        go_on.wait(15)
        ended.set()

    asked = asyncio.create_task(records.read(wait_for_the_server))
    await asyncio.to_thread(begun.wait, 60)
    records.break_off()
    await asyncio.to_thread(records.close)
    assert not ended.is_set()
    go_on.set()
    await asked

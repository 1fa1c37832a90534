"""A database serves one bot: another has to wait until it is free."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.connection.tenancy import Tenancy
from bot.errors import StartError
from bot.intake.inbox import Inbox
from bot.process.database_thread import Records
from dataset.storage.schema import Update
from tests.bot.intake.test_inbox import update


def updates(session: Session) -> int:
    """How many updates the database knows."""
    return session.scalar(select(func.count()).select_from(Update)) or 0


async def test_another_bot_waits_until_the_first_has_stopped(records: Records) -> None:
    """Then the database is its own: what is left of the other's updates would hide its own."""
    first, replica = Tenancy(records, bot_id=1), Tenancy(records, bot_id=1)
    await first.take()
    await replica.take()
    await Inbox(records, holder="a").take_in([update(7)])
    second = Tenancy(records, bot_id=2)
    with pytest.raises(StartError, match="Another bot, 1, runs on this database"):
        await second.take()
    kept = await records.read(updates)
    await first.leave()
    await second.take()

    assert (1, 0) == (kept, await records.read(updates))
    with pytest.raises(StartError, match="Another bot, 2"):
        await first.take()


async def test_the_same_bot_finds_its_updates_again(records: Records) -> None:
    """After an orderly stop, and after a crash."""
    await Tenancy(records, bot_id=1).take()
    await Inbox(records, holder="a").take_in([update(7)])
    await Tenancy(records, bot_id=1).take()
    await Tenancy(records, bot_id=1).leave()
    await Tenancy(records, bot_id=1).take()
    assert 1 == await records.read(updates)


async def test_a_bot_that_died_is_followed_by_another(records: Records) -> None:
    """When it has not been heard of for long enough."""
    await Tenancy(records, bot_id=1, lease_s=0).take()
    await Tenancy(records, bot_id=2).take()

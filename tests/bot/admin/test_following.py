"""A retraining is followed to its end, whatever the database does meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy.orm import Session
from telegram.ext import ExtBot

from bot.admin.retraining.following import Follower
from bot.admin.retraining.process import OnProgress, Trainer
from bot.process.database_thread import Records
from bot.speech.preferences import People
from dataset.errors import DatabaseLocked
from dataset.examples import retrainings
from dataset.storage import notes
from dataset.storage.schema import Retraining, RetrainingStatus
from languages.catalogue import Languages
from tests.conftest import PATIENCE_S
from tests.local.serving import TOKEN, LocalServer, Script


class LockedFirst:
    """A trainer whose database is locked at the first looks."""

    def __init__(self) -> None:
        self.looks = 0
        self.over = asyncio.Event()

    async def follow(self, row_id: int, on_progress: OnProgress) -> Retraining:
        """See Trainer."""
        self.looks += 1
        if self.looks < 3:
            raise DatabaseLocked("The database is locked by another program.")
        self.over.set()
        return Retraining(id=row_id)


async def test_a_lock_does_not_end_the_following(records: Records, tmp_path: Path) -> None:
    """Otherwise admins would never learn what came of it."""
    trainer = LockedFirst()
    people = People(records, Languages())
    follower = Follower(
        ExtBot("1:a"), cast("Trainer", trainer), records, people, (), tmp_path, again_after_s=0
    )
    follower.begin(1, asked_by=None)
    await asyncio.wait_for(trainer.over.wait(), 30)
    assert 3 == trainer.looks
    await follower.close()


@pytest.mark.parametrize("deleted", [False, True])
async def test_a_message_outlives_the_bot_that_sent_it(
    records: Records, tmp_path: Path, deleted: bool
) -> None:
    """The next bot shows the end in the same message, once, though the run ended meanwhile; in
    another where that one was deleted."""
    row_id = await records.write(
        lambda session: retrainings.request(session, trigger="command", requested_by=2).id
    )
    with LocalServer(admin_id=2) as server, closing(Script(server.url)) as script:
        # A bot may write to people who have written to it.
        script.send(user=2, chat=2, text="/start")
        async with ExtBot(TOKEN, f"{server.url}/bot") as bot:

            def follower() -> Follower:
                trainer = Trainer(
                    records,
                    python=None,
                    budget_s=600,
                    log_dir=tmp_path,
                    current_version=str,
                    elsewhere=True,
                )
                people = People(records, Languages())
                return Follower(bot, trainer, records, people, (2,), tmp_path, again_after_s=0)

            def sent() -> list[dict[str, Any]]:
                return [one for one in script.messages(2) if one["from"]["is_bot"]]

            def said() -> list[str]:
                return [one["text"] for one in sent()]

            first = follower()
            first.begin(row_id, asked_by=2)
            await _until(lambda: records.read(_is_noted))
            await first.close()
            [waiting] = said()
            assert "0%" in waiting
            if deleted:
                await bot.delete_message(2, sent()[0]["message_id"])
            ending = retrainings.Ending(status=RetrainingStatus.SKIPPED, reason="Nothing is new.")
            await records.write(lambda session: retrainings.finish(session, row_id, ending))

            # Two, as after a restart of replicas: one of them tells it.
            others = [follower(), follower()]
            for other in others:
                await other.take_up()
            await _until(lambda: asyncio.to_thread(lambda: "Nothing is new." in " ".join(said())))
            for other in others:
                await other.close()
            await follower().take_up()
            assert 1 == len(said())


def _is_noted(session: Session) -> bool:
    """Whether a message is noted, to be changed later."""
    found = [notes.read(session, name) for name in notes.names(session, "following:")]
    return any(text != "{}" for text in found)


async def _until(work: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not await work():
        assert time.monotonic() < deadline
        await asyncio.sleep(0)

"""A retraining is followed to its end, whatever the database does meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

from telegram.ext import ExtBot

from bot.admin.retraining.following import Follower
from bot.admin.retraining.process import OnProgress, Trainer
from bot.process.database_thread import Records
from bot.speech.preferences import People
from dataset.errors import DatabaseLocked
from dataset.storage.database import Database
from dataset.storage.schema import Retraining
from languages.catalogue import Languages


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


async def test_a_lock_does_not_end_the_following(tmp_path: Path) -> None:
    """Otherwise admins would never learn what came of it."""
    trainer = LockedFirst()
    records = Records(Database(f"sqlite:///{tmp_path / 'd.sqlite3'}"))
    people = People(records, Languages())
    follower = Follower(
        ExtBot("1:a"), cast("Trainer", trainer), people, (), tmp_path, again_after_s=0
    )
    follower.begin(1, asked_by=None)
    await asyncio.wait_for(trainer.over.wait(), 30)
    assert 3 == trainer.looks
    await follower.close()
    records.close()

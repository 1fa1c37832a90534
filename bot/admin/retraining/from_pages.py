"""Retrainings asked for on the review pages: the same work, rights and trail as in the chat."""

from __future__ import annotations

import asyncio

from bot.admin.retraining.following import Follower
from bot.admin.retraining.process import Trainer
from bot.errors import TrainingUnavailable
from bot.process.database_thread import Records
from dataset.errors import RetrainingActive
from dataset.storage import audit
from languages.catalogue import Words
from models.errors import ModelsError
from models.registry.local import Registry


class FromPages:
    """What the pages may have done (`review.desk.Trainer`)."""

    def __init__(
        self, trainer: Trainer, follower: Follower, registry: Registry, records: Records
    ) -> None:
        self._trainer = trainer
        self._follower = follower
        self._registry = registry
        self._records = records

    async def retrain(self, reviewer_id: int, words: Words, *, force: bool) -> str | None:
        """Start a retraining, which the chat follows as well; the sentence for why not."""
        try:
            await self._trainer.check()
            row_id = await self._trainer.request(
                trigger="command", requested_by=reviewer_id, force=force
            )
        except TrainingUnavailable as exc:
            return words(exc.message_id, **exc.values)
        except RetrainingActive:
            return words("run-active")
        action = "retrain_force" if force else "retrain"
        await self._note(reviewer_id, action, f"retraining:{row_id}")
        self._follower.begin(row_id, asked_by=reviewer_id)
        return None

    async def cancel(self, reviewer_id: int, words: Words) -> str | None:
        """Ask the one under way to stop; the sentence for why not."""
        row = await self._trainer.cancel()
        if row is None:
            return words("cancel-none")
        await self._note(reviewer_id, "retrain_cancel", f"retraining:{row.id}")
        return None

    async def go_back(self, reviewer_id: int, words: Words, *, of: str, to: str) -> str | None:
        """Let the model `to` answer instead of `of`; the sentence for why not."""
        if self._registry.current_version() != of:
            return words("rollback-not-current")
        try:
            now = await asyncio.to_thread(self._registry.rollback, to)
        except ModelsError as exc:
            return words("rollback-refused", reason=str(exc))
        await self._note(reviewer_id, "rollback", f"model:{now}")
        return None

    async def _note(self, actor_id: int, action: str, subject: str) -> None:
        await self._records.write(
            lambda session: audit.record(session, actor_id=actor_id, action=action, subject=subject)
        )

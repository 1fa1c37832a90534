"""Following a retraining in the background: one message for each admin, changed as it goes on."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable
from pathlib import Path

from telegram import InlineKeyboardMarkup, Message
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.admin.retraining.process import OnProgress, Trainer
from bot.admin.retraining.wording import end_buttons, end_text, progress_text
from bot.process.cancelling import end_all
from bot.speech.preferences import People
from dataset.errors import DatabaseError
from dataset.storage.schema import Retraining, RetrainingStatus
from languages.catalogue import Words

logger = logging.getLogger(__name__)

_EDIT_EVERY_S = 2.5
"""Telegram slows a bot down that edits more often."""
_CONFUSION = Path("report") / "confusion_gate.png"


class Follower:
    """Follows retrainings in the background, each in one message per admin who asked."""

    def __init__(
        self,
        bot: ExtBot[int],
        trainer: Trainer,
        people: People,
        admins: Iterable[int],
        models_dir: Path,
        *,
        again_after_s: float = 5.0,
    ) -> None:
        """`again_after_s`: while the database fails, for a look at it."""
        self._bot = bot
        self._trainer = trainer
        self._people = people
        self._admins = tuple(sorted(admins))
        self._models_dir = models_dir
        self._again_after_s = again_after_s
        self._tasks: dict[asyncio.Task[None], int] = {}

    def begin(self, row_id: int, *, asked_by: int | None) -> None:
        """Follow a retraining to its end; the person who asked sees its progress, all admins its
        end."""
        task = asyncio.create_task(self._follow(row_id, asked_by))
        self._tasks[task] = row_id
        task.add_done_callback(self._done)

    async def take_up(self) -> None:
        """Follow what an earlier run of the bot left under way."""
        row = await self._trainer.under_way()
        if row is not None:
            self.begin(row.id, asked_by=row.requested_by)

    async def take_up_left_alone(self) -> None:
        """Follow a silent retraining that nobody follows, from a shell or a dead process: end it,
        and tell the admins."""
        row = await self._trainer.left_alone()
        if row is not None and row.id not in self._tasks.values():
            logger.warning("retraining %d was left alone and is followed from now on", row.id)
            self.begin(row.id, asked_by=None)

    async def close(self) -> None:
        """Stop following; a child under way goes on and is found again by the next start."""
        await end_all(self._tasks)

    async def _follow(self, row_id: int, asked_by: int | None) -> None:
        watchers = [asked_by] if asked_by is not None else []
        messages: dict[int, Message] = {}
        edited_at = 0.0

        async def show(row: Retraining) -> None:
            nonlocal edited_at
            if messages and time.monotonic() - edited_at < _EDIT_EVERY_S:
                return
            edited_at = time.monotonic()
            for admin in watchers:
                words = await self._people.words_of(admin)
                await self._put(messages, admin, progress_text(row, words))

        row = await self._until_over(row_id, show)
        for admin in self._admins:
            words = await self._people.words_of(admin)
            await self._put(messages, admin, end_text(row, words), end_buttons(row, words))
            await self._send_confusion(admin, row, words)

    async def _until_over(self, row_id: int, show: OnProgress) -> Retraining:
        while True:
            try:
                return await self._trainer.follow(row_id, show)
            except DatabaseError as exc:
                logger.warning("a retraining is out of sight for a moment: %s", exc)
                await asyncio.sleep(self._again_after_s)

    async def _put(
        self,
        messages: dict[int, Message],
        admin: int,
        text: str,
        buttons: InlineKeyboardMarkup | None = None,
    ) -> None:
        """Send the message, or change it where it has been sent."""
        try:
            if admin in messages:
                await messages[admin].edit_text(text, reply_markup=buttons)
            else:
                messages[admin] = await self._bot.send_message(admin, text, reply_markup=buttons)
        except BadRequest as exc:
            logger.info("a retraining's message stays as it is: %s", exc)
        except TelegramError as exc:
            logger.warning("admin %d got no message about a retraining: %s", admin, exc)

    async def _send_confusion(self, admin: int, row: Retraining, words: Words) -> None:
        if row.status is not RetrainingStatus.PUBLISHED or row.candidate is None:
            return
        try:
            picture = await asyncio.to_thread(
                (self._models_dir / row.candidate / _CONFUSION).read_bytes
            )
            await self._bot.send_photo(admin, picture, caption=words("retrain-confusion"))
        except (OSError, TelegramError) as exc:
            logger.info("the confusion matrix was not sent: %s", exc)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a retraining is not followed any more", exc_info=error)

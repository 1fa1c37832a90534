"""Following a retraining in the background: one message for each admin, changed as it goes on."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session
from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.admin.retraining.process import Trainer
from bot.admin.retraining.wording import end_buttons, end_text, progress_text
from bot.process.cancelling import end_all
from bot.process.database_thread import Records
from bot.speech.messages import is_gone
from bot.speech.preferences import People
from dataset.errors import DatabaseError
from dataset.examples import labels
from dataset.storage import notes
from dataset.storage.schema import Retraining, RetrainingStatus, utc_now
from languages.catalogue import Words

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")

_EDIT_EVERY_S = 2.5
"""Telegram slows a bot down that edits more often."""
_FOLLOWED = "following:"
"""With a retraining's id: the note of the messages about it, until the admins know its end."""
_NOTED_FOR = timedelta(days=30)
_CONFUSION = Path("report") / "confusion_gate.png"


class Follower:
    """Follows retrainings in the background, each in one message per admin who asked."""

    def __init__(
        self,
        bot: ExtBot[int],
        trainer: Trainer,
        records: Records,
        people: People,
        admins: Iterable[int],
        models_dir: Path,
        *,
        called: Callable[[str, Words], str] = lambda label, _words: label,
        again_after_s: float = 5.0,
    ) -> None:
        """`called` is what the model in use calls a label. `again_after_s`: while the database
        fails, for a look at it."""
        self._bot = bot
        self._trainer = trainer
        self._records = records
        self._people = people
        self._admins = tuple(sorted(admins))
        self._models_dir = models_dir
        self._called = called
        self._again_after_s = again_after_s
        self._tasks: dict[asyncio.Task[None], int] = {}

    def begin(self, row_id: int, *, asked_by: int | None) -> None:
        """Follow a retraining to its end; the person who asked sees its progress, all admins its
        end."""
        self._begin(row_id, asked_by, noted=False)

    def _begin(self, row_id: int, asked_by: int | None, *, noted: bool) -> None:
        task = asyncio.create_task(self._follow(row_id, asked_by, noted=noted))
        self._tasks[task] = row_id
        task.add_done_callback(self._done)

    async def take_up(self) -> None:
        """Follow what an earlier run of the bot left under way, or did not tell the end of."""
        row = await self._trainer.under_way()
        left = await self._records.read(lambda session: notes.names(session, _FOLLOWED))
        ids = {int(name.removeprefix(_FOLLOWED)) for name in left}
        for row_id in sorted(ids | ({row.id} if row is not None else set())):
            asked_by = row.requested_by if row is not None and row.id == row_id else None
            self._begin(row_id, asked_by, noted=row_id in ids)

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

    async def _follow(self, row_id: int, asked_by: int | None, *, noted: bool) -> None:
        sent = await self._surely(
            lambda: self._records.write(lambda session: _take_up(session, row_id, noted=noted))
        )
        if sent is None:  # another process has told the end meanwhile
            return
        edited_at = 0.0

        async def show(row: Retraining) -> None:
            nonlocal edited_at
            if sent and time.monotonic() - edited_at < _EDIT_EVERY_S:
                return
            edited_at = time.monotonic()
            known = len(sent)
            for admin in sent.keys() | ({asked_by} if asked_by is not None else set()):
                words = await self._people.words_of(admin)
                await self._put(sent, admin, progress_text(row, words))
            if len(sent) > known:
                await self._records.write(lambda session: _note(session, row_id, sent))

        row = await self._surely(lambda: self._trainer.follow(row_id, show))
        followed = await self._surely(
            lambda: self._records.write(lambda session: notes.take(session, _name_of(row_id)))
        )
        if followed is None:  # another process has told the end
            return
        said = await self._surely(lambda: self._records.read(labels.texts))
        for admin in self._admins:
            words = await self._people.words_of(admin)

            def name(label: str, words: Words = words) -> str:
                own = said[label].names.get(words.language) if label in said else None
                return own or self._called(label, words)

            text, buttons = end_text(row, words, name), end_buttons(row, words)
            await self._put(sent, admin, text, buttons, over=True)
            await self._send_confusion(admin, row, words)

    async def _surely(self, work: Callable[[], Awaitable[_Result]]) -> _Result:
        while True:
            try:
                return await work()
            except DatabaseError as exc:
                logger.warning("a retraining is out of sight for a moment: %s", exc)
                await asyncio.sleep(self._again_after_s)

    async def _put(
        self,
        sent: dict[int, int],
        admin: int,
        text: str,
        buttons: InlineKeyboardMarkup | None = None,
        *,
        over: bool = False,
    ) -> None:
        """Send the message, or change it where it has been sent; `sent` holds its id by admin.

        Where that one is gone, an admin still learns that the retraining is `over`.
        """
        try:
            if admin in sent:
                await self._bot.edit_message_text(
                    text, chat_id=admin, message_id=sent[admin], reply_markup=buttons
                )
            else:
                message = await self._bot.send_message(admin, text, reply_markup=buttons)
                sent[admin] = message.message_id
        except BadRequest as exc:
            if over and admin in sent and is_gone(exc):
                del sent[admin]
                await self._put(sent, admin, text, buttons, over=True)
            else:
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


def _name_of(row_id: int) -> str:
    return f"{_FOLLOWED}{row_id}"


def _note(session: Session, row_id: int, sent: dict[int, int]) -> None:
    notes.write(session, _name_of(row_id), json.dumps(sent), until=utc_now() + _NOTED_FOR)


def _take_up(session: Session, row_id: int, *, noted: bool) -> dict[int, int] | None:
    """The messages about a retraining that were sent before, by admin; it is followed now. None
    where it was `noted`, and is no more."""
    before = notes.read(session, _name_of(row_id))
    if before is None and noted:
        return None
    if before is None:
        _note(session, row_id, {})
        return {}
    return {int(admin): message_id for admin, message_id in json.loads(before).items()}

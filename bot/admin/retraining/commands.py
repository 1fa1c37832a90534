"""/retrain and /cancel for admins: one message follows the run from its start to its figures."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.admin.access import admitted
from bot.admin.retraining.process import OnProgress, Trainer
from bot.chat.context import Context
from bot.errors import TrainingUnavailable
from bot.speech.callback_data import button, pattern, read
from bot.speech.language import Words, share
from bot.speech.messages import edit_text, reply, toast
from bot.speech.preferences import People
from dataset.errors import DatabaseError, RetrainingActive
from dataset.storage import audit
from dataset.storage.schema import Retraining, RetrainingStatus, utc_now

logger = logging.getLogger(__name__)

PRESSES = pattern("force", "stopasking")

_EDIT_EVERY_S = 2.5
"""Telegram slows a bot down that edits more often."""
_BAR = 12
STAGES = (
    "waiting",
    "folding",
    "features",
    "training",
    "exporting",
    "deciding",
    "replaying",
    "publishing",
)
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
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

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


async def retrain(update: Update, context: Context) -> None:
    """/retrain [force]: start one; `force` publishes even against the gate, after a question."""
    message, person = update.message, update.effective_user
    assert message is not None
    assert person is not None
    if not await admitted(update, context, "retrain"):
        return
    words = await context.words(person)
    try:
        await context.services.trainer.check()
    except TrainingUnavailable as exc:
        await reply(context.bot, message, words(exc.message_id, **exc.values))
        return
    if context.args and context.args[0].lower() == "force":
        keys = [
            [button(words("button-force"), person.id, "force")],
            [button(words("button-cancel"), person.id, "stopasking")],
        ]
        await reply(context.bot, message, words("retrain-force-ask"), InlineKeyboardMarkup(keys))
        return
    refused = await _start(context, person.id, words, force=False)
    if refused is not None:
        await reply(context.bot, message, refused)


async def cancel(update: Update, context: Context) -> None:
    """/cancel: ask the retraining under way to stop."""
    message, person = update.message, update.effective_user
    assert message is not None
    assert person is not None
    if not await admitted(update, context, "cancel"):
        return
    words = await context.words(person)
    row = await context.services.trainer.cancel()
    if row is not None:
        await _audit(context, person.id, "retrain_cancel", f"retraining:{row.id}")
    await reply(context.bot, message, words("cancel-none" if row is None else "cancel-asked"))


async def press(update: Update, context: Context) -> None:
    """The confirmation of /retrain force."""
    query = update.callback_query
    assert query is not None
    pressed = read(query.data)
    if not await admitted(update, context, "retrain") or pressed is None:
        return
    words = await context.words(query.from_user)
    await toast(query)
    if pressed.verb == "stopasking":
        await edit_text(query, words("retrain-not-forced"))
    elif pressed.verb == "force":
        await _force(context, query, words)


async def _force(context: Context, query: CallbackQuery, words: Words) -> None:
    refused = await _start(context, query.from_user.id, words, force=True)
    await edit_text(query, refused or words("retrain-forced"))


async def _start(context: Context, admin: int, words: Words, *, force: bool) -> str | None:
    """Start a retraining; the sentence to say instead, when it cannot be."""
    services = context.services
    try:
        row_id = await services.trainer.request(trigger="command", requested_by=admin, force=force)
    except RetrainingActive:
        row = await services.trainer.under_way()
        if row is None:
            return words("retrain-try-again")
        return f"{words('retrain-active')}\n{progress_text(row, words)}"
    except TrainingUnavailable as exc:
        return words(exc.message_id, **exc.values)
    action = "retrain_force" if force else "retrain"
    await _audit(context, admin, action, f"retraining:{row_id}")
    services.follower.begin(row_id, asked_by=admin)
    return None


def progress_text(row: Retraining, words: Words) -> str:
    """A retraining's progress: stage, bar and remaining time."""
    stage = row.stage if row.stage in STAGES else "starting"
    if row.status is RetrainingStatus.REQUESTED:
        stage = "waiting"
    full = round(row.progress * _BAR)
    bar = "▰" * full + "▱" * (_BAR - full)
    lines = [words("retrain-progress", stage=words(f"stage-{stage}")), f"{bar} {row.progress:.0%}"]
    if row.started_at is not None and row.progress >= 0.05:
        elapsed_s = (utc_now() - row.started_at).total_seconds()
        remaining_s = elapsed_s * (1 - row.progress) / row.progress
        lines.append(words("retrain-remaining", seconds=max(1, round(remaining_s))))
    return "\n".join(lines)


def end_text(row: Retraining, words: Words) -> str:
    """A retraining's outcome, with the figures before and after."""
    lines = [words(f"retrain-{row.status.value.replace('_', '-')}", version=row.candidate or "–")]
    lines += _figures(row.metrics or {}, words)
    lines += [text for text in (row.reason, row.blind_spot) if text]
    return "\n".join(lines)


def _figures(metrics: dict[str, Any], words: Words) -> list[str]:
    before, after = metrics.get("champion"), metrics.get("candidate")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    return [
        words(
            "retrain-figures",
            before=share(float(before["accuracy"])),
            after=share(float(after["accuracy"])),
            photos=int(after["n"]),
        )
    ]


def end_buttons(row: Retraining, words: Words) -> InlineKeyboardMarkup | None:
    """A way back, when a model was published."""
    if row.status is not RetrainingStatus.PUBLISHED:
        return None
    return InlineKeyboardMarkup([[button(words("button-rollback"), row.id, "goback")]])


async def _audit(context: Context, actor_id: int, action: str, subject: str) -> None:
    await context.services.records.write(
        lambda session: audit.record(session, actor_id=actor_id, action=action, subject=subject)
    )

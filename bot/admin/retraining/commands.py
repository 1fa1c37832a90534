"""/retrain and /cancel for admins: one message follows the run from its start to its figures."""

from __future__ import annotations

import logging
from collections.abc import Callable

from telegram import CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, Update

from bot.admin.access import admitted
from bot.admin.retraining.following import Follower
from bot.admin.retraining.process import Trainer
from bot.admin.retraining.wording import progress_text
from bot.chat.context import Context
from bot.chat.feature import Buttons, Command, Feature, Menu
from bot.errors import TrainingUnavailable
from bot.speech.callback_data import button, pattern, read
from bot.speech.messages import edit_buttons, edit_text, reply, toast
from dataset.errors import RetrainingActive
from dataset.examples import retrainings
from dataset.storage import audit
from languages.catalogue import Words

logger = logging.getLogger(__name__)

PRESSES = pattern("force", "stopasking", "doubted", "retrain")


class Retraining:
    """Starts and stops retrainings for admins."""

    def __init__(
        self, trainer: Trainer, follower: Follower, review_link: Callable[[int, str], str]
    ) -> None:
        """`review_link` makes a one-time link for a reviewer that opens a page."""
        self._review_link = review_link
        self._trainer = trainer
        self._follower = follower

    @property
    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command("retrain", self.retrain, (Menu.ADMINS,)),
                Command("cancel", self.cancel, (Menu.ADMINS,)),
            ),
            buttons=(Buttons(PRESSES, self.press),),
        )

    async def retrain(self, update: Update, context: Context) -> None:
        """/retrain [force]: start one; `force` publishes against the gate, after a question."""
        message, person, words = await context.asked(update)
        if not await admitted(update, context, "retrain"):
            return
        try:
            await self._trainer.check()
        except TrainingUnavailable as exc:
            await reply(context.bot, message, words(exc.message_id, **exc.values))
            return
        if context.args and context.args[0].lower() == "force":
            keys = [
                [button(words("button-force"), person.id, "force")],
                [button(words("button-cancel"), person.id, "stopasking")],
            ]
            await reply(
                context.bot, message, words("retrain-force-ask"), InlineKeyboardMarkup(keys)
            )
            return
        refused = await self._start(context, person.id, words, force=False)
        if refused is not None:
            await reply(context.bot, message, refused)

    async def cancel(self, update: Update, context: Context) -> None:
        """/cancel: ask the retraining under way to stop."""
        message, person, words = await context.asked(update)
        if not await admitted(update, context, "cancel"):
            return
        row = await self._trainer.cancel()
        if row is not None:
            await _audit(context, person.id, "retrain_cancel", f"retraining:{row.id}")
        await reply(context.bot, message, words("cancel-none" if row is None else "cancel-asked"))

    async def press(self, update: Update, context: Context) -> None:
        """The confirmation of /retrain force, the way to what a retraining found, and a lesson's
        end."""
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
            await self._force(context, query, words)
        elif pressed.verb == "retrain":
            await self._start_by_button(context, query, words)
        elif pressed.verb == "doubted":
            await self._show(context, query.from_user.id, pressed.id, words)

    async def _show(self, context: Context, admin: int, row_id: int, words: Words) -> None:
        """A link to the photos that a retraining set aside, or that its candidate lost."""
        services = context.services
        row = await services.records.read(lambda session: retrainings.seen(session, row_id))
        found = (row.metrics or {}).get("set_aside")
        page = "suspicions?suspicion=set_aside" if found else f"retrainings/{row_id}"
        await context.bot.send_message(
            admin,
            words(
                "review-link",
                link=self._review_link(admin, page),
                minutes=str(services.settings.review_link_minutes),
            ),
            # Telegram would fetch the page for its preview, before the reviewer does.
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    async def _start_by_button(self, context: Context, query: CallbackQuery, words: Words) -> None:
        try:
            await self._trainer.check()
            refused = await self._start(context, query.from_user.id, words, force=False)
        except TrainingUnavailable as exc:
            refused = words(exc.message_id, **exc.values)
        await edit_buttons(query, None)
        if refused is not None:
            await context.bot.send_message(query.from_user.id, refused)

    async def _force(self, context: Context, query: CallbackQuery, words: Words) -> None:
        refused = await self._start(context, query.from_user.id, words, force=True)
        await edit_text(query, refused or words("retrain-forced"))

    async def _start(
        self, context: Context, admin: int, words: Words, *, force: bool
    ) -> str | None:
        """Start a retraining; the sentence to say instead, when it cannot be."""
        try:
            row_id = await self._trainer.request(trigger="command", requested_by=admin, force=force)
        except RetrainingActive:
            row = await self._trainer.under_way()
            if row is None:
                return words("retrain-try-again")
            return f"{words('retrain-active')}\n{progress_text(row, words)}"
        except TrainingUnavailable as exc:
            return words(exc.message_id, **exc.values)
        action = "retrain_force" if force else "retrain"
        await _audit(context, admin, action, f"retraining:{row_id}")
        self._follower.begin(row_id, asked_by=admin)
        return None


async def _audit(context: Context, actor_id: int, action: str, subject: str) -> None:
    await context.services.records.write(
        lambda session: audit.record(session, actor_id=actor_id, action=action, subject=subject)
    )

"""/models and /rollback for admins: which model answers, and going back to another."""

from __future__ import annotations

import asyncio
import logging

from telegram import Update

from bot.admin.access import admitted
from bot.chat.context import Context
from bot.chat.feature import Buttons, Command, Feature, Menu
from bot.speech.callback_data import pattern, read
from bot.speech.messages import edit_buttons, reply, toast
from dataset.errors import NotFoundError
from dataset.examples import retrainings
from dataset.storage import audit
from languages.catalogue import Words, share
from models.errors import ModelsError, UnknownVersion
from models.registry.local import Listed, Registry

logger = logging.getLogger(__name__)

PUT_BACK = "putback"
"""The verb under the alert of an automatic rollback; its id is the retraining's."""

PRESSES = pattern("goback", PUT_BACK)

_MOST_LISTED = 12


class ModelVersions:
    """Lists the published models and goes back to earlier ones."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    @property
    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command("models", self.models, (Menu.ADMINS,)),
                Command("rollback", self.rollback, (Menu.ADMINS,)),
            ),
            buttons=(Buttons(PRESSES, self.press),),
        )

    async def models(self, update: Update, context: Context) -> None:
        """/models: the published models, newest last, and which of them answers."""
        message, _, words = await context.asked(update)
        if not await admitted(update, context, "models"):
            return
        listed = await asyncio.to_thread(self._registry.versions)
        lines = [_line(one, words) for one in listed[-_MOST_LISTED:]]
        await reply(context.bot, message, "\n".join([words("models-title"), *lines]))

    async def rollback(self, update: Update, context: Context) -> None:
        """/rollback [VERSION]: let an earlier model answer, by default the one before."""
        message, person, words = await context.asked(update)
        if await admitted(update, context, "rollback"):
            version = context.args[0] if context.args else None
            await reply(
                context.bot, message, await self._go_back(context, person.id, version, words)
            )

    async def press(self, update: Update, context: Context) -> None:
        """*Roll back* under a retraining's figures: to the champion that it replaced. *Put it back*
        under the alert of an automatic rollback: to the candidate again."""
        query = update.callback_query
        assert query is not None
        pressed = read(query.data)
        if not await admitted(update, context, "rollback") or pressed is None:
            return
        words = await context.words(query.from_user)
        try:
            row = await context.services.records.read(
                lambda session: retrainings.seen(session, pressed.id)
            )
        except NotFoundError:
            await toast(query, words("old-button"))
            return
        left, wanted = row.candidate, row.champion
        if pressed.verb == PUT_BACK:
            left, wanted = wanted, left
        # What is published counts: the bot itself may not have followed yet.
        if left != await asyncio.to_thread(self._registry.current_version):
            await toast(query, words("rollback-not-current"))
            await edit_buttons(query, None)
            return
        await toast(query)
        text = await self._go_back(context, query.from_user.id, wanted, words)
        await edit_buttons(query, None)
        await context.bot.send_message(query.from_user.id, text)

    async def _go_back(
        self, context: Context, admin: int, version: str | None, words: Words
    ) -> str:
        registry = self._registry
        try:
            now = await asyncio.to_thread(registry.rollback, version)
        except UnknownVersion:
            return words("rollback-unknown")
        except ModelsError as exc:
            return words("rollback-refused", reason=str(exc))
        await context.services.records.write(
            lambda session: audit.record(
                session, actor_id=admin, action="rollback", subject=f"model:{now}"
            )
        )
        return words("rollback-done", version=now)


def _line(one: Listed, words: Words) -> str:
    mark = "▶" if one.is_current else "•"
    if one.manifest is None:
        return f"{mark} {one.version}: {words('models-unreadable')}"
    accuracy = one.manifest.metrics.get("accuracy")
    photos = one.manifest.metrics.get("n")
    figures = ""
    if isinstance(accuracy, (int, float)) and isinstance(photos, int):
        figures = words("models-figures", share=share(accuracy), photos=photos)
    return f"{mark} {one.version} {figures}".rstrip()

"""Consent: asked once when it matters, shown by /privacy, ended by a button or by /forget."""

from __future__ import annotations

import tempfile
from typing import IO

from sqlalchemy.orm import Session
from telegram import InlineKeyboardMarkup, InputFile, Message, Update, User
from telegram.constants import ChatType

from bot.chat.context import Context
from bot.chat.erasing import Eraser
from bot.chat.feature import Buttons, Command, Feature
from bot.speech.callback_data import button, pattern, read
from bot.speech.messages import edit_text, reply, toast
from dataset.conversation import people as stored_people
from dataset.photos.store import PhotoStore
from dataset.privacy import consents
from dataset.privacy.exporting import export
from dataset.privacy.forgetting import forget
from languages.catalogue import Words

NOTICE_VERSION = "2026-11-27"
"""Version of the words in `consent-ask` and `privacy-rights`; new words are a new notice."""

PRESSES = pattern("keep", "dontkeep", "withdraw", "forget", "dontforget")

_MOST_SENT_BYTES = 49 * 2**20
_IN_MEMORY_BYTES = 2 * 2**20


async def ask_once(context: Context, message: Message, person: User, words: Words) -> None:
    """Ask for consent, unless this person was asked before or has agreed."""

    def is_due(session: Session) -> bool:
        if consents.current(session, person.id) is not None:
            return False
        return stored_people.mark_consent_asked(session, person.id)

    if await context.services.records.write(is_due):
        keep = button(words("button-keep"), person.id, "keep")
        dont = button(words("button-dont-keep"), person.id, "dontkeep")
        await reply(
            context.bot, message, words("consent-ask"), InlineKeyboardMarkup([[keep], [dont]])
        )


async def privacy(update: Update, context: Context) -> None:
    """/privacy: whether the bot keeps photos, under which notice, and the person's choices."""
    message, person, words = await context.asked(update)
    standing = await context.services.records.read(
        lambda session: consents.current(session, person.id)
    )
    if standing is None:
        state = words("privacy-not-keeping", version=NOTICE_VERSION)
        choice = button(words("button-keep"), person.id, "keep")
    else:
        granted = words.day(standing.granted_at.date())
        state = words("privacy-keeping", version=standing.notice_version, date=granted)
        choice = button(words("button-withdraw"), person.id, "withdraw")
    text = f"{state}\n\n{words('privacy-rights')}"
    await reply(context.bot, message, text, InlineKeyboardMarkup([[choice]]))


async def ask_to_forget(update: Update, context: Context) -> None:
    """/forget: ask before deleting everything; only where nobody else can press."""
    message, person, words = await context.asked(update)
    if message.chat.type != ChatType.PRIVATE:
        await reply(context.bot, message, words("private-only"))
        return
    yes = button(words("button-forget"), person.id, "forget")
    no = button(words("button-cancel"), person.id, "dontforget")
    await reply(context.bot, message, words("forget-ask"), InlineKeyboardMarkup([[yes], [no]]))


class OwnData:
    """What people do with what is kept of them: take it with them, or have it forgotten."""

    def __init__(self, store: PhotoStore, eraser: Eraser) -> None:
        self._store = store
        self._eraser = eraser

    @property
    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command("privacy", privacy),
                Command("export", self.export_data),
                Command("forget", ask_to_forget),
            ),
            buttons=(Buttons(PRESSES, self.press),),
        )

    async def export_data(self, update: Update, context: Context) -> None:
        """/export: all data about this person, as a ZIP."""
        message, person, words = await context.asked(update)
        services = context.services
        if message.chat.type != ChatType.PRIVATE:
            await reply(context.bot, message, words("private-only"))
            return
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as file:
            sink: IO[bytes] = file
            await services.records.read_aside(
                lambda session: export(session, self._store, person.id, sink)
            )
            size_bytes = file.tell()
            if size_bytes > _MOST_SENT_BYTES:
                megabytes = str(size_bytes // 2**20)
                await reply(context.bot, message, words("export-too-large", megabytes=megabytes))
                return
            file.seek(0)
            await context.bot.send_document(
                message.chat_id,
                InputFile(file.read(), filename="bear-detector-export.zip"),
                caption=words("export-caption"),
            )

    async def press(self, update: Update, context: Context) -> None:
        """A button under one of this module's questions; each is for one person alone."""
        query = update.callback_query
        assert query is not None
        words = await context.words(query.from_user)
        pressed = read(query.data)
        if pressed is None or pressed.id != query.from_user.id:
            await toast(query, words("not-your-button"))
            return
        await toast(query)
        if pressed.verb == "forget":
            outcome = await self._forget(context, update.update_id, query.from_user.id, words)
        else:
            outcome = await _carry_out(context, query.from_user.id, pressed.verb, words)
        await edit_text(query, outcome)

    async def _forget(self, context: Context, update_id: int, user_id: int, words: Words) -> str:
        """Forget a person; the message reports only what is done."""
        services = context.services
        gone = await services.records.write_aside(
            lambda session: forget(session, self._store, user_id)
        )
        services.people.forget(user_id)
        self._eraser.soon(update_id, left=len(gone.left))
        # On a retry everything is forgotten already, and the store may still not answer.
        left = len(gone.left) or (self._eraser.left if services.inbox.is_again(update_id) else 0)
        counts = {"claims": gone.claims, "predictions": gone.predictions}
        if left:
            return words("forget-pending", photos=left, **counts)
        return words("forget-done", photos=gone.photos, **counts)


async def _carry_out(context: Context, user_id: int, verb: str, words: Words) -> str:
    services = context.services
    if verb == "keep":
        await services.records.write(
            lambda session: consents.grant(session, user_id, NOTICE_VERSION)
        )
        services.keeper.sweep_soon(user_id)
        return words("consent-yes")
    if verb == "withdraw":
        await services.records.write(lambda session: consents.withdraw(session, user_id))
        return words("consent-stopped")
    return words("consent-no" if verb == "dontkeep" else "forget-cancelled")

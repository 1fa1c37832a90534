"""Fallback handlers: unknown commands, stale buttons, messages without a photo."""

from __future__ import annotations

from telegram import Update

from bot.chat.context import Context
from bot.chat.corrections.plain_words import take_plain_words
from bot.chat.photos import sentence_for
from bot.classifying.photo_message import photo_in
from bot.speech.addressing import sender_of
from bot.speech.messages import reply, toast
from dataset.storage import audit


async def no_photo(update: Update, context: Context) -> None:
    """Anything but a photo or a correction, in a private chat."""
    message = update.message
    assert message is not None
    if await take_plain_words(update, context):
        return
    words = await context.words(sender_of(message))
    found = photo_in(message)
    sentence = found if isinstance(found, str) else "no-photo-other"
    await reply(context.bot, message, sentence_for(sentence, words))


async def command(update: Update, context: Context) -> None:
    """An unknown command, in a private chat."""
    message = update.message
    assert message is not None
    words = await context.words(sender_of(message))
    await reply(context.bot, message, words("unknown-command"))


async def press(update: Update, context: Context) -> None:
    """A button that the bot never made, or made in another version."""
    query = update.callback_query
    assert query is not None
    await context.services.records.write(
        lambda session: audit.attempt(
            session,
            actor_id=query.from_user.id,
            action="forged_press",
            details={"data": (query.data or "")[:64]},
        )
    )
    words = await context.words(query.from_user)
    await toast(query, words("old-button"))

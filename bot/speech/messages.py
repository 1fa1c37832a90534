"""Sending and editing, with what every message of the bot has in common."""

from __future__ import annotations

from telegram import (
    CallbackQuery,
    InlineKeyboardMarkup,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest
from telegram.ext import ExtBot

_UNCHANGED = ("not modified",)
_GONE = ("message to edit not found", "can't be edited", "message_id_invalid")


async def reply(
    bot: ExtBot[int],
    message: Message,
    text: str,
    buttons: InlineKeyboardMarkup | None = None,
) -> Message:
    """Answer a message; also when it was deleted meanwhile."""
    return await bot.send_message(
        message.chat_id,
        text,
        reply_markup=buttons,
        reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
    )


async def toast(query: CallbackQuery, text: str | None = None) -> None:
    """Answer a press. One that comes late, after a fault or a restart, can be answered no more."""
    try:
        await query.answer(text)
    except BadRequest as exc:
        if "query is too old" not in str(exc).lower():
            raise


async def edit_text(
    query: CallbackQuery, text: str, buttons: InlineKeyboardMarkup | None = None
) -> None:
    """Change the message under the pressed button; a second press may find it changed already.

    Where the message is gone, or too old to be changed, the text is said below.
    """
    if not isinstance(query.message, Message):
        return
    try:
        await query.edit_message_text(text, reply_markup=buttons)
    except BadRequest as exc:
        if _says(exc, _GONE):
            await query.get_bot().send_message(query.message.chat.id, text, reply_markup=buttons)
        elif not _says(exc, _UNCHANGED):
            raise


async def edit_buttons(query: CallbackQuery, buttons: InlineKeyboardMarkup | None) -> None:
    """Change only the buttons of that message, if it is still there."""
    if not isinstance(query.message, Message):
        return
    try:
        await query.edit_message_reply_markup(buttons)
    except BadRequest as exc:
        if not _says(exc, (*_GONE, *_UNCHANGED)):
            raise


def _says(error: BadRequest, phrases: tuple[str, ...]) -> bool:
    """Whether Telegram's words hold one of these."""
    said = str(error).lower()
    return any(phrase in said for phrase in phrases)

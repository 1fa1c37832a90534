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

_HARMLESS = ("not modified", "message to edit not found", "can't be edited")


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
    """Change the message under the pressed button; a second press may find it changed already."""
    try:
        await query.edit_message_text(text, reply_markup=buttons)
    except BadRequest as exc:
        if not any(words in str(exc).lower() for words in _HARMLESS):
            raise


async def edit_buttons(query: CallbackQuery, buttons: InlineKeyboardMarkup | None) -> None:
    """Change only the buttons of that message."""
    try:
        await query.edit_message_reply_markup(buttons)
    except BadRequest as exc:
        if not any(words in str(exc).lower() for words in _HARMLESS):
            raise

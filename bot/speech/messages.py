"""Sending and editing, with what every message of the bot has in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from telegram import (
    CallbackQuery,
    InlineKeyboardMarkup,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated
from telegram.ext import ExtBot

from bot.speech.addressing import topic_of

_MOST_TEXT = 4096
_MOST_TOAST = 200
"""Telegram's limits, in UTF-16 units."""

_answered: ContextVar[str] = ContextVar("answered", default="")
"""The press that was answered while the present update was worked on."""

_UNCHANGED = ("not modified",)
_GONE = ("message to edit not found", "can't be edited", "message_id_invalid")


async def reply(
    bot: ExtBot[int],
    message: Message,
    text: str,
    buttons: InlineKeyboardMarkup | None = None,
) -> Message:
    """Reply to a message, even if it was deleted meanwhile.

    A text that is too long for one message becomes several; the last has the buttons.
    """
    to = reply_to(message)
    *before, last = parts_of(text)
    for part in before:
        await bot.send_message(message.chat_id, part, **to)
    return await bot.send_message(message.chat_id, last, reply_markup=buttons, **to)


def reply_to(message: Message) -> dict[str, Any]:
    """The options of a sending that replies to this message, in its topic even if it is gone."""
    parameters = ReplyParameters(message.message_id, allow_sending_without_reply=True)
    return {"reply_parameters": parameters, "message_thread_id": topic_of(message)}


async def toast(query: CallbackQuery, text: str | None = None) -> bool:
    """Answer a press; False when it can be answered no more: it was already, or comes late, after
    a fault or a restart."""
    if _answered.get() == query.id:
        return False
    try:
        await query.answer(text and shortened(text, _MOST_TOAST))
    except BadRequest as exc:
        if "query is too old" not in str(exc).lower():
            raise
        return False
    _answered.set(query.id)
    return True


async def edit_text(
    query: CallbackQuery, text: str, buttons: InlineKeyboardMarkup | None = None
) -> None:
    """Change the message under the pressed button; a second press may find it changed already.

    If the message is gone or too old to change, send the text as a new message.
    """
    if not isinstance(query.message, Message):
        return
    message = query.message
    try:
        await query.edit_message_text(shortened(text, _MOST_TEXT), reply_markup=buttons)
    except (BadRequest, ChatMigrated) as exc:
        if isinstance(exc, ChatMigrated) or _says(exc, _GONE):
            await query.get_bot().send_message(
                message.chat.id, text, reply_markup=buttons, message_thread_id=topic_of(message)
            )
        elif not _says(exc, _UNCHANGED):
            raise


def is_gone(exc: BadRequest) -> bool:
    """Whether the message that was to be changed is deleted, or too old to be changed."""
    return _says(exc, _GONE)


async def edit_buttons(query: CallbackQuery, buttons: InlineKeyboardMarkup | None) -> None:
    """Change only the buttons of that message, if it is still there."""
    if not isinstance(query.message, Message):
        return
    try:
        await query.edit_message_reply_markup(buttons)
    except ChatMigrated:
        return
    except BadRequest as exc:
        if not _says(exc, (*_GONE, *_UNCHANGED)):
            raise


def _says(error: BadRequest, phrases: tuple[str, ...]) -> bool:
    """Whether Telegram's words contain one of these."""
    said = str(error).lower()
    return any(phrase in said for phrase in phrases)


def parts_of(text: str) -> list[str]:
    """The text in parts that each fit into a message, divided between lines where possible."""
    parts = [""]
    for line in _pieces(text):
        if _units(parts[-1]) + _units(line) > _MOST_TEXT and parts[-1]:
            parts.append("")
        parts[-1] += line
    return [part.rstrip("\n") for part in parts if part.strip()] or [text]


def shortened(text: str, most: int) -> str:
    """The text, cut with a dot, dot, dot to at most so many UTF-16 units."""
    if _units(text) <= most:
        return text
    cut = text.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", errors="ignore")
    return f"{cut}…"


def _pieces(text: str) -> Iterator[str]:
    """The lines with their ends, and of one that is too long by itself pieces."""
    for line in text.splitlines(keepends=True):
        while _units(line) > _MOST_TEXT:
            piece = shortened(line, _MOST_TEXT)[:-1]
            yield piece
            line = line[len(piece) :]
        yield line


def _units(text: str) -> int:
    """How Telegram counts."""
    return len(text.encode("utf-16-le")) // 2

"""When a handler fails: retry passing faults, record others, and never show a traceback."""

from __future__ import annotations

import logging
import secrets

from telegram import Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    RetryAfter,
    TelegramError,
)

from bot.chat.context import Context
from bot.connection.pace import seconds_of
from bot.connection.passing import will_pass
from bot.speech.addressing import person_of
from bot.speech.messages import reply, toast

logger = logging.getLogger(__name__)


# Telegram's wordings for which PTB has no type.
_CLOSED = (
    "chat not found",
    "chat_write_forbidden",
    "chat_restricted",
    "group chat was deactivated",
    "have no rights to send",
    "not enough rights to send",
    "topic_closed",
    "message thread not found",
    "peer_id_invalid",
    "user_is_blocked",
)


async def handle_error(update: object, context: Context) -> None:
    error = context.error
    assert error is not None
    if isinstance(update, Update) and will_pass(error):
        logger.warning("update %d is tried again: %s", update.update_id, error)
        wait_s = seconds_of(error) if isinstance(error, RetryAfter) else 0.0
        context.services.inbox.postpone(update.update_id, wait_s=wait_s)
    elif _is_unreachable(error):
        logger.info("the bot can no longer write to a person: %s", error)
    elif will_pass(error):
        logger.warning("a passing fault: %s", error)
    else:
        await _give_reference(update, context, error)


def _is_unreachable(error: BaseException) -> bool:
    """Whether Telegram lets nobody, or not this bot, write to that chat."""
    if isinstance(error, BadRequest):
        said = str(error).lower()
        return any(words in said for words in _CLOSED)
    return isinstance(error, (Forbidden, ChatMigrated))


async def _give_reference(update: object, context: Context, error: BaseException) -> None:
    """Log the error under a number and tell the person the number, nothing else."""
    reference = secrets.token_hex(4).upper()
    context.services.metrics.mishaps.inc()
    logger.error("mishap %s in %s", reference, _describe(update), exc_info=error)
    if not isinstance(update, Update):
        return
    try:
        words = await context.words(person_of(update))
        text = words("mishap", reference=reference)
        query, message = update.callback_query, update.effective_message
        # A press that was answered before something failed has nothing more to show.
        if (query is None or not await toast(query, text)) and message is not None:
            await reply(context.bot, message, text)
    except TelegramError as exc:
        logger.warning("could not tell a person of mishap %s: %s", reference, exc)


def _describe(update: object) -> str:
    """Which update it was, without what somebody wrote in it."""
    if not isinstance(update, Update):
        return "a job"
    chat = update.effective_chat
    return f"update {update.update_id} of chat {chat.id if chat else 'unknown'}"

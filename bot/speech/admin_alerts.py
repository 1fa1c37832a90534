"""Alerts: messages to admins that they did not ask for."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.speech.language import Value
from bot.speech.preferences import People

logger = logging.getLogger(__name__)


async def tell_admins(
    bot: ExtBot[int],
    people: People,
    admins: Iterable[int],
    message_id: str,
    **values: Value,
) -> None:
    """Send every admin a message of the catalogue; an unreachable admin does not stop the
    others."""
    for admin in sorted(admins):
        words = await people.words_of(admin)
        try:
            await bot.send_message(admin, words(message_id, **values))
        except TelegramError as exc:
            logger.warning("admin %d got no message: %s", admin, exc)

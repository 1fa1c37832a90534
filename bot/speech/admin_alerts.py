"""Alerts: messages to admins that they did not ask for."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.speech.callback_data import button
from bot.speech.preferences import People
from languages.catalogue import Value

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Offer:
    """A button under an alert: what it says in the catalogue, and its callback data."""

    message_id: str
    about: int
    verb: str


async def tell_admins(
    bot: ExtBot[int],
    people: People,
    admins: Iterable[int],
    message_id: str,
    offer: Offer | None = None,
    /,
    **values: Value,
) -> None:
    """Send every admin a message of the catalogue; an unreachable admin does not stop the
    others."""
    for admin in sorted(admins):
        words = await people.words_of(admin)
        try:
            buttons = None
            if offer is not None:
                pressable = button(words(offer.message_id), offer.about, offer.verb)
                buttons = InlineKeyboardMarkup([[pressable]])
            await bot.send_message(admin, words(message_id, **values), reply_markup=buttons)
        except TelegramError as exc:
            logger.warning("admin %d got no message: %s", admin, exc)

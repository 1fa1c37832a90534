"""Which answers a message means: those it replies to, else that to the person's last photo."""

from __future__ import annotations

from sqlalchemy.orm import Session
from telegram import Message

from bot.chat.context import Context
from bot.speech.addressing import (
    is_about_elsewhere,
    is_private,
    replied_to,
    replies_to_bot,
    sender_of,
)
from bot.speech.callback_data import Press, read
from dataset.conversation import predictions as stored
from dataset.storage.schema import Prediction

ABOUT_ANSWERS = ("right", "wrong", "label", "none", "other", "back", "undo", "allright")
"""Verbs of buttons under answers and under questions about them: their id is an answer's."""


async def meant_by(context: Context, message: Message) -> list[Prediction]:
    """The predictions that a message may mean; several only for an album."""
    if is_about_elsewhere(message):
        return []
    chat_id, replied, person = message.chat_id, replied_to(message), sender_of(message)

    def find(session: Session) -> list[Prediction]:
        if replied is not None:
            found = stored.find_predictions(session, chat_id, replied.message_id)
            return found or _asked_about(session, message)
        last = None if person is None else stored.last_prediction(session, chat_id, person.id)
        if last is None:
            return []
        if last.album_position is None or last.answer_message_id is None:
            return [last]
        return stored.find_predictions(session, chat_id, last.answer_message_id)

    return await context.services.records.read(find)


def why_not_meant(message: Message) -> str:
    """The catalogue's sentence for a message that means no answer."""
    if is_about_elsewhere(message):
        return "elsewhere"
    if replied_to(message):
        return "no-answer-there"
    return "no-answer-yet" if is_private(message) else "no-answer-yet-group"


def is_question(message: Message) -> bool:
    """Whether a message of the bot's asks what a photo shows, or which photo is meant."""
    return any(pressed.verb in ("label", "wrong", "none") for pressed in _offered(message))


def numbered(predictions: list[Prediction], number: int) -> Prediction | None:
    """The photo of an album with this number."""
    return next((row for row in predictions if row.album_position == number), None)


def _asked_about(session: Session, message: Message) -> list[Prediction]:
    """What a question of the bot's own, which a person replied to, is about: its buttons say so."""
    replied = replied_to(message)
    if replied is None or not replies_to_bot(message):
        return []
    numbers = {each.id: None for each in _offered(replied) if each.verb in ABOUT_ANSWERS}
    found = [session.get(Prediction, number) for number in numbers]
    return [row for row in found if row is not None and row.chat_id == message.chat_id]


def _offered(message: Message) -> list[Press]:
    """What the buttons under a message of the bot's say when they are pressed."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    read_all = [read(str(each.callback_data)) for row in rows for each in row]
    return [pressed for pressed in read_all if pressed is not None]

"""What the bot last asked in each private chat, so that a label alone can answer it.

Only this process knows it, and only for a while: after that, as after a restart, a label answers
in reply to the question or by /wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram import Chat
from telegram.constants import ChatType

from dataset.storage.schema import utc_now

RECENT = timedelta(minutes=10)
"""How long a question or an answer is what a person speaks of without replying to it."""

_MOST_OPEN = 1000


@dataclass(frozen=True)
class Question:
    """What the photo of this prediction shows, asked then."""

    prediction_id: int
    asked_at: datetime


class Questions:
    """The open question of each private chat: the last one."""

    def __init__(self) -> None:
        self._open: dict[int, Question] = {}

    def ask(self, chat: Chat, prediction_id: int) -> None:
        """Note what is asked; in a group, where people talk to each other, nothing."""
        if chat.type != ChatType.PRIVATE:
            return
        self.take(chat.id)
        if len(self._open) >= _MOST_OPEN:
            del self._open[next(iter(self._open))]
        self._open[chat.id] = Question(prediction_id, utc_now())

    def take(self, chat_id: int) -> Question | None:
        """The question, which then is open no more: only the next message answers it."""
        found = self._open.pop(chat_id, None)
        return found if found and utc_now() - found.asked_at < RECENT else None

"""What the benchmark knows of a life, to hold the bot's records against."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

Place = tuple[int, int]
"""A chat and a message in it."""


@dataclass
class Sent:
    """One photo that somebody sent."""

    number: int
    """Which of all, from 0."""
    person: int
    chat: int
    message: int
    leader: int
    """The message that the answer replies to: an album's first, else the photo itself."""
    truth: str
    day: date
    may_be_ignored: bool = False
    """It came too fast, or while the bot was killed."""
    may_repeat: bool = False
    is_answered: bool = False
    is_forgotten: bool = False

    @property
    def place(self) -> Place:
        return self.chat, self.message


@dataclass
class Ledger:
    """What ought to be recorded."""

    sent: dict[Place, Sent] = field(default_factory=dict)
    said: dict[tuple[int, int, int], str] = field(default_factory=dict)
    """What people said, by chat, photo and person: a label, `none` or `right`."""
    said_on: dict[tuple[int, int, int], date] = field(default_factory=dict)

    def add(self, sent: Sent) -> None:
        self.sent[sent.place] = sent

    def say(self, sent: Sent, person: int, what: str | None, day: date) -> None:
        """Somebody said something; None takes it back."""
        key = (*sent.place, person)
        if what is None:
            self.said.pop(key, None)
        else:
            self.said[key], self.said_on[key] = what, day

    def forget(self, person: int) -> None:
        """Somebody had everything of theirs deleted."""
        self.said = {key: what for key, what in self.said.items() if key[2] != person}
        for sent in self.sent.values():
            if sent.person == person:
                sent.is_forgotten = True

    def of_day(self, day: date) -> Iterator[Sent]:
        """What was sent on a day."""
        return (sent for sent in self.sent.values() if sent.day == day)

    def answered_since(self, day: date) -> int:
        """How many photos were answered since that day."""
        return sum(sent.is_answered and sent.day >= day for sent in self.sent.values())

    def copy(self) -> Ledger:
        """As it is now: for a backup."""
        return copy.deepcopy(self)

"""Thirty people and what each of them does with a camera and an answer."""

from __future__ import annotations

import enum
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

FIRST_ID = 7_310_400_001
"""Ids that stand out in any file."""
GROUPS = (-1_001_700_000_001, -1_001_700_000_002)
_LANGUAGES = ("en", "en", "de", "es", "fr")


class Way(enum.Enum):
    """What somebody is like."""

    HONEST = "corrects what is wrong, now and then"
    PRIVATE = "corrects, and never lets a photo be kept"
    ERRING = "is wrong in a tenth of the corrections"
    CONTRARY = "disputes at random"
    POISONER = "calls one thing another, always"
    FLOODER = "sends more than may be"
    FORGETTER = "has everything deleted, and comes back"


CAST = {
    Way.HONEST: 12,
    Way.PRIVATE: 6,
    Way.ERRING: 4,
    Way.CONTRARY: 3,
    Way.FORGETTER: 3,
    Way.POISONER: 1,
    Way.FLOODER: 1,
}


@dataclass
class Somebody:
    """One of the people, and what is known about them at the moment."""

    id: int
    way: Way
    language: str
    name: str
    has_consented: bool = False
    was_forgotten: bool = False
    """And has not come back since."""
    traces: set[bytes] = field(default_factory=set)
    """While forgotten: what no file may hold."""
    photos: set[str] = field(default_factory=set)
    """SHA-256 of photos that were forgotten, for good."""

    @property
    def allows_keeping(self) -> bool:
        """Whether they say yes when they are asked."""
        return self.way is not Way.PRIVATE


def everybody(chance: random.Random) -> list[Somebody]:
    """The cast, each with a language."""
    ways = [way for way, count in CAST.items() for _ in range(count)]
    return [
        Somebody(
            id=FIRST_ID + number,
            way=way,
            language=chance.choice(_LANGUAGES),
            name=f"Zq{number:02d}xv{chance.randrange(16**6):06x}",
        )
        for number, way in enumerate(ways)
    ]


@dataclass(frozen=True)
class Answer:
    """What the bot answered to one photo, as it recorded it."""

    label: str
    verdict: str
    labels: Sequence[str]
    """In the order that buttons count them."""


NONE = "none"
RIGHT = "right"


def opinion(
    person: Somebody, answer: Answer, truth: str, victim: str, chance: random.Random
) -> str | None:
    """What somebody says to an answer: RIGHT, NONE, a label, or nothing.

    `truth` is a label, or what the model does not know; `victim` is the label that the poisoner
    calls another.
    """
    known = truth in answer.labels
    true = truth if known else NONE
    said = NONE if answer.verdict == "outside" else answer.label
    is_right = said == true and answer.verdict != "unsure"
    others = [label for label in answer.labels if label != truth]
    if person.way is Way.POISONER:
        return chance.choice(others) if truth == victim else None
    if person.way is Way.CONTRARY and chance.random() < 0.4:
        return chance.choice([*answer.labels, NONE])
    if is_right:
        return RIGHT if chance.random() < 0.15 else None
    if chance.random() > 0.8:
        return None
    if person.way is Way.ERRING and chance.random() < 0.1:
        return chance.choice(others)
    return true

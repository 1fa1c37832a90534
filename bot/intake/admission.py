"""Who may use the bot, and how fast."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Collection

from cachetools import LRUCache

_PEOPLE_REMEMBERED = 10_000


class Pass(enum.Enum):
    """The gate's decision about an update."""

    IN = "in"
    SILENCE = "silence"
    TELL_PERSON = "too-fast"
    """This person is too fast and gets one message; the value names it."""
    TELL_ALL = "too-fast-all"
    """Everybody together is too fast; this person has not had the message yet."""


class Bucket:
    """A token bucket: `per_minute` at once, refilled evenly; 0 means no limit."""

    def __init__(self, per_minute: int, now: float) -> None:
        self._per_minute = per_minute
        self._left = float(per_minute)
        self._at = now
        self.told = False

    def has_one(self, now: float) -> bool:
        """Whether a token is left."""
        return not self._per_minute or self._filled(now) >= 1

    def take(self, now: float) -> bool:
        """Take one; False when none is left."""
        if not self._per_minute:
            return True
        self._left = self._filled(now)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def _filled(self, now: float) -> float:
        refill = (now - self._at) * self._per_minute / 60
        return min(float(self._per_minute), self._left + refill)


class Gate:
    """Lists of people and chats, and rates; admins pass the rates."""

    def __init__(
        self,
        *,
        admins: Collection[int],
        allowed: Collection[int],
        denied: Collection[int],
        per_person_per_minute: int,
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._admins = admins
        self._allowed = allowed
        self._denied = denied
        self._per_person = per_person_per_minute
        self._clock = clock
        self._everybody = Bucket(per_minute, clock())
        self._people: LRUCache[int, Bucket] = LRUCache(_PEOPLE_REMEMBERED)

    def is_admin(self, user_id: int) -> bool:
        """Whether no rate holds for this person."""
        return user_id in self._admins

    def admit(self, user_id: int, chat_id: int) -> Pass:
        """Whether this person's next update in this chat is worked on."""
        if user_id in self._admins:
            return Pass.IN
        if self._is_kept_out(user_id, chat_id):
            return Pass.SILENCE
        now = self._clock()
        mine = self._bucket(user_id, now)
        if not mine.take(now):
            return self._tell_once(mine, Pass.TELL_PERSON)
        if not self._everybody.take(now):
            return self._tell_once(mine, Pass.TELL_ALL)
        mine.told = False
        return Pass.IN

    def would_admit(self, user_id: int, chat_id: int) -> bool:
        """Whether `admit` would let this person in now; nothing is counted."""
        if user_id in self._admins:
            return True
        if self._is_kept_out(user_id, chat_id):
            return False
        now = self._clock()
        mine = self._people.get(user_id)
        return (mine is None or mine.has_one(now)) and self._everybody.has_one(now)

    def _is_kept_out(self, user_id: int, chat_id: int) -> bool:
        if user_id in self._denied or chat_id in self._denied:
            return True
        return bool(self._allowed) and not {user_id, chat_id} & set(self._allowed)

    def _tell_once(self, bucket: Bucket, how: Pass) -> Pass:
        if bucket.told:
            return Pass.SILENCE
        bucket.told = True
        return how

    def _bucket(self, user_id: int, now: float) -> Bucket:
        bucket = self._people.get(user_id)
        if bucket is None:
            bucket = self._people[user_id] = Bucket(self._per_person, now)
        return bucket

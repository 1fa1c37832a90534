"""Whose file is read next, and how much of the decoder's time one person may take.

An attacker can make a file that takes all the time it gets. So each person has a budget of seconds,
which refills evenly. Next comes the waiting person who took least lately. A slow file gives its
turn up once while others wait (decision 0152).
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cachetools import LRUCache

from bot.errors import PhotoUnavailable

BUDGET_S = 30.0
"""The largest files that are read take two or three seconds each."""
_BACK_WITHIN_S = 300.0
_AT_WORK_S = 5.0
"""What a file that is being read counts as, before it is known what it takes."""
_PEOPLE_REMEMBERED = 10_000


@dataclass(eq=False)
class _Waiting:
    person: int
    since: float
    is_patient: bool
    turn: asyncio.Future[None]


class FileTurns:
    """Places for files in memory, `at_once` of them."""

    def __init__(
        self,
        *,
        at_once: int = 2,
        budget_s: float = BUDGET_S,
        back_within_s: float = _BACK_WITHIN_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._free = at_once
        self._budget_s = budget_s
        self._back_a_second = budget_s / back_within_s
        self._clock = clock
        self._spent: LRUCache[int, tuple[float, float]] = LRUCache(_PEOPLE_REMEMBERED)
        self._at_work: Counter[int] = Counter()
        self._read_at: LRUCache[int, float] = LRUCache(_PEOPLE_REMEMBERED)
        self._waiting: list[_Waiting] = []
        self._asked = asyncio.Event()

    @asynccontextmanager
    async def turn(self, person: int, *, is_patient: bool = False) -> AsyncIterator[None]:
        """A place for a file of this person, for as long as the block lasts.

        Raises PhotoUnavailable when the person's budget is spent; one who `is_patient` waits for
        everybody else instead.
        """
        waiting = _Waiting(
            person, self._clock(), is_patient, asyncio.get_running_loop().create_future()
        )
        self._waiting.append(waiting)
        self._grant()
        self._asked.set()
        try:
            await waiting.turn
        except asyncio.CancelledError:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            elif waiting.turn.done() and not waiting.turn.cancelled():
                self._give_back(person)
            raise
        try:
            yield
        finally:
            self._give_back(person)

    def charge(self, person: int, seconds: float) -> None:
        """Note that reading this person's file took so long."""
        self._spent[person] = (self.spent_s(person) + seconds, self._clock())

    def spent_s(self, person: int) -> float:
        """How much of their budget this person has taken and not yet got back."""
        spent, at = self._spent.get(person, (0.0, 0.0))
        return max(0.0, spent - (self._clock() - at) * self._back_a_second)

    def others_wait(self, person: int) -> bool:
        """Whether somebody else has a file here, with a place or without."""
        waiting = {one.person for one in self._waiting}
        return bool((waiting | self._at_work.keys()) - {person})

    async def until_others_wait(self, person: int) -> None:
        """Wait until somebody else has a file here."""
        while not self.others_wait(person):
            self._asked.clear()
            await self._asked.wait()

    @property
    def longest_wait_s(self) -> float:
        """How long somebody has waited for files of others, since a file of their own was read."""
        now = self._clock()
        return max(
            (
                now - max(waiting.since, self._read_at.get(waiting.person, 0.0))
                for waiting in self._waiting
                if waiting.person not in self._at_work
            ),
            default=0.0,
        )

    def _give_back(self, person: int) -> None:
        self._free += 1
        self._read_at[person] = self._clock()
        self._at_work[person] -= 1
        if not self._at_work[person]:
            del self._at_work[person]
        self._grant()

    def _grant(self) -> None:
        """Turn away whose budget is spent; give what is free to those who have taken least."""
        for waiting in [one for one in self._waiting if not one.is_patient]:
            if self.spent_s(waiting.person) >= self._budget_s:
                self._waiting.remove(waiting)
                waiting.turn.set_exception(PhotoUnavailable("photo-budget"))
        while self._free and self._waiting:
            # Of equals the one who came first: `min` keeps to the order.
            chosen = min(self._waiting, key=self._taken_s)
            self._waiting.remove(chosen)
            self._free -= 1
            self._at_work[chosen.person] += 1
            chosen.turn.set_result(None)

    def _taken_s(self, waiting: _Waiting) -> float:
        return self.spent_s(waiting.person) + _AT_WORK_S * self._at_work[waiting.person]

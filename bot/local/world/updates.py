"""The bot's queue of updates and the long poll that empties it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from bot.local.errors import Conflict
from bot.local.world.history import to_json

KEPT_S = 24 * 3600
"""Telegram keeps updates for a day."""
LISTENING_S = 5.0
"""For so long after its last poll a bot counts as listening."""
MAX_LIMIT = 100
MAX_TIMEOUT_S = 50
UNLESS_ASKED_FOR = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that a bot gets only when allowed_updates names them."""

_OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)


@dataclass(frozen=True)
class Pending:
    """One update that the bot has not acknowledged."""

    id: int
    created: float
    json: str


class UpdateQueue:
    """Updates in order, each kept until acknowledged or a day old.

    Ids begin at `first_id`: a bot that remembers the updates of an earlier run must not take new
    ones for repetitions.
    """

    def __init__(self, *, first_id: int, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._next_id = first_id
        self._pending: deque[Pending] = deque()
        self._allowed: frozenset[str] = frozenset()
        self._poll: asyncio.Future[str] | None = None
        self._listeners: set[asyncio.Future[None]] = set()
        self._closed = False
        self._last_asked = float("-inf")

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def allowed(self) -> list[str]:
        """The kinds asked for, sorted; empty means the usual ones."""
        return sorted(self._allowed)

    @property
    def waited_for(self) -> bool:
        """Whether a long poll waits right now."""
        return self._poll is not None

    @property
    def polled(self) -> bool:
        """Whether somebody waits for updates, or asked for some a moment ago."""
        return self.waited_for or self._clock() - self._last_asked < LISTENING_S

    def allow(self, kinds: Collection[str] | None) -> None:
        """Which kinds of update are kept from now on; None leaves it as it was."""
        if kinds is not None:
            self._allowed = frozenset(kinds)

    def put(self, kind: str, payload: object) -> None:
        """Queue an update if the bot wants this kind."""
        wanted = kind in self._allowed if self._allowed else kind not in UNLESS_ASKED_FOR
        if not wanted:
            return
        self.put_as_it_is(f'{{"{kind}":{to_json(payload)}}}')

    def put_as_it_is(self, update: str) -> int:
        """Queue an update that a script wrote, a JSON object of any content; its number."""
        update_id = self._next_id
        rest = update.strip()[1:]
        comma = "" if rest.lstrip().startswith("}") else ","
        body = f'{{"update_id":{update_id}{comma}{rest}'
        self._pending.append(Pending(update_id, self._clock(), body))
        self._next_id += 1
        self._wake()
        return update_id

    def acknowledge(self, offset: int) -> None:
        """Forget updates before `offset`; a negative one counts from the end of the queue."""
        if offset < 0:
            offset = self._pending[max(offset, -len(self._pending))].id if self._pending else 0
        while self._pending and self._pending[0].id < offset:
            self._pending.popleft()

    def drop_all(self) -> None:
        """Forget everything that waits."""
        self._pending.clear()

    def batch(self, limit: int = MAX_LIMIT) -> list[Pending]:
        """The oldest waiting updates, without those that are too old."""
        too_old = self._clock() - KEPT_S
        while self._pending and self._pending[0].created < too_old:
            self._pending.popleft()
        return [self._pending[place] for place in range(min(limit, len(self._pending)))]

    def end_poll(self, why: str = _OTHER_POLLER) -> None:
        """Answer the poll that waits, if any, with 409, as Telegram does."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(why)
        self._poll = None

    async def poll(self, *, limit: int, timeout_s: float) -> list[Pending]:
        """Wait up to `timeout_s` for updates. Raises Conflict when another poll takes over."""
        self.end_poll()
        self._last_asked = self._clock()
        if timeout_s <= 0 or self._pending:
            return self.batch(limit)
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[str] = loop.create_future()
        self._poll = mine
        deadline = loop.time() + timeout_s
        try:
            while not self._pending and not self._closed and (left := deadline - loop.time()) > 0:
                news: asyncio.Future[None] = loop.create_future()
                self._listeners.add(news)
                either: set[asyncio.Future[Any]] = {news, mine}
                await asyncio.wait(either, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                self._listeners.discard(news)
                if mine.done():
                    raise Conflict(mine.result())
        finally:
            if self._poll is mine:
                self._poll = None
            self._last_asked = self._clock()
        return self.batch(limit)

    async def wait(self) -> None:
        """Return at the next change of the queue."""
        news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._listeners.add(news)
        try:
            await news
        finally:
            self._listeners.discard(news)

    def close(self) -> None:
        """Answer waiting polls with nothing; what is queued stays."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        for news in self._listeners:
            if not news.done():
                news.set_result(None)
        self._listeners.clear()

"""The durable inbox: stores updates before Telegram may forget them.

Telegram forgets an update when the next poll names a later offset. `InboxBot` stores what a poll
brought before it returns, and PTB polls again only after that; so after a crash at any moment, the
next start finds every unfinished update.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session
from telegram import Update
from telegram.error import InvalidToken, NetworkError
from telegram.ext import ExtBot

from bot.intake.update_shape import Incoming, NoUpdate, read_update
from bot.process.database_thread import Records
from bot.process.process_name import is_dead
from dataset.conversation import inbox as stored
from dataset.errors import DatabaseError

T = TypeVar("T")

logger = logging.getLogger(__name__)

OPEN_AT_ONCE = 512
"""Most open updates in memory; with more, the bot stops polling."""

_MAX_STARTS = 20
"""After this many processes died over an update, it is given up."""
_LEFT_OVER_AT_ONCE = 10_000
_HOLD_EVERY_S = stored.HOLD_S / 4
_ADOPT_EVERY_S = 15.0
_OF_A_SENT_MESSAGE = ("message_id", "date", "chat")


class Inbox:
    """The updates of this process, and the end of each in the database."""

    def __init__(self, records: Records, *, holder: str, open_at_once: int = OPEN_AT_ONCE) -> None:
        self._records = records
        self._holder = holder
        self._open_at_once = open_at_once
        self._open: set[int] = set()
        self._begun: set[int] = set()
        self._postponed: dict[int, float] = {}
        self._again: set[int] = set()
        self._doubtful: set[int] = set()
        self._ends: dict[int, asyncio.Event] = {}
        self._room = asyncio.Event()
        self._room.set()
        self.polled_at = time.monotonic()
        """When a poll last succeeded or an update was finished, on the monotonic clock."""
        self.stored_at = self.polled_at
        """When what a poll brought was last in the inbox as well, or an update was finished."""
        self._wrote_at = 0.0

    async def take_in(self, incoming: Sequence[Incoming]) -> None:
        """Store these updates; the new ones belong to this process."""
        self.polled_at = time.monotonic()
        if not incoming:
            self.stored_at = self.polled_at
            return
        payloads = [one.payload for one in incoming]
        numbers = {one.update.update_id for one in incoming}
        doubtful = self._doubtful & numbers
        try:
            new = await self._records.record(
                lambda connection: stored.take_in(
                    connection, payloads, holder=self._holder, doubtful=doubtful
                )
            )
        except DatabaseError:
            # The connection may have broken after the commit: then they are stored.
            self._doubtful |= numbers
            raise
        self._doubtful -= numbers
        self.stored_at = self._wrote_at = time.monotonic()
        self._add(int(payload["update_id"]) for payload in new)

    async def left_over(self, bot: ExtBot[int], *, take_over: bool = False) -> list[Update]:
        """Updates that another process, or an earlier run, left unfinished, oldest first.

        Those of dead processes on this machine are free at once, those of another machine once its
        hold runs out. `take_over` adds those that another process seems to hold, for a start that
        knows it is alone.
        """
        rows = await self._records.write(lambda session: self._find_left(session, take_over))
        fresh = {number: payload for number, payload in rows if number not in self._open}
        self._add(fresh)
        self._again.update(fresh)
        return [
            read_update(payload, bot).update if payload else Update(number)
            for number, payload in fresh.items()
        ]

    async def hold_on(self) -> None:
        """Renew this process's hold on its updates now and then, for as long as it lives."""
        while True:
            await asyncio.sleep(_HOLD_EVERY_S)
            try:
                await self.renew()
            except DatabaseError as exc:
                logger.warning("could not renew the hold on %d updates: %s", len(self._open), exc)

    async def renew(self) -> None:
        """Renew this process's hold on its updates once.

        It leaves updates to others that it may have stored without knowing: behind a webhook,
        Telegram may have brought them to another process.
        """
        doubtful = self._doubtful - self._open
        await self._records.write(
            lambda session: stored.hold_on(session, holder=self._holder, besides=doubtful)
        )
        self._wrote_at = time.monotonic()

    async def adopt(self, bot: ExtBot[int], hand_on: Callable[[Update], Awaitable[None]]) -> None:
        """Take over now and then what other processes left, for as long as this one lives."""
        while True:
            await asyncio.sleep(_ADOPT_EVERY_S)
            try:
                left = await self.left_over(bot)
            except DatabaseError as exc:
                logger.warning("could not look for a neighbour's updates: %s", exc)
                continue
            if left:
                logger.info("took over %d updates of another process", len(left))
            for update in left:
                await hand_on(update)

    async def room(self) -> None:
        """Wait until this process has room for more updates."""
        await self._room.wait()

    def begin(self, update_id: int) -> bool:
        """Whether this update belongs to this process and is not begun.

        A poll may bring updates that the inbox already has: from an earlier run, or unacknowledged
        when the last poll broke off.
        """
        if update_id not in self._open or update_id in self._begun:
            return False
        self._begun.add(update_id)
        return True

    def is_open(self, update_id: int) -> bool:
        """Whether this process has yet to finish this update."""
        return update_id in self._open

    async def end_of(self, update_id: int) -> None:
        """Wait until this process has finished this update, or leaves it to another."""
        if self.is_open(update_id):
            await self._ends.setdefault(update_id, asyncio.Event()).wait()

    def __len__(self) -> int:
        return len(self._open)

    async def finish(self, update_ids: Iterable[int], work: Callable[[Connection], T]) -> T:
        """Run `work` and mark the updates done, both or neither."""
        numbers = list(update_ids)

        def all_of_it(connection: Connection) -> T:
            result = work(connection)
            for number in numbers:
                stored.handled(connection, number)
            return result

        result = await self._records.record(all_of_it, urgent=True)
        for done in (self._open, self._begun, self._again, self._doubtful):
            done.difference_update(numbers)
        self._tell_ends(numbers)
        self.polled_at = self.stored_at = self._wrote_at = time.monotonic()
        self._make_room()
        return result

    def postpone(self, update_id: int, *, wait_s: float = 0.0) -> None:
        """The handler failed for a passing reason: retry the update after `wait_s` at the
        earliest."""
        self._postponed[update_id] = wait_s
        self._again.add(update_id)

    def take_postponed(self, update_id: int) -> float | None:
        """The wait of an update that was postponed since the last call; None if it was not."""
        return self._postponed.pop(update_id, None)

    def worked_since(self, moment_s: float) -> bool:
        """Whether both Telegram and the database worked since that moment."""
        return min(self.polled_at, self._wrote_at) > moment_s

    def is_again(self, update_id: int) -> bool:
        """Whether an earlier attempt may have done part of this update's work."""
        return update_id in self._again

    def abandon(self, update_id: int) -> None:
        """Leave an update in the database for the next start."""
        self._open.discard(update_id)
        self._begun.discard(update_id)
        self._tell_ends([update_id])
        self._make_room()

    async def let_go(self) -> None:
        """Release unfinished updates at once, to the next start or another process."""
        await self._records.write(lambda session: stored.let_go(session, holder=self._holder))

    def _find_left(self, session: Session, take_over: bool) -> list[tuple[int, Any]]:
        for holder in stored.holders(session):
            if is_dead(holder, own=self._holder):
                stored.bury(session, holder=holder)
        found = stored.waiting(
            session,
            holder=self._holder,
            take_over=take_over,
            max_attempts=_MAX_STARTS,
            limit=_LEFT_OVER_AT_ONCE,
        )
        return [(row.update_id, row.payload) for row in found]

    def _tell_ends(self, update_ids: Iterable[int]) -> None:
        for number in update_ids:
            if (end := self._ends.pop(number, None)) is not None:
                end.set()

    def _make_room(self) -> None:
        if len(self._open) < self._open_at_once:
            self._room.set()

    def _add(self, update_ids: Iterable[int]) -> None:
        self._open.update(update_ids)
        if len(self._open) >= self._open_at_once:
            self._room.clear()


class InboxBot(ExtBot[int]):
    """A bot that stores polled updates in the inbox before anything else sees them."""

    def __init__(self, token: str, *, inbox: Inbox, **options: Any) -> None:
        super().__init__(token, **options)
        self._inbox = inbox
        self._brought: list[object] = []
        self._foresee: Callable[[Sequence[Update]], None] = lambda updates: None

    def on_news(self, foresee: Callable[[Sequence[Update]], None]) -> None:
        """Pass polled updates to `foresee` before storing them, for work without visible effect."""
        self._foresee = foresee

    async def _post(self, endpoint: str, *args: Any, **options: Any) -> Any:
        """PTB's path to every method. It keeps polled updates from PTB, which would raise for all
        of them, at every poll, when it cannot read one."""
        result = await super()._post(endpoint, *args, **options)
        if endpoint == "sendMessage" and isinstance(result, dict):
            # Telegram returns all that was sent; the bot asks only which message it became.
            return {name: result[name] for name in _OF_A_SENT_MESSAGE if name in result}
        if endpoint != "getUpdates":
            return result
        self._brought = result
        return []

    async def get_updates(self, *args: Any, **options: Any) -> tuple[Update, ...]:
        """As Telegram's getUpdates; raises NetworkError when the updates could not be stored, or
        the token is refused."""
        await self._inbox.room()
        try:
            await super().get_updates(*args, **options)
        except InvalidToken as exc:
            # PTB would never poll again; whether the token holds no more, the watchdog finds out.
            raise NetworkError(f"the poll is refused: {exc}") from exc
        incoming = self._read(self._brought)
        updates = tuple(one.update for one in incoming)
        self._foresee(updates)
        try:
            await self._inbox.take_in(incoming)
        except DatabaseError as exc:
            # PTB polls again with the same offset, so that nothing is lost meanwhile.
            raise NetworkError(f"the inbox cannot be written: {exc}") from exc
        return updates

    def _read(self, brought: object) -> list[Incoming]:
        """The updates; raises NetworkError when none of them has a number."""
        if not isinstance(brought, list):
            raise NetworkError("the answer to the poll is not a list")
        incoming = []
        for payload in brought:
            try:
                incoming.append(read_update(payload, self))
            except NoUpdate as exc:
                logger.warning("a poll brought what cannot be acknowledged: %s", exc)
        if brought and not incoming:
            raise NetworkError("the poll brought nothing that could be acknowledged")
        return incoming

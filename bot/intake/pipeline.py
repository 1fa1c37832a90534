"""An update's path through the bot: gate, look-ahead, its turn, its end in the inbox.

The bot handles updates of one chat in order, those of different chats at once, up to a bound. After
a passing fault (network, a locked database) an update keeps its chat's turn and is tried again, as
long as nothing else works either. An update that fails alone finally stays in the inbox. An answer,
a refusal or a fault ends an update and all that were gathered with it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from inspect import iscoroutine
from typing import Any

from cachetools import LRUCache
from telegram import Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import BaseUpdateProcessor, ExtBot

from bot.classifying.look_ahead import LookAhead
from bot.classifying.photo_message import may_show
from bot.intake.admission import Gate, Pass
from bot.intake.albums import Albums
from bot.intake.inbox import Inbox
from bot.intake.moved_chats import MovedChats
from bot.intake.shared_admission import SharedRates
from bot.intake.waiting_signs import Patience
from bot.process.memory import Rush
from bot.process.metrics import Metrics
from bot.process.timing import pauses
from bot.speech.addressing import actor_id, person_of, sender_id
from bot.speech.messages import reply, toast
from bot.speech.preferences import People
from dataset.errors import DatabaseError

logger = logging.getLogger(__name__)

_ATTEMPTS = 30
_PEOPLE_REMEMBERED = 10_000
_FILES_OF_ONE = 40
"""Files of one person that wait to be read; who sends more meanwhile is asked to wait."""
# PTB's own bound counts waiting updates; ours counts those in work, so PTB's is set high.
_NO_BOUND = 1_000_000


class Intake(BaseUpdateProcessor):
    """PTB's update processor; `run_handlers` is the application's `process_update`."""

    def __init__(  # noqa: PLR0913 - everything that an update passes
        self,
        *,
        bot: ExtBot[int],
        inbox: Inbox,
        gate: Gate,
        albums: Albums,
        ahead: LookAhead,
        patience: Patience,
        people: People,
        metrics: Metrics,
        shared: SharedRates | None = None,
        moved: MovedChats | None = None,
        at_once: int = 64,
        first_pause_s: float = 1.0,
    ) -> None:
        """`shared` counts for other processes, too, whom the gate lets in; `moved` is for lists
        that name groups."""
        super().__init__(_NO_BOUND)
        self._bot = bot
        self._inbox = inbox
        self._gate = gate
        self._shared = shared
        self._moved = moved
        self._albums = albums
        self._ahead = ahead
        self._patience = patience
        self._people = people
        self._metrics = metrics
        self._first_pause_s = first_pause_s
        self._at_work = asyncio.Semaphore(at_once)
        self._turns: dict[int, tuple[asyncio.Lock, int]] = {}
        self._foreseen: set[int] = set()
        self._files: LRUCache[int, set[int]] = LRUCache(_PEOPLE_REMEMBERED)
        """The updates with files of each person that may still be open."""
        self._told_to_wait: set[int] = set()
        self._rush = Rush()
        self._stopping = asyncio.Event()
        self.run_handlers: Callable[[object], Awaitable[None]] | None = None

    async def initialize(self) -> None:
        """Nothing is needed."""

    async def shutdown(self) -> None:
        """Nothing is left."""

    def stop(self) -> None:
        """Begin no more updates; waiting ones stay in the inbox."""
        self._stopping.set()

    def foresee(self, updates: Sequence[Update]) -> None:
        """Start on a photo that came alone, while its update is being stored.

        Several at once need no head start, and photos that the gate refuses are not fetched.
        """
        if len(updates) != 1 or self._stopping.is_set():
            return
        (update,) = updates
        photo = _private_photo(update)
        if photo is None or self._inbox.is_open(update.update_id):
            return
        if self._gate.would_admit(sender_id(photo), photo.chat_id):
            self._foreseen.add(update.update_id)
            self._ahead.begin(self._bot, photo)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """See the module's description."""
        try:
            if isinstance(update, Update) and self._inbox.begin(update.update_id):
                await self._take(update, coroutine)
        except Exception:
            assert isinstance(update, Update)
            self._abandon(update)  # else it would take up room until the process ends
            raise
        finally:
            if iscoroutine(coroutine):
                coroutine.close()  # no-op when it ran; else it would warn that it did not
            if isinstance(update, Update):
                self._overlook(update)
            self._rush.one_done(left=len(self._inbox))

    async def _take(self, update: Update, coroutine: Awaitable[Any]) -> None:
        if not await self._let_in(update):
            await self._finish(update)
            return
        async with AsyncExitStack() as stack:
            photo = _private_photo(update)
            if photo is not None and not self._stopping.is_set():
                self._ahead.begin(self._bot, photo)
                self._foreseen.discard(update.update_id)
                stack.callback(self._ahead.drop, photo)
            if self._albums.join(update):
                stack.pop_all()  # its leader answers it
                return
            if photo is not None:
                await stack.enter_async_context(self._patience.waiting(photo))
            async with self._turn(update):
                await self._work(update, coroutine)

    def _overlook(self, update: Update) -> None:
        """Drop work begun for an update that needs no answer."""
        photo = _private_photo(update)
        if photo is not None and update.update_id in self._foreseen:
            self._foreseen.discard(update.update_id)
            self._ahead.drop(photo)

    async def _work(self, update: Update, coroutine: Awaitable[Any]) -> None:
        assert self.run_handlers is not None
        later = pauses(self._first_pause_s)
        attempts, first = 0, True
        while attempts < _ATTEMPTS:
            began_s = time.monotonic()
            async with self._at_work:
                if self._stopping.is_set():
                    return
                await (coroutine if first else self.run_handlers(update))
            first = False
            wait_s = self._inbox.take_postponed(update.update_id)
            if wait_s is None:
                await self._finish(update)
                return
            self._metrics.retries.inc()
            await self._pause(max(wait_s, next(later)))
            # When everything is failing, don't count it against this update.
            attempts += self._inbox.worked_since(began_s)
        self._abandon(update)

    def _abandon(self, update: Update) -> None:
        logger.error("update %d is left for the next start", update.update_id)
        for part in self._albums.release(update):
            self._inbox.abandon(part.update_id)

    async def _finish(self, update: Update) -> None:
        """End the update, and all that it leads, in the inbox if the handler has not."""
        gathered = [part.update_id for part in self._albums.release(update)]
        later = pauses(self._first_pause_s)
        while open_still := [number for number in gathered if self._inbox.is_open(number)]:
            try:
                await self._inbox.finish(open_still, lambda connection: None)
            except DatabaseError as exc:
                logger.warning("the end of update %d is not written: %s", update.update_id, exc)
                if self._stopping.is_set():
                    return
                await self._pause(next(later))

    async def _let_in(self, update: Update) -> bool:
        chat, user_id = update.effective_chat, actor_id(update)
        chat_id = chat.id if chat else 0
        if self._moved is not None:
            chat_id = await self._moved.number_of(update)
        decision = self._gate.admit(user_id, chat_id)
        if decision is Pass.IN and not self._gate.is_admin(user_id):
            decision = self._room_for_files(update, user_id)
        if decision is Pass.IN and self._shared is not None and not self._gate.is_admin(user_id):
            decision = await self._shared.admit(user_id)
        if decision is Pass.IN:
            return True
        if decision is not Pass.SILENCE:
            words = await self._people.words(person_of(update))
            await self._tell(update, words(decision.value))
        return False

    def _room_for_files(self, update: Update, user_id: int) -> Pass:
        """Files of one person must not fill the inbox: they may take as long as they like."""
        if update.message is None or update.message.document is None:
            return Pass.IN
        waiting: set[int] = self._files.setdefault(user_id, set())
        waiting.intersection_update([each for each in waiting if self._inbox.is_open(each)])
        if len(waiting) < _FILES_OF_ONE:
            waiting.add(update.update_id)
            self._told_to_wait.discard(user_id)
            return Pass.IN
        if user_id in self._told_to_wait:
            return Pass.SILENCE
        self._told_to_wait.add(user_id)
        return Pass.TELL_PERSON

    async def _tell(self, update: Update, text: str) -> None:
        try:
            if update.callback_query is not None:
                await toast(update.callback_query, text)
            elif update.effective_message is not None:
                await reply(self._bot, update.effective_message, text)
        except TelegramError as exc:
            logger.info("could not tell a person that they are too fast: %s", exc)

    @asynccontextmanager
    async def _turn(self, update: Update) -> AsyncIterator[None]:
        """The update's place in the order of its chat."""
        chat = update.effective_chat
        key = chat.id if chat else 0
        lock, waiting = self._turns.get(key, (asyncio.Lock(), 0))
        self._turns[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._turns[key]
            if waiting > 1:
                self._turns[key] = (lock, waiting - 1)
            else:
                del self._turns[key]

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except (TimeoutError, asyncio.TimeoutError):
            return


def _private_photo(update: Update) -> Message | None:
    """The message of an update that will surely be answered as a photo."""
    message = update.message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return None
    return message if may_show(message) else None

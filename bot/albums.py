"""Albums: messages that share a `media_group_id` and come in no promised order.

The first part to arrive leads: it keeps the album's place in the order of its chat, and when its
turn has come it waits until no further part does. Parts that come after the album was closed get
an answer of their own.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from telegram import Update
from telegram.constants import ChatType

_Key = tuple[int, str]


@dataclass
class _Gathering:
    parts: list[Update]
    last_at: float
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Albums:
    """The albums that are being gathered."""

    def __init__(self, *, quiet_s: float = 0.6, longest_s: float = 3.0) -> None:
        """An album is whole when no part came for `quiet_s`, or `longest_s` after its turn."""
        self._quiet_s = quiet_s
        self._longest_s = longest_s
        self._open: dict[_Key, _Gathering] = {}
        self._put_back: dict[int, list[Update]] = {}

    def join(self, update: Update) -> bool:
        """Whether this update now follows another one that leads its album."""
        key = _key(update)
        if key is None:
            return False
        now = asyncio.get_running_loop().time()
        gathering = self._open.get(key)
        if gathering is None:
            self._open[key] = _Gathering([update], now)
            return False
        gathering.parts.append(update)
        gathering.last_at = now
        gathering.news.set()
        return True

    async def gather(self, leader: Update) -> list[Update]:
        """The leading update and those that follow it, in the album's order."""
        kept = self._put_back.pop(leader.update_id, None)
        if kept is not None:
            return kept
        key = _key(leader)
        gathering = None if key is None else self._open.get(key)
        if key is None or gathering is None:
            return [leader]
        await self._until_quiet(gathering)
        del self._open[key]
        return sorted(gathering.parts, key=_place)

    def put_back(self, leader: Update, parts: list[Update]) -> None:
        """Keep an album together whose answer failed, for the next attempt at its leader."""
        self._put_back[leader.update_id] = parts

    def give_up(self, leader: Update) -> list[Update]:
        """Forget an album that is not answered now; its parts."""
        return self._put_back.pop(leader.update_id, [leader])

    async def _until_quiet(self, gathering: _Gathering) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._longest_s
        while (left_s := min(gathering.last_at + self._quiet_s, end) - loop.time()) > 0:
            gathering.news.clear()
            try:
                await asyncio.wait_for(gathering.news.wait(), left_s)
            except (TimeoutError, asyncio.TimeoutError):
                continue


def _key(update: Update) -> _Key | None:
    """What the parts of one album have in common; None for what is no photo of an album."""
    message = update.message
    if message is None or message.media_group_id is None or message.chat.type != ChatType.PRIVATE:
        return None
    if not message.photo and not message.document:
        return None
    return message.chat_id, message.media_group_id


def _place(update: Update) -> int:
    assert update.message is not None
    return update.message.message_id

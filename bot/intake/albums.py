"""Albums: messages that share a `media_group_id` and come in no promised order.

The first part to arrive leads: it keeps the album's place in the order of its chat, and in its turn
waits for further parts. Parts that come after the album is closed get their own answer. When the
leader ends, all its parts end: `release` returns them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from telegram import Update

from bot.classifying.photo_message import may_show

_Key = tuple[int, str]

_MAX_PARTS = 10
"""Telegram's limit of photos in an album; further ones begin another album."""


@dataclass
class _Gathering:
    key: _Key
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
        self._led: dict[int, _Gathering] = {}
        """By their leader's update, from the first part until the leader ends."""

    def join(self, update: Update) -> bool:
        """Whether this update follows another one that leads its album."""
        key = _key(update)
        if key is None:
            return False
        now = asyncio.get_running_loop().time()
        gathering = self._open.get(key)
        if gathering is None or len(gathering.parts) == _MAX_PARTS:
            self._open[key] = self._led[update.update_id] = _Gathering(key, [update], now)
            return False
        gathering.parts.append(update)
        gathering.last_at = now
        gathering.news.set()
        return True

    async def gather(self, leader: Update) -> list[Update]:
        """The leading update and those that follow it, in the album's order; at a further attempt
        the same."""
        gathering = self._led.get(leader.update_id)
        if gathering is None:
            return [leader]
        if self._is_open(gathering):
            await self._until_quiet(gathering)
            self._close(gathering)
        return sorted(gathering.parts, key=_place)

    def release(self, leader: Update) -> list[Update]:
        """End the leader and all that follow it; returns them. Later parts make their own album."""
        gathering = self._led.pop(leader.update_id, None)
        if gathering is None:
            return [leader]
        self._close(gathering)
        return gathering.parts

    def _is_open(self, gathering: _Gathering) -> bool:
        """Whether further parts may join it."""
        return self._open.get(gathering.key) is gathering

    def _close(self, gathering: _Gathering) -> None:
        if self._is_open(gathering):
            del self._open[gathering.key]

    async def _until_quiet(self, gathering: _Gathering) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._longest_s
        while len(gathering.parts) < _MAX_PARTS:
            left_s = min(gathering.last_at + self._quiet_s, end) - loop.time()
            if left_s <= 0:
                return
            gathering.news.clear()
            try:
                await asyncio.wait_for(gathering.news.wait(), left_s)
            except (TimeoutError, asyncio.TimeoutError):
                continue


def _key(update: Update) -> _Key | None:
    """The key that the parts of one album share; None for anything but a photo of an album."""
    message = update.message
    if message is None or message.media_group_id is None:
        return None
    if not may_show(message):
        return None
    return message.chat_id, message.media_group_id


def _place(update: Update) -> int:
    assert update.message is not None
    return update.message.message_id

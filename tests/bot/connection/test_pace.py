"""The pace of requests: Telegram's rates, and silence when it asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import RetryAfter

from bot.connection.pace import Pace

SILENCE_S = 0.2


class Telegram:
    """Takes requests, refuses the first ones, and notes when each came."""

    def __init__(self, *, refusals: int = 0) -> None:
        self._refusals = refusals
        self.came: list[tuple[float, str]] = []
        self.asked = asyncio.Event()

    def method(self, name: str) -> Callable[[], Coroutine[Any, Any, str]]:
        """A request for this method."""

        async def request() -> str:
            self.came.append((asyncio.get_running_loop().time(), name))
            self.asked.set()
            if name == "sendMessage" and self._refusals:
                self._refusals -= 1
                raise RetryAfter(timedelta(seconds=SILENCE_S))
            return name

        return request

    def times(self, name: str) -> list[float]:
        """When this method was asked for."""
        return [at_s for at_s, method in self.came if method == name]


async def ask(pace: Pace, telegram: Telegram, name: str, *, chat_id: int | None = 5) -> object:
    """One request through the pace."""
    data = {} if chat_id is None else {"chat_id": chat_id}
    return await pace.process_request(telegram.method(name), (), {}, name, data, None)


async def test_everybody_is_silent_after_one_refusal() -> None:
    """Also requests that have nothing to do with the chat that was refused."""
    pace, telegram = Pace(messages_per_s=0, group_messages_per_minute=0), Telegram(refusals=1)
    refused = asyncio.create_task(ask(pace, telegram, "sendMessage"))
    await telegram.asked.wait()
    await asyncio.gather(refused, ask(pace, telegram, "getFile", chat_id=None))
    first, again = telegram.times("sendMessage")
    assert again - first >= SILENCE_S
    assert telegram.times("getFile")[0] - first >= SILENCE_S


async def test_polls_go_on_and_end_no_silence() -> None:
    """What comes meanwhile is taken in; that a poll returned says nothing about sending."""
    pace, telegram = Pace(messages_per_s=0, group_messages_per_minute=0), Telegram(refusals=1)
    refused = asyncio.create_task(ask(pace, telegram, "sendMessage"))
    await telegram.asked.wait()
    for _ in range(3):
        await ask(pace, telegram, "getUpdates", chat_id=None)
    assert 1 == len(telegram.times("sendMessage"))
    await refused
    first, again = telegram.times("sendMessage")
    assert again - first >= SILENCE_S


async def test_a_refusal_that_goes_on_is_passed_on() -> None:
    """After four tries the caller gets an error with the time to wait, and tries later."""
    pace, telegram = Pace(messages_per_s=0, group_messages_per_minute=0), Telegram(refusals=9)
    with pytest.raises(RetryAfter) as caught:
        await ask(pace, telegram, "sendMessage")
    assert timedelta(seconds=SILENCE_S) == caught.value.retry_after
    assert 4 == len(telegram.times("sendMessage"))


async def test_rates_hold_for_all_and_for_each_group() -> None:
    """Two at once for everybody, one for a group; other calls are not counted."""
    pace, telegram = Pace(messages_per_s=2, group_messages_per_minute=1), Telegram()
    for _ in range(9):
        await ask(pace, telegram, "getFile", chat_id=None)
    await asyncio.gather(*(ask(pace, telegram, "sendMessage") for _ in range(3)))
    first, _, third = telegram.times("sendMessage")
    assert third - first >= 0.4
    group = asyncio.create_task(ask(pace, telegram, "sendPhoto", chat_id=-7))
    assert "sendPhoto" == await group
    waiting = asyncio.create_task(ask(pace, telegram, "sendPhoto", chat_id=-7))
    other = await ask(pace, telegram, "sendPhoto", chat_id=-8)
    assert ("sendPhoto", False) == (other, waiting.done())
    waiting.cancel()

"""Stalled polls, lasting conflicts, second pollers: noticed, told, ended where that heals."""

from __future__ import annotations

import logging

import pytest
from telegram.error import Conflict, InvalidToken, NetworkError

from bot.connection.poller_lock import only_poller
from bot.connection.polling import PollTrouble
from bot.connection.watchdog import watch
from bot.errors import StartError
from bot.program.serving.web import listen


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_a_stalled_poll_ends_the_process() -> None:
    """Telegram answers other requests, so polling itself has died."""

    async def probe() -> None:
        """Telegram is there."""

    with pytest.raises(StartError, match="Polling has stalled") as caught:
        await watch(polled_at=lambda: 0.0, probe=probe, limit_s=75, every_s=0, clock=lambda: 91.0)
    assert caught.value.exit_code != 0


async def test_telegram_out_of_reach_is_no_stall() -> None:
    """Polling comes back by itself; ending the process would heal nothing."""
    clock = Clock()
    probes = 0

    async def probe() -> None:
        nonlocal probes
        probes += 1
        if probes < 3:
            raise NetworkError("no route to host")

    with pytest.raises(StartError):
        await watch(polled_at=lambda: 0.0, probe=probe, limit_s=75, every_s=0, clock=clock)
    assert probes == 3


async def test_a_poll_that_comes_back_during_the_probe_is_no_stall() -> None:
    """A long silence that Telegram wanted ends for the probe and the poll at the same moment."""
    polled = iter([0.0, 80.0, 80.0, 80.0])
    times = iter([81.0, 300.0])

    async def probe() -> None:
        """Telegram is there."""

    with pytest.raises(StartError, match="220 s"):
        await watch(
            polled_at=lambda: next(polled),
            probe=probe,
            limit_s=75,
            every_s=0,
            clock=lambda: next(times),
        )


async def test_a_token_that_holds_no_more_ends_the_process() -> None:
    """Neither waiting nor a restart heals it, and the exit status says so."""

    async def probe() -> None:
        raise InvalidToken("Unauthorized")

    with pytest.raises(StartError, match="TELEGRAM_BOT_TOKEN any more") as caught:
        await watch(polled_at=lambda: 0.0, probe=probe, limit_s=75, every_s=0, clock=lambda: 91.0)
    assert 2 == caught.value.exit_code


async def test_a_poll_in_time_is_not_probed() -> None:
    """While polls succeed, nothing else is asked."""
    times = iter([1.0, 50.0, 74.0, 200.0])

    async def probe() -> None:
        """Telegram is there."""

    with pytest.raises(StartError, match="200 s"):
        await watch(
            polled_at=lambda: 0.0, probe=probe, limit_s=75, every_s=0, clock=lambda: next(times)
        )


def test_a_lasting_conflict_is_told_once() -> None:
    """An old poller may linger for half a minute; a minute means that there are two."""
    clock = Clock()
    told = 0

    def tell() -> None:
        nonlocal told
        told += 1

    trouble = PollTrouble(polled_at=lambda: 0.0, on_lasting_conflict=tell, clock=clock)
    for _ in range(20):
        trouble.report(Conflict("terminated by other getUpdates request"))
        clock.now += 10
    assert told == 1


def test_failed_polls_do_not_flood_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """The first one is logged, then one a minute."""
    clock = Clock()
    trouble = PollTrouble(polled_at=lambda: 0.0, on_lasting_conflict=lambda: None, clock=clock)
    with caplog.at_level(logging.WARNING, logger="bot.connection.polling"):
        for _ in range(120):
            trouble.report(NetworkError("no route to host"))
            clock.now += 1
    assert len(caplog.records) == 2


def test_a_second_poller_for_one_token_is_refused() -> None:
    """On this machine the first one holds a lock; another token is free."""
    with only_poller("1:first", "https://api.example"):
        with (
            pytest.raises(StartError, match="Another process on this machine"),
            only_poller("1:first", "https://api.example"),
        ):
            raise AssertionError("two pollers")
        with only_poller("2:second", "https://api.example"):
            pass
    with only_poller("1:first", "https://api.example"):
        pass


def test_a_taken_port_is_named() -> None:
    """What to do about it is in the sentence."""
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(StartError, match=rf"Port {port} .* --port \d+ or WEB_PORT"):
            listen("127.0.0.1", port)

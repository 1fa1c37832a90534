"""Ends the process when the poll stalls, so that its supervisor starts it anew.

A stall means that the poll brings nothing although Telegram answers other requests. When Telegram
is out of reach, polling just goes on once it is back.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from telegram.error import InvalidToken, TelegramError

from bot.errors import StartError

logger = logging.getLogger(__name__)


async def watch(
    *,
    polled_at: Callable[[], float],
    probe: Callable[[], Awaitable[object]],
    limit_s: float,
    every_s: float,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Watch the time of the last successful poll. Raises StartError when it is `limit_s` past and
    `probe`, a request on another connection, succeeds, or when Telegram refuses the token."""
    while True:
        await asyncio.sleep(every_s)
        before = polled_at()
        silent_s = clock() - before
        if silent_s < limit_s:
            continue
        try:
            await probe()
        except InvalidToken as exc:
            raise StartError(
                "Telegram does not know this TELEGRAM_BOT_TOKEN any more; ask @BotFather for it.",
                exit_code=2,
            ) from exc
        except TelegramError as exc:
            logger.warning("Telegram is out of reach since %.0f s: %s", silent_s, exc)
            continue
        if polled_at() > before:  # it came back while the probe was under way
            continue
        raise StartError(
            f"Polling has stalled for {silent_s:.0f} s although Telegram answers; "
            "the process ends so that it is started again.",
            exit_code=75,
        )

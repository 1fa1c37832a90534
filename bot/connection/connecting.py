"""The first requests of a start: a network that is not up yet, or a busy server, is waited for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.errors import StartError

logger = logging.getLogger(__name__)

_ATTEMPTS = 8
_LONGEST_PAUSE_S = 20.0


async def reach(request: Callable[[], Awaitable[object]], *, api_url: str) -> None:
    """Make a request to the Bot API, for about a minute if need be.

    Raises StartError when it stays out of reach (exit code 75) or does not know the token (2); a
    BadRequest is the caller's.
    """
    pause_s = 0.5
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            await request()
            return
        except BadRequest:  # PTB counts it among the network's errors; another try changes nothing
            raise
        except InvalidToken as exc:
            raise StartError(
                "Telegram does not know this TELEGRAM_BOT_TOKEN; ask @BotFather for it again.",
                exit_code=2,
            ) from exc
        except TelegramError as exc:
            if attempt == _ATTEMPTS:
                raise StartError(
                    f"The Bot API at {api_url} is out of reach "
                    f"({exc}); check the network and TELEGRAM_API_URL.",
                    exit_code=75,
                ) from exc
            logger.warning("the Bot API is out of reach, attempt %d: %s", attempt, exc)
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

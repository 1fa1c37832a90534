"""The bot's waiting times, in one place; tests use shorter ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_PAUSE_S = 60.0


def pauses(first_s: float) -> Iterator[float]:
    """Seconds to wait before each further attempt: twice as long each time, up to a minute."""
    pause_s = first_s
    while True:
        yield min(pause_s, LONGEST_PAUSE_S)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


@dataclass(frozen=True, kw_only=True)
class Timing:
    """The defaults suit Telegram and a local disk."""

    poll_s: int = 20
    """A poll without news is answered after this."""
    silence_s: float = 20.0
    """After this silence, beyond a poll's own time, the bot gives up on a server."""
    stall_s: float = 75.0
    """Without a poll for this long, although Telegram answers, the process ends."""
    look_every_s: float = 5.0
    """How often to check that: with the request to Telegram, 90 s at most in all."""
    first_pause_s: float = 1.0
    """Before an update is tried again; doubled each time."""
    keep_again_s: float = 60.0
    """Before photos are kept that could not be, for a reason that passes."""
    busy_after_s: float = 5.0
    """A person who waits longer for an answer reads that the bot is busy."""
    menus_after_s: float = 1.0
    """After the start: the command menus are cosmetic, and photos may be waiting."""
    watch_every_s: float = 60.0
    """How often the leader checks disputes and retrainings."""
    answer_within_s: float = 15.0
    """A database server that is silent for so long counts as unreachable."""
    busy_timeout_s: float = 10.0
    """How long to wait for another program's SQLite write lock."""

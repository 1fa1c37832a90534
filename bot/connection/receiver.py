"""Receiving updates: by polling, or by webhook.

Both store updates in the inbox before Telegram may forget them; the rest of the bot does not know
which one is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from starlette.types import ASGIApp


class Receiver(Protocol):
    """One way in, made once and run once."""

    @property
    def mounts(self) -> Mapping[str, ASGIApp]:
        """Its routes on the bot's own port, by path."""
        ...

    async def begin(self) -> None:
        """Receive from now on; raises StartError when that cannot be."""
        ...

    async def watch(self) -> None:
        """Look after it as long as the bot runs; raises StartError when only a restart helps."""
        ...

    async def stop(self) -> None:
        """Take nothing more."""
        ...

    def problem(self) -> str | None:
        """What keeps updates from coming in, as a sentence; None when all is well."""
        ...

    def figures(self) -> dict[str, Any]:
        """Its further fields in `/healthz`."""
        ...

"""Serving the application alone, with a quick end."""

from __future__ import annotations

import socket

import uvicorn
from starlette.applications import Starlette

KEEP_ALIVE_S = 75
"""Longer than a long poll, so that idle clients keep their connections."""


class ChatServer(uvicorn.Server):
    """Ends waiting polls first when it is asked to stop: nothing holds the stop up."""

    def __init__(self, app: Starlette, *, log_level: str = "warning") -> None:
        self._world = app.state.world
        super().__init__(
            uvicorn.Config(
                app, log_level=log_level, access_log=False, timeout_keep_alive=KEEP_ALIVE_S
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer everybody who waits, then stop."""
        self._world.close()
        await super().shutdown(sockets)

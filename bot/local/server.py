"""Serving the application alone, with a quick end."""

from __future__ import annotations

import asyncio
import socket
from typing import Any, cast

import uvicorn
from starlette.applications import Starlette

from review.connections import BoundedHttp

KEEP_ALIVE_S = 75
"""Longer than a long poll, so that idle clients keep their connections."""


class _Gathering:
    """A transport that sends at once what is written one after the other."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._written: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Keep it until `send`, or for no longer than what runs just now."""
        if not self._written:
            asyncio.get_running_loop().call_soon(self.send)
        self._written.append(data)

    def send(self) -> None:
        """Hand over what was written since the last time."""
        if self._written:
            self._transport.write(b"".join(self._written))
            self._written.clear()

    def close(self) -> None:
        """Send the rest and close."""
        self.send()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _InOnePiece(BoundedHttp):
    """Head and body of an answer leave together: uvicorn writes each by itself, which wakes the
    client twice, and the first time for nothing."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._gathering = _Gathering(transport)
        super().connection_made(cast("asyncio.Transport", self._gathering))

    def on_response_complete(self) -> None:
        self._gathering.send()
        super().on_response_complete()


class ChatServer(uvicorn.Server):
    """Ends waiting polls first when it is asked to stop: nothing holds the stop up."""

    def __init__(self, app: Starlette, *, log_level: str = "warning") -> None:
        self._world = app.state.world
        super().__init__(
            uvicorn.Config(
                app,
                http=_InOnePiece,
                log_level=log_level,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE_S,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer everybody who waits, then stop."""
        self._world.close()
        await super().shutdown(sockets)

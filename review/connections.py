"""Connections that nobody can keep for ever: bounds that uvicorn's HTTP protocol does not have.

Nobody needs a login to open a connection. So the head of a request has a limit of size and time,
and when all places are taken, the connection that waits longest without a request makes room.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_CONNECTIONS = 256
"""Well below what a process may open (1,024 descriptors by default), files included."""
MOST_HEAD_BYTES = 64 * 1024
"""Most bytes of a request before its head, or the next part of its body, is complete."""
SILENCE_S = 15.0
"""A request that has begun, and a connection that never did, may be silent for so long."""

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n\r\n"


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's protocol with those bounds; give it to `uvicorn.Config(http=…)`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # One line for each malformed request would let anybody fill the disk.
        self.logger = logging.getLogger("uvicorn.error.protocol")
        self.logger.setLevel(logging.ERROR)
        self._unparsed_bytes = 0
        self._is_awaited = True
        self._moved_at = self.loop.time()
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a place; when all are taken, an idle connection makes room."""
        crowd = [each for each in self.connections if isinstance(each, BoundedHttp)]
        super().connection_made(transport)
        self._timer = self.loop.call_later(SILENCE_S, self._look)
        if len(crowd) >= MOST_CONNECTIONS:
            idle = [each for each in crowd if not each._is_answering]
            _drop(min(idle, key=lambda each: each._moved_at) if idle else self)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head has no end."""
        self._unparsed_bytes += len(data)
        super().data_received(data)
        if self._unparsed_bytes > MOST_HEAD_BYTES and not self.transport.is_closing():
            if not self._is_answering:
                self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._is_awaited = True
        self._move()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is whole."""
        self._move()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of its body is here."""
        self._move()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """All of it is here."""
        self._is_awaited = False
        self._move()
        super().on_message_complete()

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _move(self) -> None:
        self._unparsed_bytes = 0
        self._moved_at = self.loop.time()

    def _look(self) -> None:
        """Close the connection when what it has to send does not come; else look again."""
        if self.transport.is_closing():
            return
        # A connection that nobody reads cannot move on.
        if not self._is_awaited or self.flow.read_paused:
            self._timer = self.loop.call_later(SILENCE_S, self._look)
            return
        left_s = self._moved_at + SILENCE_S - self.loop.time()
        if left_s <= 0:
            self.transport.close()
        else:
            self._timer = self.loop.call_later(left_s, self._look)


def _drop(connection: BoundedHttp) -> None:
    connection.transport.abort()
    # It counts until the loop has seen to it, and more may be made before that.
    connection.connections.discard(connection)

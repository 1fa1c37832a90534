"""A bad line between the bot and its Bot API: it vanishes, hangs, breaks off, and keeps count.

Or something else answers on it, as a captive portal does.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import threading
import time
from types import TracebackType
from typing import NamedTuple

_REQUEST = re.compile(rb"^(?:POST|GET) /(file/)?bot[^/ ]+/(\w+)")


class Seen(NamedTuple):
    """One request on its way to the Bot API, or one connection that came to nothing."""

    at_s: float
    """On the monotonic clock."""
    method: str
    """The Bot API's method; "file" for a download, "nothing" while the API had vanished."""


class FaultyProxy:
    """Passes connections on to a port of this machine, with the ordered faults."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.seen: list[Seen] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="faulty-proxy")
        self._writers: set[asyncio.StreamWriter] = set()
        self._hanging: set[str] = set()
        self._stranger: tuple[bytes, set[str]] | None = None
        self._vanished = False
        self._vanish_before = ""

    def __enter__(self) -> FaultyProxy:
        self._thread.start()
        self._do(self._serve())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def vanish(self, *, before: str = "") -> None:
        """From now on, or from the next request of this method on, connections are reset."""
        self._vanish_before = before
        if not before:
            self._do(self._vanish())

    def come_back(self) -> None:
        """Pass everything on again."""
        self._vanished, self._vanish_before = False, ""
        self._stranger = None

    def hang(self, *methods: str) -> None:
        """Take requests of these methods and let no answer through."""
        self._hanging = set(methods)

    def answer_instead(self, status: int, body: str, *methods: str) -> None:
        """Answer requests of these methods, or all, without the Bot API."""
        head = f"HTTP/1.1 {status} Whatever\r\nContent-Length: {len(body.encode())}\r\n\r\n"
        self._stranger = (head + body).encode(), set(methods)

    def count(self, *methods: str) -> int:
        """How many requests of these methods came, or of all."""
        return sum(not methods or seen.method in methods for seen in list(self.seen))

    async def _serve(self) -> None:
        self._server = await asyncio.start_server(self._pass_on, sock=self._listener)

    async def _close(self) -> None:
        self._server.close()
        await self._vanish()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _vanish(self) -> None:
        self._vanished = True
        for writer in self._writers:
            writer.transport.abort()

    async def _pass_on(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        if self._vanished:
            self.seen.append(Seen(time.monotonic(), "nothing"))
            back.transport.abort()
            return
        server, forth = await asyncio.open_connection("127.0.0.1", self._target_port)
        self._writers |= {back, forth}
        asked: list[str] = [""]
        try:
            await asyncio.gather(
                self._requests(client, forth, back, asked),
                self._answers(server, back, asked),
            )
        finally:
            self._writers -= {back, forth}
            for writer in (back, forth):
                writer.close()

    async def _requests(
        self,
        client: asyncio.StreamReader,
        forth: asyncio.StreamWriter,
        back: asyncio.StreamWriter,
        asked: list[str],
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await client.read(65536):
                if found := _REQUEST.match(data):
                    asked[0] = "file" if found[1] else found[2].decode()
                    self.seen.append(Seen(time.monotonic(), asked[0]))
                    if asked[0] == self._vanish_before:
                        await self._vanish()
                    if self._stranger and asked[0] in (self._stranger[1] or asked):
                        back.write(self._stranger[0])
                        await back.drain()
                        continue
                forth.write(data)
                await forth.drain()
        with contextlib.suppress(OSError):
            forth.write_eof()

    async def _answers(
        self, server: asyncio.StreamReader, back: asyncio.StreamWriter, asked: list[str]
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await server.read(65536):
                if asked[0] not in self._hanging:
                    back.write(data)
                    await back.drain()
        back.close()

    def _do(self, work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)  # type: ignore[arg-type]

"""The local Bot API served over real HTTP on loopback, in a thread of the test."""

from __future__ import annotations

import asyncio
import socket
import threading
from types import TracebackType
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.local.app import create_app
from bot.local.server import ChatServer
from bot.local.world.world import World
from tests.conftest import PATIENCE_S

TOKEN = "123456:TEST-token_of-the-local-bot"


class _PromptServer(ChatServer):
    """Stops when told instead of looking every tenth of a second."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(app, log_level="critical")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._told.wait()

    def stop(self) -> None:
        self.should_exit = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._told.set)


class LocalServer:
    """`with LocalServer() as server:` serves until the block ends; options go to `create_app`."""

    def __init__(self, *, port: int = 0, **options: Any) -> None:
        app = create_app(**({"token": TOKEN} | options))
        self.world: World = app.state.world
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server = _PromptServer(app)
        # The listener takes connections from the start: early ones wait in its backlog.
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))

    def __enter__(self) -> LocalServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server; a second time does nothing."""
        self._server.stop()
        self._thread.join()
        self._listener.close()


class Script:
    """A script's and a bot's side of the server, over HTTP."""

    def __init__(self, url: str, token: str = TOKEN) -> None:
        self.url = url
        # Loopback speaks plain HTTP; loading certificates would cost more than the test.
        patience_s = 2 * PATIENCE_S
        self.http = httpx.Client(base_url=url, timeout=patience_s, trust_env=False, verify=False)  # noqa: S501
        self.token = token

    def method(self, name: str) -> str:
        """The path of a Bot API method."""
        return f"/bot{self.token}/{name}"

    def download(self, file_id: str) -> bytes:
        """A file's bytes, the way a bot gets them."""
        path = self.result("getFile", file_id=file_id)["file_path"]
        return self.http.get(f"/file/bot{self.token}/{path}").raise_for_status().content

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """The whole answer of a Bot API method called with JSON."""
        answer = self.http.post(self.method(method), json=arguments)
        body: dict[str, Any] = answer.json()
        return body

    def result(self, method: str, **arguments: Any) -> Any:
        """The result of a Bot API method that must succeed."""
        body = self.call(method, **arguments)
        assert body["ok"], body
        return body["result"]

    def refusal(self, method: str, **arguments: Any) -> str:
        """The description with which a Bot API method is refused."""
        body = self.call(method, **arguments)
        assert not body["ok"], body
        return str(body["description"])

    def send(self, *, files: Any = None, **fields: Any) -> dict[str, Any]:
        """What a person sends, as the Message that Telegram would show."""
        answer = self.http.post("/local/send", data=fields, files=files)
        assert answer.status_code == 200, answer.text
        message: dict[str, Any] = answer.json()
        return message

    def photo(self, data: bytes, *, name: str = "photo.jpg", **fields: Any) -> dict[str, Any]:
        """A photo that a person sends."""
        return self.send(files={"photo": (name, data, "image/jpeg")}, **fields)

    def messages(self, chat: int = 1, after: int = 0, wait: float = 0) -> list[dict[str, Any]]:
        """The messages of a chat."""
        parameters: dict[str, float] = {"chat": chat, "after": after, "wait": wait}
        found: list[dict[str, Any]] = self.http.get("/local/messages", params=parameters).json()
        return found

    def updates(self, **arguments: Any) -> list[dict[str, Any]]:
        """The updates that wait for the bot."""
        found: list[dict[str, Any]] = self.result("getUpdates", **arguments)
        return found

    def close(self) -> None:
        """End the connections."""
        self.http.close()

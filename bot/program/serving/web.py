"""The bot's own port: health, metrics, the review pages and, in local mode, the chat page."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.errors import StartError
from bot.process.metrics import Metrics
from bot.program.serving.health import Health
from bot.program.serving.own_names import is_own
from review.connections import BoundedHttp

_KEEP_ALIVE_S = 75
_GRACE_S = 3
_FOREIGN = (
    "This is told under an address, a name without a dot, and the names in WEBHOOK_URL, REVIEW_URL "
    "and WEB_NAMES only.\n"
)


def create_app(
    health: Health, metrics: Metrics, mounts: Mapping[str, ASGIApp], *, names: Collection[str]
) -> Starlette:
    """`health` and `metrics` are told under these `names` only; `mounts` are applications by path,
    which guard themselves."""

    async def healthz() -> Response:
        return _told(await health.state())

    async def readyz() -> Response:
        return _told(await health.readiness())

    async def show_metrics() -> Response:
        text, media_type = metrics.render()
        return Response(text, headers={"Content-Type": media_type})

    def told(path: str, tell: Callable[[], Awaitable[Response]]) -> Route:
        async def answer(request: Request) -> Response:
            return await tell() if _is_told(request, names) else _refused()

        return Route(path, answer)

    return Starlette(
        routes=[
            told("/healthz", healthz),
            told("/readyz", readyz),
            told("/metrics", show_metrics),
            *(Route(path, _with_slash) for path in mounts if path.strip("/")),
            *(Mount(path, app) for path, app in mounts.items()),
        ]
    )


async def _with_slash(request: Request) -> Response:
    """People type an address without its last slash; what is mounted at the root would get it."""
    return RedirectResponse(f"{request.url.path}/", 308)


def _is_told(request: Request, names: Collection[str]) -> bool:
    return is_own(request.headers.get("host"), names)


def _refused() -> Response:
    return PlainTextResponse(_FOREIGN, 403)


def _told(state: Mapping[str, Any]) -> Response:
    return JSONResponse(dict(state), 200 if state["ok"] else 503)


class Door:
    """The port's answers: first that the bot starts and what it waits for, then the bot itself.

    During the start it answers 503 to everything, so that the asker comes again.
    """

    def __init__(self, waits_for: Callable[[], str | None], names: Collection[str]) -> None:
        self._waits_for = waits_for
        self._names = names
        self._app: ASGIApp = self._closed

    def open(self, app: ASGIApp) -> None:
        """Let everybody in."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        await self._app(scope, receive, send)

    async def _closed(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            state = {"ok": False, "starting": True, "model_problem": self._waits_for()}
            is_told = _is_told(Request(scope), self._names)
            await (_told(state) if is_told else _refused())(scope, receive, send)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises StartError, which says what to do, when it cannot listen."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # To listen on all addresses means those of IPv4 as well.
        both = host == "::" and socket.has_dualstack_ipv6()
        listener = socket.create_server(
            (host, port), family=family, backlog=256, dualstack_ipv6=both
        )
        # asyncio does so only for sockets that name their protocol, which these do not; without
        # it, head and body of an answer are 40 ms apart. Accepted connections inherit it.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as exc:
        if exc.errno == errno.EADDRINUSE:
            raise StartError(
                f"Port {port} on {host} is taken by another program. Choose another: "
                f"make run PORT={port + 1}, --port {port + 1} or WEB_PORT."
            ) from exc
        raise StartError(
            f"Cannot listen on {host}:{port} ({exc.strerror or exc}); check WEB_HOST and WEB_PORT."
        ) from exc


class _Server(uvicorn.Server):
    """uvicorn inside the bot's loop: the bot decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class WebServer:
    """Serves one application on one socket."""

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            http=BoundedHttp,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_GRACE_S,
            server_header=False,
        )
        self._server = _Server(config)
        self._listener = listener
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to serve; requests that come before are queued by the system."""
        self._task = asyncio.create_task(
            self._server.serve(sockets=[self._listener]), name="web-server"
        )

    async def stop(self) -> None:
        """Finish what is being answered, for a moment, and close."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        self._listener.close()

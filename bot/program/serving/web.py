"""The bot's own port: health, metrics, the review pages and, in local mode, the chat page."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.errors import StartError
from bot.process.metrics import Metrics
from review.connections import BoundedHttp

_KEEP_ALIVE_S = 75
_GRACE_S = 3


def create_app(
    *,
    health: Callable[[], Awaitable[Mapping[str, Any]]],
    readiness: Callable[[], Awaitable[Mapping[str, Any]]],
    metrics: Metrics,
    mounts: Mapping[str, ASGIApp],
) -> Starlette:
    """`health` says how the bot is, `readiness` whether it may get work, each with `ok` true or
    false; `mounts` are applications by path."""

    async def healthz(request: Request) -> Response:
        return _told(await health())

    async def readyz(request: Request) -> Response:
        return _told(await readiness())

    async def show_metrics(request: Request) -> Response:
        text, media_type = metrics.render()
        return Response(text, headers={"Content-Type": media_type})

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", show_metrics),
            *(Route(path, _with_slash) for path in mounts if path.strip("/")),
            *(Mount(path, app) for path, app in mounts.items()),
        ]
    )


async def _with_slash(request: Request) -> Response:
    """People type an address without its last slash; what is mounted at the root would get it."""
    return RedirectResponse(f"{request.url.path}/", 308)


def _told(state: Mapping[str, Any]) -> Response:
    return JSONResponse(dict(state), 200 if state["ok"] else 503)


class Door:
    """The port's answers: first that the bot starts and what it waits for, then the bot itself.

    Whoever asks during the start gets 503 for everything, and comes again.
    """

    def __init__(self, waits_for: Callable[[], str | None]) -> None:
        self._waits_for = waits_for
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
            await _told(state)(scope, receive, send)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises StartError, which says what to do, when it cannot listen."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # Whoever listens on all addresses means those of IPv4 as well.
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

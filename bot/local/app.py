"""The server as a Starlette application."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.local import scripts
from bot.local.api import call_method, download, error_response, perform_answer
from bot.local.errors import NotFound
from bot.local.guard import Guard
from bot.local.world.command_lists import CommandMenu
from bot.local.world.faults import Faults
from bot.local.world.files import FileStore
from bot.local.world.history import History
from bot.local.world.open_queries import Callbacks
from bot.local.world.people import BotIdentity, People
from bot.local.world.updates import UpdateQueue
from bot.local.world.webhook import Webhook
from bot.local.world.world import World

PAGE = Path(__file__).parent / "page"
_COMPRESSED = [Middleware(GZipMiddleware, minimum_size=1000)]
"""Text only: photos would cost time and shrink by nothing."""
_IDS_PER_SECOND = 64
_MAX_FIRST_ID = 2**30


def create_world(
    *,
    token: str | None,
    bot_name: str,
    admin_id: int,
    privacy_mode: bool,
    max_kept_bytes: int | None,
    clock: Callable[[], float],
    samples: Iterable[Path],
) -> World:
    """An empty world: two people, no messages."""
    # A bot may remember ids of an earlier run of this server; those of a later run are larger.
    first_id = int(clock() * _IDS_PER_SECOND) % _MAX_FIRST_ID + 1
    updates = UpdateQueue(first_id=first_id, clock=clock)

    async def perform(answer: dict[str, Any]) -> None:
        await perform_answer(world, answer)

    world = World(
        identity=BotIdentity(bot_name, token),
        people=People(admin_id),
        history=History(first_id=first_id),
        updates=updates,
        files=FileStore(max_kept_bytes=max_kept_bytes),
        faults=Faults(),
        callbacks=Callbacks(clock=clock),
        commands=CommandMenu(),
        webhook=Webhook(updates, clock=clock, perform=perform),
        admin_id=admin_id,
        privacy_mode=privacy_mode,
        clock=clock,
        samples={path.name: path for path in samples},
    )
    return world


async def _page(request: Request) -> Response:
    return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})


async def _not_found(request: Request, exc: Exception) -> Response:
    """A page for people, the Bot API's error object for programs."""
    if "text/html" in request.headers.get("accept", ""):
        return FileResponse(PAGE / "not-found.html", status_code=404)
    return error_response(NotFound())


def create_app(
    *,
    token: str | None,
    bot_name: str = "Bear Detector",
    admin_id: int = 2,
    allowed_hosts: Collection[str] = (),
    privacy_mode: bool = True,
    max_kept_bytes: int | None = None,
    clock: Callable[[], float] = time.time,
    samples: Iterable[Path] = (),
) -> Starlette:
    """The local Bot API, the scripts' endpoints and the chat page.

    With a `token` only that bot is let in, without one any well-formed token. `allowed_hosts` are
    names besides loopback under which it may be reached. Photos and documents beyond
    `max_kept_bytes` (by default 4 GB, or a quarter of the free disk) are dropped, oldest first.
    `samples` are photos that an empty chat offers to try.

    `app.state.world.close()` ends waiting polls and deletes the files. It is called when the
    application's lifespan ends; who mounts it in another application calls it before shutdown.
    """
    world = create_world(
        token=token,
        bot_name=bot_name,
        admin_id=admin_id,
        privacy_mode=privacy_mode,
        max_kept_bytes=max_kept_bytes,
        clock=clock,
        samples=samples,
    )

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        world.close()

    app = Starlette(
        routes=[
            Route("/bot{token}/{method}", call_method, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", download),
            Route("/local/send", scripts.send, methods=["POST"]),
            Route("/local/edit", scripts.edit, methods=["POST"]),
            Route("/local/press", scripts.press_button, methods=["POST"]),
            Route("/local/react", scripts.react, methods=["POST"]),
            Route("/local/update", scripts.put_update, methods=["POST"]),
            Route("/local/messages", scripts.messages),
            Route("/local/changes", scripts.changes, middleware=_COMPRESSED),
            Route("/local/people", scripts.people, methods=["GET"]),
            Route("/local/people", scripts.change_person, methods=["POST"]),
            Route("/local/menu", scripts.menu),
            Route("/local/file", scripts.show_file),
            Route("/local/sample", scripts.show_sample),
            Route("/local/faults", scripts.list_faults, methods=["GET"]),
            Route("/local/faults", scripts.order_fault, methods=["POST"]),
            Route("/local/faults", scripts.clear_faults, methods=["DELETE"]),
            Route("/", _page, middleware=_COMPRESSED),
            Mount("/page", StaticFiles(directory=PAGE, check_dir=False), middleware=_COMPRESSED),
        ],
        middleware=[Middleware(Guard, allowed_hosts=allowed_hosts)],
        exception_handlers={404: _not_found},
        lifespan=lifespan,
    )
    app.state.world = world
    return app

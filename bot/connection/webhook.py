"""The webhook: each update is in the inbox before the bot acknowledges its delivery.

Telegram delivers unacknowledged updates again and keeps the order of a chat. So any number of
processes that share the database may stand behind one address. Stopping them loses nothing: the
webhook stays set, and updates wait at Telegram.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp
from telegram import WebhookInfo
from telegram.error import BadRequest, TelegramError
from telegram.ext import Application

from bot.connection.connecting import reach
from bot.errors import StartError
from bot.intake.inbox import Inbox
from bot.intake.update_shape import Incoming, read_update
from dataset.errors import DatabaseError

logger = logging.getLogger(__name__)

PATH = "/telegram/webhook"
"""The path of deliveries, below WEBHOOK_URL and on the bot's own port."""

MAX_BODY_BYTES = 1 << 20
"""Updates hold some kilobytes; the longest text with all its entities stays below 200."""

OUT_OF_REACH_S = 90.0
_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_MAX_CONNECTIONS = 40
# Telegram ends a delivery that is not answered within a minute, and brings it again.
_WAIT_S = 25.0
_LOOK_EVERY_S = 30.0
_LOOKS_UNTIL_TROUBLE = 2
_SAY_EVERY_S = 60.0


class Webhook:
    """The address that Telegram delivers to, and the watch over whether it does."""

    def __init__(  # noqa: PLR0913 - an address, a watch over it, and a clock for tests
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        inbox: Inbox,
        *,
        public_url: str,
        secret: str,
        api_url: str,
        allowed_updates: tuple[str, ...],
        on_trouble: Callable[[str], None],
        look_every_s: float = _LOOK_EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`on_trouble` gets, once for each lasting trouble, the reason why updates stay away."""
        self._bot = application.bot
        self._queue = application.update_queue
        self._inbox = inbox
        self._address = public_url + PATH
        self._secret = secret
        self._api_url = api_url
        self._allowed_updates = allowed_updates
        self._on_trouble = on_trouble
        self._look_every_s = look_every_s
        self._clock = clock
        self._receiving = asyncio.Event()
        self._stopped = False
        self._said_at: float | None = None
        self._received_at = self._reached_at = self._looked_at = clock()
        self._pending = 0
        self._old_error: datetime | None = None
        self._looks_in_trouble = 0
        self._trouble: str | None = None

    @property
    def mounts(self) -> Mapping[str, ASGIApp]:
        folder, _, name = PATH.rpartition("/")
        return {folder: Router([Route(f"/{name}", self._receive, methods=["POST"])])}

    async def begin(self) -> None:
        self._receiving.set()
        try:
            await reach(self._set, api_url=self._api_url)
        except BadRequest as exc:
            raise StartError(
                f"Telegram refuses the webhook {self._address} ({exc.message}); WEBHOOK_URL must "
                "be an https address that Telegram reaches on port 443, 80, 88 or 8443.",
                exit_code=2,
            ) from exc
        self._reached_at = self._clock()

    async def watch(self) -> None:
        """See Receiver. Nothing here ends the process: a restart would not heal a wrong road."""
        while True:
            await asyncio.sleep(self._look_every_s)
            try:
                await self._look()
            except TelegramError as exc:
                logger.warning("Telegram cannot be asked about the webhook: %s", exc)

    async def stop(self) -> None:
        self._stopped = True
        self._receiving.set()

    def problem(self) -> str | None:
        silent_s = self._clock() - max(self._reached_at, self._received_at)
        if silent_s >= OUT_OF_REACH_S:
            return f"Telegram is out of reach since {silent_s:.0f} s"
        return self._trouble if self._looks_in_trouble >= _LOOKS_UNTIL_TROUBLE else None

    def figures(self) -> dict[str, Any]:
        return {"webhook_pending": self._pending}

    async def _set(self) -> None:
        await self._bot.set_webhook(
            self._address,
            secret_token=self._secret,
            allowed_updates=self._allowed_updates,
            max_connections=_MAX_CONNECTIONS,
            drop_pending_updates=False,
        )

    async def _receive(self, request: Request) -> Response:
        given = request.headers.get(_HEADER, "").encode()
        if not hmac.compare_digest(given, self._secret.encode()):
            return Response(status_code=403)
        try:
            body = await _read(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        incoming = self._update_in(body)
        if incoming is None:
            return Response(status_code=400)
        return Response(status_code=200 if await self._take(incoming) else 503)

    def _update_in(self, body: bytes) -> Incoming | None:
        try:
            return read_update(json.loads(body), self._bot)
        except (ValueError, RecursionError) as exc:
            logger.debug("a delivery is not an update: %s", type(exc).__name__)
            return None

    async def _take(self, incoming: Incoming) -> bool:
        """Store the update and hand it on; False asks Telegram to bring it again."""
        try:
            await asyncio.wait_for(self._room(), _WAIT_S)
        except (TimeoutError, asyncio.TimeoutError):
            return False
        if self._stopped:
            return False
        try:
            await self._inbox.take_in([incoming])
        except DatabaseError as exc:
            if self._said_at is None or self._clock() - self._said_at >= _SAY_EVERY_S:
                self._said_at = self._clock()
                logger.warning("the inbox cannot be written, Telegram keeps the updates: %s", exc)
            return False
        self._received_at = self._clock()
        await self._queue.put(incoming.update)
        return True

    async def _room(self) -> None:
        await self._receiving.wait()
        await self._inbox.room()

    async def _look(self) -> None:
        """Ask Telegram how delivery goes, and put right what can be put right."""
        info = await self._bot.get_webhook_info()
        self._reached_at = self._clock()
        self._pending = info.pending_update_count
        trouble = self._trouble_in(info)
        self._looked_at = self._reached_at
        if info.url != self._address:
            logger.warning("the webhook was changed by another program and is set again")
            await self._set()
        self._looks_in_trouble = self._looks_in_trouble + 1 if trouble else 0
        self._trouble = trouble
        if trouble and self._looks_in_trouble == _LOOKS_UNTIL_TROUBLE:
            logger.error("updates do not come in: %s", trouble)
            self._on_trouble(trouble)

    def _trouble_in(self, info: WebhookInfo) -> str | None:
        if info.url != self._address:
            return "another program with this token changes the webhook"
        if info.pending_update_count == 0 or self._received_at > self._looked_at:
            self._old_error = info.last_error_date
            return None
        if info.last_error_date in (None, self._old_error):
            return None
        return f"Telegram cannot deliver to {self._address} ({info.last_error_message})"


async def _read(request: Request) -> bytes | None:
    """The body; None when it is larger than any update."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            return None
        chunks.append(chunk)
    return b"".join(chunks)

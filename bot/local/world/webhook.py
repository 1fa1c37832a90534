"""Delivering updates to the bot's own address instead of waiting for it to ask."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import httpx

from bot.local.errors import BadRequest
from bot.local.world.updates import Pending, UpdateQueue

_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
_FIRST_RETRY_S = 1.0
_LONGEST_RETRY_S = 60.0

Perform = Callable[[dict[str, Any]], Awaitable[object]]
"""Carries out a method call that a webhook answered with."""


class Webhook:
    """At most one address; updates go there in order, each until it is taken."""

    def __init__(
        self, updates: UpdateQueue, *, clock: Callable[[], float], perform: Perform
    ) -> None:
        self.url = ""
        self._updates = updates
        self._clock = clock
        self._perform = perform
        self._secret_token = ""
        self._max_connections = 40
        self._last_error: tuple[int, str] | None = None
        self._delivery: asyncio.Task[None] | None = None

    def set(self, url: str, *, secret_token: str = "", max_connections: int = 40) -> None:
        """Deliver to this address from now on; an empty one ends delivery.

        Unlike Telegram, plain http and every port are taken, as by its own server for operators.
        Raises BadRequest for an invalid address or secret token.
        """
        if url and not url.startswith(("http://", "https://")):
            raise BadRequest("bad webhook: An HTTPS URL must be provided for webhook")
        if not _SECRET.fullmatch(secret_token):
            raise BadRequest("secret token contains unallowed characters")
        self.close()
        self.url = url
        self._secret_token = secret_token
        self._max_connections = max_connections
        self._last_error = None
        if url:
            self._delivery = asyncio.get_running_loop().create_task(self._deliver())

    def trouble(self) -> dict[str, Any]:
        """The fields of WebhookInfo that depend on how delivery goes."""
        info: dict[str, Any] = {"max_connections": self._max_connections} if self.url else {}
        if self._last_error is not None:
            info["last_error_date"], info["last_error_message"] = self._last_error
        return info

    def close(self) -> None:
        if self._delivery is not None:
            self._delivery.cancel()
            self._delivery = None

    async def _deliver(self) -> None:
        retry_s = _FIRST_RETRY_S
        headers = {"Content-Type": "application/json"}
        if self._secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self._secret_token
        # The environment's proxy does not serve loopback.
        async with httpx.AsyncClient(headers=headers, timeout=60, trust_env=False) as client:
            while True:
                batch = self._updates.batch(1)
                if not batch:
                    await self._updates.wait()
                    continue
                if await self._post(client, batch[0]):
                    self._updates.acknowledge(batch[0].id + 1)
                    retry_s = _FIRST_RETRY_S
                else:
                    await asyncio.sleep(retry_s)
                    retry_s = min(2 * retry_s, _LONGEST_RETRY_S)

    async def _post(self, client: httpx.AsyncClient, update: Pending) -> bool:
        try:
            response = await client.post(self.url, content=update.json.encode())
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            self._last_error = (int(self._clock()), str(exc) or type(exc).__name__)
            return False
        if not response.is_success:
            wrong = f"{response.status_code} {response.reason_phrase}"
            message = f"Wrong response from the webhook: {wrong}"
            self._last_error = (int(self._clock()), message)
            return False
        answer = _answer_in(response)
        if "method" in answer:
            await self._perform(answer)
        return True


def _answer_in(response: httpx.Response) -> dict[str, Any]:
    """The fields of a webhook's answer, in JSON or as a form."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(response.text))
    try:
        answer = json.loads(response.content)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}

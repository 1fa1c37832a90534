"""Faults on order, for the next requests of a test."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.local.arguments import Arguments
from bot.local.errors import BadRequest

DOWNLOAD = "file"
"""The method name that stands for downloads from /file/."""
_ANY = "*"
_REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
BREAK_OFF = 0
"""The status that stands for a connection that breaks off in the middle of the answer."""
SUCCESS = 200


@dataclass
class Fault:
    """A fault for the next requests of one method."""

    method: str
    status: int
    retry_after: int | None
    delay: float
    """Seconds before anything is answered."""
    times: int
    """How many more requests it affects."""
    after: bool
    """Whether the method is carried out first and only its answer goes wrong."""
    migrate_to_chat_id: int | None
    """The supergroup that a group became."""


class BrokenOff(Response):
    """Half of an answer, then the end of the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Announce the whole body, send half of it, and stop: the HTTP server hangs up."""
        await send({"type": "http.response.start", "status": SUCCESS, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})


class Faults:
    """The faults still to come, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def order(self, arguments: Arguments) -> None:
        """Take in a fault from a script. Raises BadRequest for impossible ones."""
        status = arguments.integer("status")
        times = arguments.integer("times")
        fault = Fault(
            method=(arguments.text("method") or _ANY).lower(),
            status=SUCCESS if status is None else status,
            retry_after=arguments.integer("retry_after"),
            delay=arguments.number("delay") or 0.0,
            times=1 if times is None else times,
            after=arguments.flag("after"),
            migrate_to_chat_id=arguments.integer("migrate_to_chat_id"),
        )
        if fault.status not in {BREAK_OFF, SUCCESS} and not 400 <= fault.status < 600:
            raise BadRequest("status must be 400 to 599, 0 (breaks off) or 200 (only delays)")
        if fault.times < 1 or fault.delay < 0:
            raise BadRequest("times must be at least 1 and delay at least 0")
        self._waiting.append(fault)

    def listing(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._waiting]

    def clear(self) -> None:
        self._waiting.clear()

    async def strike(self, method: str) -> Fault | None:
        """The fault for this request, already waited for; None when all goes well."""
        if not self._waiting:
            return None
        name = method.lower()
        for fault in self._waiting:
            if fault.method in {name, _ANY}:
                fault.times -= 1
                if not fault.times:
                    self._waiting.remove(fault)
                await asyncio.sleep(fault.delay)
                return None if fault.status == SUCCESS else fault
        return None


def faulty_response(fault: Fault, regular: Response | None = None) -> Response:
    """What the client gets: Telegram's error object, or half of an answer."""
    if fault.status == BREAK_OFF:
        body = bytes(regular.body) if regular is not None else b'{"ok":true,"result":{}}'
        return BrokenOff(body, media_type="application/json")
    description = _REASONS.get(fault.status, "Internal Server Error")
    answer: dict[str, object] = {"ok": False, "error_code": fault.status}
    headers = {}
    if fault.retry_after is not None:
        description = f"{description}: retry after {fault.retry_after}"
        answer["parameters"] = {"retry_after": fault.retry_after}
        headers["Retry-After"] = str(fault.retry_after)
    elif fault.migrate_to_chat_id is not None:
        description = f"{description}: group chat was upgraded to a supergroup chat"
        answer["parameters"] = {"migrate_to_chat_id": fault.migrate_to_chat_id}
    answer["description"] = description
    return JSONResponse(answer, status_code=fault.status, headers=headers)

"""Keeps foreign web pages out of a server that trusts everybody who reaches it.

A page that a browser opened elsewhere can send requests to loopback, and with DNS rebinding under
a name of its own. So requests must name a host that is loopback (or configured), and those that a
browser marks as coming from another site are refused.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine only."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """Refuses foreign hosts and origins with 403, and sends strict headers with everything."""

    def __init__(self, app: ASGIApp, *, allowed_hosts: Collection[str] = ()) -> None:
        self._app = app
        self._allowed = {host.lower() for host in allowed_hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        problem = self._problem(scope)
        if problem:
            await PlainTextResponse(problem, 403)(scope, receive, send)
            return

        async def send_strictly(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        # Clients of the Bot API are not browsers and need no headers.
        is_api = scope["path"].startswith("/bot")
        await self._app(scope, receive, send if is_api else send_strictly)

    def _problem(self, scope: Scope) -> str:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        name = _parts_of(f"//{host}").hostname or ""
        if name not in self._allowed and not is_loopback(name):
            return (
                f"This server answers only to localhost, not to {name or 'no name'}. "
                "Open it as http://127.0.0.1 with its port.\n"
            )
        origin = headers.get(b"origin")
        if origin is not None and _parts_of(origin).netloc != host:
            return "Requests from other web pages are refused.\n"
        site = headers.get(b"sec-fetch-site", "none")
        if site in {"cross-site", "same-site"} and headers.get(b"sec-fetch-mode") != "navigate":
            return "Requests from other web pages are refused.\n"
        if site in {"cross-site", "same-site"} and scope["path"] != "/":
            return "Links from other web pages may lead to the chat only.\n"
        return ""


def _parts_of(address: str) -> SplitResult:
    """A parsed address; an empty one for invalid input, which every rule refuses."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")

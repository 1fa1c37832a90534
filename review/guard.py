"""The guard: every request needs the right host and a session, and every change a form of ours.

It wraps the whole application, so that it guards pages added later as well.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hmac import compare_digest
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dataset.errors import DatabaseError
from dataset.storage import audit
from review.access.sessions import COOKIE, Reviewer, find_session
from review.desk import Desk
from review.errors import (
    Answered,
    BadRequest,
    ForeignHost,
    FormForged,
    NoSession,
    NotAReviewer,
    Refused,
)
from review.rendering import words_of

log = logging.getLogger(__name__)

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
OPEN_PATHS = frozenset(
    {
        "/enter",
        "/telegram",
        "/static/look.css",
        "/static/enter.js",
        "/static/telegram.js",
        "/static/paw.svg",
    }
)
"""What the entrance needs before sign-in; nothing of it shows the dataset."""
MAX_BODY_BYTES = 256 * 1024
PARTS = {"/dataset/add/part": 4 * 1024 * 1024}
"""Most bytes of a body where files are sent, in parts."""
MOST_REFUSALS_AN_HOUR = 60
"""Audit rows for each kind of refusal: enough to see an attack, too few to fill the disk."""

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex, nofollow",
}


class Guard:
    """ASGI middleware around all of the review pages."""

    def __init__(self, app: ASGIApp, *, desk: Desk, hosts: Iterable[str]) -> None:
        self._app = app
        self._desk = desk
        self._hosts = LOOPBACK_HOSTS | {host.lower() for host in hosts}
        self._refusals: dict[str, list[datetime]] = defaultdict(list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        request = Request(scope, receive)
        static = f"{scope.get('root_path', '')}/static/"
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith(static):
                    headers.setdefault("Cache-Control", "private, no-cache")
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._pass(request, send_guarded)
        except ClientDisconnect:
            return
        except Exception as error:
            if started:
                raise
            response = await self._answer_to(request, error)
            await response(scope, receive, send_guarded)

    async def _answer_to(self, request: Request, error: Exception) -> Response:
        words = words_of(request)
        if isinstance(error, Refused):
            await self._record(request, error)
        if isinstance(error, Answered):
            return self._page(request, error.status, error.sentence(words))
        if isinstance(error, DatabaseError):
            log.error("a review page was not answered: %s", error)
            return self._page(request, 503, words("fault-database"))
        log.error("a review page failed", exc_info=error)
        return self._page(request, 500, words("fault"))

    async def _pass(self, request: Request, send: Send) -> None:
        scope = request.scope
        asked = languages_in(request.headers.get("accept-language", ""))
        scope["words"] = self._desk.languages.words(*asked)
        self._check_host(request)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        changes = request.method not in ("GET", "HEAD")
        if changes:
            self._check_origin(request)
        reviewer: Reviewer | None = None
        if path not in OPEN_PATHS:
            # Before the body is read: strangers' are not held in memory.
            reviewer = await self._reviewer(request)
            scope["reviewer"] = reviewer
            scope["words"] = self._desk.languages.words(reviewer.language, *asked)
        receive, body = (
            await _read_body(request, PARTS.get(path, MAX_BODY_BYTES))
            if changes
            else (request.receive, b"")
        )
        if reviewer and changes and not _form_is_ours(request.headers, body, reviewer):
            raise FormForged
        await self._app(scope, receive, send)

    def _check_host(self, request: Request) -> None:
        """Refuse other host names: by DNS rebinding, a page elsewhere could read ours under one."""
        try:
            host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
        except ValueError:
            host = ""
        if host not in self._hosts:
            raise ForeignHost

    def _check_origin(self, request: Request) -> None:
        """Refuse requests from other sites. Under our referrer policy a form's origin reads
        `null`; then Sec-Fetch-Site counts, and the form's token in any case."""
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise FormForged
        origin = request.headers.get("origin", "null")
        if origin != "null" and _place_in(origin) != request.headers.get("host"):
            raise FormForged

    async def _reviewer(self, request: Request) -> Reviewer:
        cookie = request.cookies.get(COOKIE)
        if not cookie:
            raise NoSession
        now = self._desk.now()
        reviewer = await self._desk.read(
            lambda session: find_session(session, cookie, secret=self._desk.secret, now=now)
        )
        if not self._desk.is_reviewer(reviewer.id):
            raise NotAReviewer
        return reviewer

    async def _record(self, request: Request, refusal: Refused) -> None:
        if isinstance(refusal, NoSession) and COOKIE not in request.cookies:
            return  # somebody opened a page without a link
        now = self._desk.now()
        recent = [at for at in self._refusals[refusal.code] if now - at < timedelta(hours=1)]
        self._refusals[refusal.code] = recent
        if len(recent) >= MOST_REFUSALS_AN_HOUR:
            return
        recent.append(now)
        reviewer: Reviewer | None = request.scope.get("reviewer")
        try:
            await self._desk.write(
                lambda session: audit.record(
                    session,
                    actor_id=reviewer.id if reviewer else None,
                    action="review_refused",
                    subject=refusal.code,
                    details={
                        "path": request.url.path[:200],
                        "host": request.headers.get("host", "")[:100],
                        "from": request.client.host if request.client else None,
                    },
                )
            )
        except DatabaseError:
            log.exception("a refusal could not be recorded")

    def _page(self, request: Request, status: int, sentence: str) -> Response:
        if "json" in request.headers.get("accept", ""):
            return JSONResponse({"error": sentence}, status_code=status)
        heading = words_of(request)(f"heading-{status}")
        return self._desk.pages.page(
            "refused.html",
            request,
            status=status,
            heading=heading,
            sentence=sentence,
            back=_page_of_form(request) if request.scope.get("reviewer") else "",
        )


def _page_of_form(request: Request) -> str:
    """The page that sent a form, by its address below the mount: all forms lie below their page."""
    if request.method != "POST":
        return ""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    return path.rpartition("/")[0] or "/"


async def _read_body(request: Request, most_bytes: int) -> tuple[Receive, bytes]:
    """The body, within its bound, and a `receive` that delivers it again."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most_bytes:
            raise BadRequest("bad-size")
        chunks.append(chunk)
    body = b"".join(chunks)
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await request.receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay, body


def languages_in(header: str) -> list[str]:
    """The languages of an Accept-Language header, the most wanted first."""
    wanted = []
    for part in header[:1000].split(","):
        code, _, weight = part.partition(";q=")
        try:
            wanted.append((-float(weight or 1), code.strip()))
        except ValueError:
            continue
    return [code for _, code in sorted(wanted, key=lambda one: one[0])]


def _form_is_ours(headers: Headers, body: bytes, reviewer: Reviewer) -> bool:
    proof = headers.get("x-csrf-token")
    if proof is None and headers.get("content-type", "").startswith(
        "application/x-www-form-urlencoded"
    ):
        proof = parse_qs(body.decode("utf-8", "replace")).get("csrf", [""])[0]
    return compare_digest((proof or "").encode(), reviewer.csrf.encode())


def _place_in(origin: str) -> str | None:
    """Host and port of an origin; None for an invalid one."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None

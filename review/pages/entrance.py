"""Signing in by a one-time link or from inside Telegram, and signing out.

The link opens a page with a form, and only the form uses the link up. Programs that fetch links by
themselves (previews, scanners, a browser's prefetch) leave it valid. The form also carries the
`SameSite=Strict` cookie to the first page; a redirect straight from a chat would not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dataset.storage import audit
from review.access.links import burn_link, check_link, inside
from review.access.mini_app import burn_init_data
from review.access.sessions import COOKIE, end_session, find_session, start_session
from review.desk import Desk, reviewer_of
from review.errors import AppDataForged, NoSession, NotAReviewer


class Entrance:
    """The routes for signing in and out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        return [
            Route("/enter", self.show, methods=["GET"]),
            Route("/enter", self.enter, methods=["POST"]),
            Route("/telegram", self.show_in_telegram, methods=["GET"]),
            Route("/telegram", self.enter_from_telegram, methods=["POST"]),
            Route("/leave", self.leave, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page that a link opens; it says at once when the link is invalid."""
        desk, key = self._desk, request.query_params.get("key", "")
        await desk.read(
            lambda session: check_link(session, key, secret=desk.secret, now=desk.now())
        )
        to = inside(request.query_params.get("to", ""))
        return desk.pages.page("enter.html", request, key=key, to=to)

    async def enter(self, request: Request) -> Response:
        """Use the link up and start a session."""
        desk = self._desk
        async with request.form(max_fields=2) as form:
            key, to = str(form.get("key", "")), inside(str(form.get("to", "")))

        return await self._start(
            request,
            lambda session, now: burn_link(session, key, secret=desk.secret, now=now),
            via="link",
            to=to,
        )

    async def show_in_telegram(self, request: Request) -> Response:
        """The page that a Mini App opens. A reviewer who is signed in goes on to the first page:
        Telegram's data sign in once, and a window may be loaded again."""
        desk, cookie = self._desk, request.cookies.get(COOKIE, "")

        def knows(session: Session) -> bool:
            try:
                reviewer = find_session(session, cookie, secret=desk.secret, now=desk.now())
            except NoSession:
                return False
            return desk.is_reviewer(reviewer.id)

        is_in: bool = await desk.read(knows)
        if is_in:
            return RedirectResponse(f"{request.scope.get('root_path', '')}/", status_code=303)
        return desk.pages.page("telegram.html", request)

    async def enter_from_telegram(self, request: Request) -> Response:
        """Use Telegram's data up and start a session."""
        desk = self._desk
        async with request.form(max_fields=1) as form:
            data = str(form.get("data", ""))
        key = desk.app_key
        if key is None:
            raise AppDataForged
        lifetime = timedelta(seconds=desk.link_lifetime_s)
        return await self._start(
            request,
            lambda session, now: burn_init_data(session, data, key=key, lifetime=lifetime, now=now),
            via="telegram",
        )

    async def _start(
        self,
        request: Request,
        sign_in: Callable[[Session, datetime], int],
        *,
        via: str,
        to: str = "",
    ) -> Response:
        """Start a session for the reviewer whom `sign_in` lets in, and lead to a page."""
        desk = self._desk

        def start(session: Session) -> str:
            now = desk.now()
            reviewer_id = sign_in(session, now)
            if not desk.is_reviewer(reviewer_id):
                raise NotAReviewer
            audit.record(
                session, actor_id=reviewer_id, action="review_entered", details={"via": via}
            )
            return start_session(session, reviewer_id, lifetime_s=desk.session_lifetime_s, now=now)

        cookie = await desk.write(start)
        root = request.scope.get("root_path", "")
        response = RedirectResponse(f"{root}/{to}", status_code=303)
        response.set_cookie(
            COOKIE,
            cookie,
            max_age=desk.session_lifetime_s,
            path=root or "/",
            secure=desk.secure,
            httponly=True,
            samesite="strict",
        )
        return response

    async def leave(self, request: Request) -> Response:
        """End the session here and in every other process."""
        reviewer = reviewer_of(request)

        def end(session: Session) -> None:
            end_session(session, reviewer)
            audit.record(session, actor_id=reviewer.id, action="review_left")

        await self._desk.write(end)
        root = request.scope.get("root_path", "")
        response = self._desk.pages.page("left.html", request)
        response.delete_cookie(
            COOKIE, path=root or "/", secure=self._desk.secure, httponly=True, samesite="strict"
        )
        return response

"""Marks for a second look: for many photos by the script, for one with a note by a form."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from dataset.reviewing import marks
from dataset.storage.schema import Mark
from review.desk import Desk, json_in, reviewer_of
from review.errors import BadRequest, NotThere
from review.rendering import words_of

MOST_AT_ONCE = 1000


class Marks:
    """The routes of the marks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        return [
            Route("/marks", self.mark_many, methods=["POST"]),
            Route("/photos/{photo:id}/mark", self.mark_one, methods=["POST"]),
        ]

    async def mark_many(self, request: Request) -> Response:
        """Mark photos, or take their marks off: as `marked` says, else off where all have one."""
        values = await json_in(request)
        photos, note, marked = (values.get(name) for name in ("photos", "note", "marked"))
        if not isinstance(photos, list) or not 0 < len(photos) <= MOST_AT_ONCE:
            raise BadRequest("bad-list", name="photos", most=MOST_AT_ONCE)
        if not all(type(one) is int and 0 < one < 2**63 for one in photos):
            raise BadRequest("bad-value", name="photo")
        if not isinstance(note, str | None) or not isinstance(marked, bool | None):
            raise BadRequest("bad-value", name="note")
        reviewer_id, now = reviewer_of(request).id, self._desk.now()

        def change(session: Session) -> dict[str, Any]:
            query = select(Mark.photo_id).where(Mark.photo_id.in_(photos))
            wanted = marked
            if wanted is None:
                wanted = set(session.scalars(query)) != set(photos)
            if not wanted:
                gone = marks.unmark(session, photos, reviewer_id, now=now)
                return {"photos": gone, "marked": False}
            there = marks.mark(session, photos, reviewer_id, note=note, now=now)
            return {"photos": there, "marked": True}

        answer = await self._desk.write(change)
        message_id = "marks-given" if answer["marked"] else "marks-taken"
        sentence = words_of(request)(message_id, count=len(answer["photos"]))
        return JSONResponse({**answer, "sentence": sentence})

    async def mark_one(self, request: Request) -> Response:
        """Mark a photo with a note, or take its mark off."""
        photo_id = int(request.path_params["photo"])
        async with request.form(max_files=0, max_fields=6) as form:
            note, shelf = str(form.get("note", "")), str(form.get("shelf", "queue"))
            is_done = form.get("do") == "unmark"
        reviewer_id, now = reviewer_of(request).id, self._desk.now()

        def change(session: Session) -> None:
            if is_done:
                marks.unmark(session, [photo_id], reviewer_id, now=now)
            elif not marks.mark(session, [photo_id], reviewer_id, note=note, now=now):
                raise NotThere("missing-photo")

        await self._desk.write(change)
        root = request.scope.get("root_path", "")
        shelf = shelf if shelf in ("queue", "examples", "suspicions") else "queue"
        return RedirectResponse(f"{root}/photos/{photo_id}?shelf={shelf}", status_code=303)

"""Adding photos: a folder or a ZIP dropped on the page, with what is in it said before.

The script sends the ZIP in parts, so that an upload goes on where it was interrupted; a folder
becomes a ZIP in the browser. Everything after that works without a script.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from dataset.storage import audit
from review.desk import Desk, json_in, reviewer_of
from review.errors import BadRequest, NotThere, Unreadable
from review.pages.dataset.adding.child import Taker
from review.pages.dataset.adding.uploads import Upload, Uploads
from review.rendering import words_of

PATH = "/dataset/add"
_MOST_LABELS = 500


class Adding:
    """The routes of adding photos."""

    def __init__(self, desk: Desk, *, folder: Path | None, taker: Taker) -> None:
        self._desk = desk
        self._uploads = None if folder is None else Uploads(folder)
        self._taker = taker
        self._turn = asyncio.Lock()

    def routes(self) -> list[Route]:
        return [
            Route(PATH, self.show),
            Route(f"{PATH}/state", self.state),
            Route(f"{PATH}/begin", self.begin, methods=["POST"]),
            Route(f"{PATH}/part", self.part, methods=["POST"]),
            Route(f"{PATH}/look", self.look, methods=["POST"]),
            Route(f"{PATH}/take", self.take, methods=["POST"]),
            Route(f"{PATH}/stop", self.stop, methods=["POST"]),
            Route(f"{PATH}/discard", self.discard, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page, with the upload as it stands."""
        can_add = self._uploads is not None
        values = await self._values() if can_add else {}
        return self._desk.pages.page("dataset/add.html", request, can_add=can_add, **values)

    async def state(self, request: Request) -> Response:
        """The part of the page that changes."""
        values = await self._values()
        return HTMLResponse(self._desk.pages.text("dataset/upload.html", request, **values))

    async def begin(self, request: Request) -> Response:
        """Begin an upload, or go on with it: how many bytes are here."""
        values = await json_in(request)
        name, size, key = (values.get(one) for one in ("name", "size", "key"))
        if not isinstance(name, str) or not isinstance(key, str) or not isinstance(size, int):
            raise BadRequest("bad-value", name="upload")
        upload = Upload(name=name[:120], size_bytes=size, key=key[:200], by=reviewer_of(request).id)
        async with self._turn:
            uploads = self._here()
            await asyncio.to_thread(uploads.begin, upload)
            return JSONResponse({"received": uploads.received()})

    async def part(self, request: Request) -> Response:
        """Some bytes more."""
        offset = request.query_params.get("offset", "")
        if not (offset.isascii() and offset.isdigit() and len(offset) < 19):
            raise BadRequest("bad-value", name="offset")
        content = await request.body()
        async with self._turn:
            uploads, upload = self._here(), self._current()
            received = await asyncio.to_thread(uploads.append, upload, int(offset), content)
        return JSONResponse({"received": received})

    async def look(self, request: Request) -> Response:
        """Look into a ZIP that is here whole."""
        async with self._turn:
            uploads, upload = self._here(), self._current()
            if upload.state != "receiving" or uploads.received() != upload.size_bytes:
                raise BadRequest("add-incomplete")
            try:
                found = await self._taker.look(uploads.file)
            except Unreadable as refusal:
                said = str(refusal).replace(uploads.file.name, upload.name)
                uploads.refuse(upload, said)
                await self._record(request, "photos_refused", upload, {"why": said[:500]})
                return JSONResponse({"state": upload.state})
            upload.state, upload.labels, upload.new = "looked", found["labels"], found["new"]
            upload.unsorted = found["unsorted"]
            uploads.save(upload)
        return JSONResponse({"state": upload.state})

    async def take(self, request: Request) -> Response:
        """Take the photos in, or go on with it; new labels as ticked."""
        async with request.form(max_files=0, max_fields=_MOST_LABELS) as form:
            ticked = {str(label) for label in form.getlist("new")}
        async with self._turn:
            uploads, upload = self._here(), await self._settled(request)
            if upload.state not in ("looked", "stopped", "failed"):
                raise BadRequest("add-nothing")
            missing = [label for label in upload.new if label not in ticked]
            if missing and upload.state == "looked":
                named = words_of(request).listed(missing)
                raise BadRequest("add-not-ticked", count=len(missing), labels=named)
            uploads.progress.unlink(missing_ok=True)
            upload.process = await self._taker.take(
                uploads.file,
                uploads.progress,
                source=_source(upload.name),
                new_labels=upload.new,
                skip=upload.done,
            )
            upload.state, upload.sentence = "taking", ""
            uploads.save(upload)
        return self._back(request)

    async def stop(self, request: Request) -> Response:
        """Stop taking in: after the photos at hand."""
        upload = self._current()
        if upload.state == "taking":
            self._taker.stop(upload.process)
        return self._back(request)

    async def discard(self, request: Request) -> Response:
        """Forget the upload; what was taken in stays."""
        async with self._turn:
            uploads, upload = self._here(), await self._settled(request)
            if upload.state == "taking":
                raise BadRequest("add-at-work")
            await asyncio.to_thread(uploads.discard)
        return self._back(request)

    async def _values(self) -> dict[str, Any]:
        uploads = self._here()
        async with self._turn:
            upload = uploads.current()
            if upload is None:
                return {"upload": None}
            if uploads.settle(upload, self._taker.is_at_work):
                await self._record(None, "photos_added", upload, upload.counts)
            return {
                "upload": upload,
                "received": uploads.received(),
                "told": uploads.told() if upload.state == "taking" else {},
                "confused": _confused(upload),
            }

    async def _settled(self, request: Request) -> Upload:
        upload = self._current()
        if self._here().settle(upload, self._taker.is_at_work):
            await self._record(request, "photos_added", upload, upload.counts)
        return upload

    def _here(self) -> Uploads:
        if self._uploads is None:
            raise NotThere("missing-page")
        return self._uploads

    def _current(self) -> Upload:
        upload = self._here().current()
        if upload is None:
            raise BadRequest("add-gone")
        return upload

    async def _record(
        self, request: Request | None, action: str, upload: Upload, details: dict[str, Any]
    ) -> None:
        actor = upload.by if request is None else reviewer_of(request).id
        await self._desk.write(
            lambda session: audit.record(
                session,
                actor_id=actor,
                action=action,
                subject=f"upload:{upload.name}",
                details=details,
                now=self._desk.now(),
            )
        )

    def _back(self, request: Request) -> Response:
        return RedirectResponse(f"{request.scope.get('root_path', '')}{PATH}", status_code=303)


def _source(name: str) -> str:
    """The source that its photos have: the file's name, as far as `training.add` allows it."""
    plain = "".join(letter for letter in Path(name).stem if letter.isprintable())[:64]
    return plain if plain not in ("", "telegram", "collect") else f"upload {plain}".strip()


def _confused(upload: Upload) -> list[tuple[str, str, int]]:
    """Labels all of whose new photos show what another label has: label, that label, photos."""
    found = []
    for label, counts in upload.by_label.items():
        if counts.get("conflict") and not counts.get("added"):
            others = Counter(
                one["other_label"] for one in upload.conflicts if one["label"] == label
            )
            if others:
                found.append((label, others.most_common(1)[0][0], counts["conflict"]))
    return found

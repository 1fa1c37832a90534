"""The dataset taken along: a button for each format, and what people agreed to."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from dataset.errors import ExportError
from dataset.export.exporting import counts
from dataset.export.names import FORMATS
from dataset.export.streaming import stream
from dataset.privacy.consents import EXPORT_SINCE
from dataset.storage import audit
from review.desk import Desk, reviewer_of
from review.errors import BadRequest
from review.rendering import words_of


class Exports:
    """The routes of the export."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        return [
            Route("/dataset/export", self.show),
            Route("/dataset/export", self.send, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """What an export has in it, and what not."""
        words = words_of(request)
        splits, left_out = await self._desk.read(counts)
        return self._desk.pages.page(
            "dataset/export.html",
            request,
            formats=FORMATS,
            splits=[f"{words.number(count)} {name}" for name, count in splits.items() if count],
            total=sum(splits.values()),
            left_out=left_out,
            since=EXPORT_SINCE,
        )

    async def send(self, request: Request) -> Response:
        """The ZIP. Writes an audit row."""
        async with request.form(max_files=0, max_fields=3) as form:
            kind = str(form.get("format", ""))
        if kind not in FORMATS:
            raise BadRequest("bad-value", name="format")
        desk = self._desk
        try:
            pieces = await asyncio.to_thread(stream, desk.database, desk.photos, kind)
        except ExportError as error:
            raise BadRequest("export-empty-text") from error
        splits, left_out = await desk.read(counts)
        await desk.write(
            lambda session: audit.record(
                session,
                actor_id=reviewer_of(request).id,
                action="dataset_exported",
                subject=f"format:{kind}",
                details={"photos": sum(splits.values()), "left_out": left_out},
                now=desk.now(),
            )
        )
        name = f"dataset-{desk.now():%Y%m%d}-{kind}.zip"
        return StreamingResponse(
            pieces,
            media_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

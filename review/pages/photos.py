"""The photos themselves: whole, as thumbnails, and with the heat map that says why.

Thumbnails live in bounded memory only: on disk they would outlive `/forget`, and lie there plain
where photos are encrypted. Each request checks that the photo still exists.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import threading
from collections.abc import Callable
from functools import partial

from cachetools import LRUCache
from PIL import Image
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dataset.errors import PhotoStoreError, PhotoStoreUnreachable
from dataset.storage.schema import Photo
from models.errors import ModelsError
from models.photo import open_photo, strip
from models.pictures.formats import sniff
from review.desk import Desk, photo_ids_in
from review.errors import NotThere

log = logging.getLogger(__name__)

THUMBNAIL_PX = 360
"""Side of the square thumbnail: a tile of 180 CSS pixels on a display of double density."""


class Thumbnails:
    """Thumbnails by their photo's SHA-256; a full cache drops the least recently seen."""

    def __init__(self, *, most_bytes: int) -> None:
        self._kept: LRUCache[str, bytes] = LRUCache(most_bytes, getsizeof=len)
        self._lock = threading.Lock()

    def get(self, sha256: str, read: Callable[[], bytes]) -> bytes:
        """The thumbnail as JPEG, from the cache or else made of what `read` returns."""
        with self._lock:
            if (kept := self._kept.get(sha256)) is not None:
                return kept
        made = make_thumbnail(read())
        with self._lock, contextlib.suppress(ValueError):  # larger than the whole cache
            self._kept[sha256] = made
        return made


def make_thumbnail(data: bytes) -> bytes:
    """A photo as a square JPEG, its middle cut out as the tile shows it. Raises PhotoError."""
    image = open_photo(data, short_side_px=THUMBNAIL_PX)
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.resize(
        (THUMBNAIL_PX, THUMBNAIL_PX),
        Image.Resampling.BILINEAR,
        box=(left, top, left + side, top + side),
        reducing_gap=2.0,
    )
    buffer = io.BytesIO()
    square.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def for_browser(data: bytes) -> bytes:
    """A photo as every browser shows it: a JPEG as it is, anything else made one."""
    return data if sniff(data) == "JPEG" else strip(data)


class PhotoFiles:
    """The routes that serve a photo's bytes."""

    def __init__(self, desk: Desk, *, thumbnails: Thumbnails) -> None:
        self._desk = desk
        self._thumbnails = thumbnails
        # Decoding only two at a time leaves processor time to the rest of this process.
        self._decoders = asyncio.Semaphore(2)

    def routes(self) -> list[Route]:
        return [
            Route("/photos/{photo:id}/thumbnail", self.thumbnail),
            Route("/photos/{photo:id}/file", self.file),
            Route("/photos/{photo:id}/why", self.why),
        ]

    async def thumbnail(self, request: Request) -> Response:
        sha256 = await self._sha256(request)
        read = partial(self._desk.photos.get, sha256)
        return await self._picture(lambda: self._thumbnails.get(sha256, read))

    async def file(self, request: Request) -> Response:
        sha256 = await self._sha256(request)
        return await self._picture(lambda: for_browser(self._desk.photos.get(sha256)))

    async def why(self, request: Request) -> Response:
        """The photo with a heat map of where the model looked."""
        if self._desk.explain is None:
            raise NotThere("missing-model")
        sha256 = await self._sha256(request)
        photo = await self._picture(lambda: self._desk.photos.get(sha256))
        try:
            return _image(await self._desk.explain(bytes(photo.body)))
        except ModelsError as error:
            log.warning("a photo cannot be explained: %s", error)
            raise NotThere("missing-model") from error

    async def _sha256(self, request: Request) -> str:
        (photo_id,) = photo_ids_in(str(request.path_params["photo"]), most=1)
        sha256 = await self._desk.read(
            lambda session: session.scalar(select(Photo.sha256).where(Photo.id == photo_id))
        )
        if sha256 is None:
            raise NotThere("missing-photo")
        return sha256

    async def _picture(self, make: Callable[[], bytes]) -> Response:
        try:
            async with self._decoders:
                return _image(await asyncio.to_thread(make))
        except PhotoStoreUnreachable as error:
            raise NotThere("missing-store") from error
        except (PhotoStoreError, ModelsError) as error:
            log.warning("a photo cannot be shown: %s", error)
            raise NotThere("missing-picture") from error


def _image(data: bytes) -> Response:
    return Response(data, media_type="image/jpeg")

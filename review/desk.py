"""The dependencies of the pages; `create_app` makes them once and passes them to each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request

from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from languages.catalogue import Languages, Words
from models.bundles.manifest import Manifest
from review.access.sessions import Reviewer
from review.errors import BadRequest
from review.rendering import Pages

T = TypeVar("T")


Embed = Callable[[bytes], Awaitable[NDArray[np.float32]]]
"""From a photo's file to its features [D], as `review.similar.index` compares them."""
Explain = Callable[[bytes], Awaitable[bytes]]
"""From a photo's file to a JPEG of it with a heat map of where the model looked."""


class Trainer(Protocol):
    """Who retrains and publishes. Each returns the sentence for why it did not, if so."""

    async def retrain(self, reviewer_id: int, words: Words, *, force: bool) -> str | None: ...
    async def cancel(self, reviewer_id: int, words: Words) -> str | None: ...
    async def go_back(self, reviewer_id: int, words: Words, *, of: str, to: str) -> str | None: ...


@dataclass(frozen=True)
class Desk:
    """The dependencies of every page."""

    database: Database
    photos: PhotoStore
    labels: Sequence[str]
    secret: bytes
    pages: Pages
    languages: Languages
    is_reviewer: Callable[[int], bool]
    bundle_folders: Sequence[Path]
    """Folders of bundles, each bundle in a folder named by its version."""
    candidates_folder: Path | None
    """Folder of the bundles that were not published, as `retraining-<id>`."""
    features_file: Path | None
    """Training's cache of features, by which photos are compared."""
    embed: Embed | None
    explain: Explain | None
    manifest: Callable[[], Manifest] | None
    """What the model in use says of itself; None without a model."""
    trainer: Trainer | None
    """None where the pages run alone."""
    app_key: bytes | None
    """Proves that Telegram opened a Mini App; None where no bot's token is known."""
    link_lifetime_s: int
    session_lifetime_s: int
    lease_lifetime_s: int
    now: Callable[[], datetime]
    secure: bool
    """Whether reviewers reach the pages by https."""
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(4))

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` on one consistent state of the database, off the event loop."""
        return await self._run(work, self.database.reading)

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one transaction, off the event loop; committed when it returns."""
        return await self._run(work, self.database.session)

    async def _run(
        self,
        work: Callable[[Session], T],
        transaction: Callable[[], AbstractContextManager[Session]],
    ) -> T:
        def inside() -> T:
            with transaction() as session:
                return work(session)

        async with self._places:  # a burst of tiles must not take all threads of the process
            return await asyncio.to_thread(inside)


def reviewer_of(request: Request) -> Reviewer:
    """Who sent the request; the guard admits reviewers only."""
    reviewer = request.scope["reviewer"]
    assert isinstance(reviewer, Reviewer)
    return reviewer


def photo_ids_in(text: str, *, most: int) -> list[int]:
    """The photo ids of a comma-separated list. Raises BadRequest."""
    parts = [part for part in text.split(",") if part]
    if len(parts) > most:
        raise BadRequest("bad-too-many", most=most)
    if not all(is_id(part) for part in parts):
        raise BadRequest("bad-value", name="photo")
    return [int(part) for part in parts]


async def json_in(request: Request) -> dict[str, Any]:
    """The JSON object that the script sent. Raises BadRequest."""
    try:
        values = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise BadRequest("bad-value", name="JSON") from None
    if not isinstance(values, dict):
        raise BadRequest("bad-value", name="JSON")
    return values


class _Id(Convertor[int]):
    """`{name:id}` in a route: the id of a row. Starlette's `int` takes digits without end, which
    Python refuses to read."""

    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("id", _Id())


def is_id(text: str) -> bool:
    """Whether this can be the id of a row."""
    return text.isascii() and text.isdigit() and len(text) < 19

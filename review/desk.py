"""What the pages work with: handed to each of them, made once by `create_app`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session
from starlette.requests import Request

from dataset.database import Database
from dataset.photos import PhotoStore
from review.errors import BadRequest
from review.rendering import Pages
from review.sessions import Reviewer

T = TypeVar("T")


Explain = Callable[[bytes], Awaitable[bytes]]
"""A photo's file to the same photo as a JPEG, with a heat map of what spoke for the answer."""


@dataclass(frozen=True)
class Desk:
    """The dependencies of every page."""

    database: Database
    photos: PhotoStore
    labels: Sequence[str]
    secret: bytes
    pages: Pages
    is_reviewer: Callable[[int], bool]
    bundle_folders: Sequence[Path]
    """Where bundles lie, each in a folder named by its version."""
    candidates_folder: Path | None
    """Where the bundles of runs that published nothing lie, as `retraining-<id>`."""
    explain: Explain | None
    session_lifetime_s: int
    lease_lifetime_s: int
    now: Callable[[], datetime]
    secure: bool
    """Whether the pages are reached by https."""
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

        async with self._places:  # a burst of tiles leaves the process's threads to others
            return await asyncio.to_thread(inside)


def reviewer_of(request: Request) -> Reviewer:
    """Who sent the request; the guard let nobody else through."""
    reviewer = request.scope["reviewer"]
    assert isinstance(reviewer, Reviewer)
    return reviewer


def photo_ids_in(text: str, *, most: int) -> list[int]:
    """The photo ids of a comma-separated list. Raises BadRequest."""
    parts = [part for part in text.split(",") if part]
    if len(parts) > most:
        raise BadRequest(f"At most {most} photos can be asked for at once.")
    if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        raise BadRequest("A photo's id is a number.")
    return [int(part) for part in parts]

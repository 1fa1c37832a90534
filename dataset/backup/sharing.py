"""Copying photos and models into a shared store, each checked against its hash."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from dataset.backup.__main__ import CURRENT, HISTORY
from dataset.errors import PhotoMissing, PhotoUnreadable
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from dataset.storage.schema import Photo
from objects.bucket import Bucket

_AT_ONCE = 16
"""Requests at a time: a store answers many at once."""
_PORTION = 1000


@dataclass(frozen=True, kw_only=True)
class Shared:
    """Counts of the database's photos by outcome."""

    copied: int
    there: int
    """The store had them already."""
    missing: int
    """Their file is missing on both sides."""
    unreadable: int
    """Damaged, or encrypted with a key that PHOTO_KEY does not name."""


def share_photos(
    database: Database,
    source: PhotoStore,
    target: PhotoStore,
    *,
    progress: Callable[[int], object] = lambda _: None,
) -> Shared:
    """Copy every photo that the database names, as it lies, and read each back from the target.

    Both stores need the keys, because a photo's own hash proves it. Photos in the target are
    checked, too, and not copied again. The source does not change. Can be interrupted and run
    again. Raises PhotoStoreError when either store cannot be used.
    """
    outcomes = {"copied": 0, "there": 0, "missing": 0, "unreadable": 0}
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for names in _named(database):
            for outcome in threads.map(lambda sha256: _share(sha256, source, target), names):
                outcomes[outcome] += 1
            progress(len(names))
    return Shared(**outcomes)


def put_photos(folder: Path, store: PhotoStore) -> None:
    """Put the files of a folder of photos (`ab/<sha256>.jpg`), as they lie."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        files = folder.glob("*/*.jpg")
        for _ in threads.map(lambda file: store.put_stored(file.stem, file.read_bytes()), files):
            pass


def put_models(folder: Path, models: Bucket) -> None:
    """Put the files of a folder of published models; what is current comes last."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name not in (CURRENT, HISTORY):
            models.put(file.relative_to(folder).as_posix(), file.read_bytes())
    for name in (HISTORY, CURRENT):
        # The object CURRENT has HISTORY's lines; a folder without any has had one version.
        if (folder / name).is_file():
            models.put(CURRENT, (folder / name).read_bytes())
            return


def _share(sha256: str, source: PhotoStore, target: PhotoStore) -> str:
    try:
        target.get(sha256)
        return "there"
    except PhotoMissing:
        pass
    except PhotoUnreadable:
        pass  # damaged there: the source's is better, or as bad
    try:
        target.put_stored(sha256, source.stored(sha256))
        target.get(sha256)
    except PhotoMissing:
        return "missing"
    except PhotoUnreadable:
        return "unreadable"
    return "copied"


def _named(database: Database) -> Iterable[list[str]]:
    last = ""
    while True:
        with database.reading() as session:
            names = list(
                session.scalars(
                    select(Photo.sha256)
                    .where(Photo.sha256 > last)
                    .order_by(Photo.sha256)
                    .limit(_PORTION)
                )
            )
        if not names:
            return
        yield names
        last = names[-1]

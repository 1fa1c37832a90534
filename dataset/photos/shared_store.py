"""Kept photos in an object store that several machines share, with copies on this one.

An object lies under `photos/ab/<sha256>.jpg` below PHOTOS_URL, like a file in the folder. With a
PHOTO_KEY it is encrypted, and neither the store nor the copies ever hold the plain photo.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from dataset.errors import (
    PhotoMissing,
    PhotoStoreError,
    PhotoStoreUnreachable,
    PhotoUnreadable,
)
from dataset.photos.store import PhotoStore
from dataset.settings import DatasetSettings
from objects.bucket import Bucket
from objects.cache import ByteCache
from objects.errors import ObjectMissing, ObjectsError

_log = logging.getLogger(__name__)

_JUST_S = 60.0
"""The bot puts a photo before its transaction, which then puts it again."""
FOLDER = "photos"
"""Below PHOTOS_URL, so that other things may lie beside the photos."""


class SharedPhotoStore(PhotoStore):
    """A PhotoStore whose files are objects; for any number of threads and machines."""

    is_remote = True

    def __init__(
        self,
        bucket: Bucket,
        cache_folder: Path,
        *,
        cache_bytes: int,
        key: bytes | None = None,
        old_keys: Sequence[bytes] = (),
    ) -> None:
        """Copies of at most `cache_bytes` lie in `cache_folder`, for a day at most."""
        super().__init__(cache_folder, key=key, old_keys=old_keys)
        self._bucket = bucket
        self._cache = ByteCache(cache_folder, limit_bytes=cache_bytes)
        self._put_at: dict[str, float] = {}

    def __repr__(self) -> str:
        return f"SharedPhotoStore({self._bucket.url!r}, encrypted={self._key is not None})"

    def get(self, sha256: str) -> bytes:
        """See PhotoStore. Fetches a damaged copy anew; raises for a damaged object."""
        try:
            return super().get(sha256)
        except PhotoUnreadable:
            self._cache.drop(_name(self, sha256))
            return super().get(sha256)

    def has(self, sha256: str) -> bool:
        """Whether the photo's object exists; a photo just put needs no request."""
        if time.monotonic() - self._put_at.get(sha256, -_JUST_S) < _JUST_S:
            return True
        return self.written_at(sha256) is not None

    def delete(self, sha256: str) -> bool:
        """Remove a photo's object and this machine's copy; False when it did not exist."""
        there = self.written_at(sha256) is not None
        self._remove([sha256])
        return there

    def remove_all(self, hashes: Sequence[str]) -> None:
        """See PhotoStore; a thousand with each request."""
        if hashes:
            self._remove(hashes)

    def hashes(self) -> Iterator[str]:
        try:
            for stored in self._bucket.list(f"{FOLDER}/"):
                name = Path(stored.name)
                if name.suffix == ".jpg" and name.parent.name == name.name[:2]:
                    yield name.stem
        except ObjectsError as exc:
            raise PhotoStoreUnreachable(f"The photos cannot be listed: {exc}") from exc

    def written_at(self, sha256: str) -> float | None:
        name = _name(self, sha256)
        try:
            moment = self._bucket.written_at(name)
        except ObjectsError as exc:
            raise PhotoStoreUnreachable(f"Photo {sha256} cannot be looked for: {exc}") from exc
        return None if moment is None else moment.timestamp()

    def stored(self, sha256: str) -> bytes:
        name = _name(self, sha256)
        if (copy := self._cache.get(name)) is not None:
            return copy
        try:
            content = self._bucket.get(name)
        except ObjectMissing:
            raise PhotoMissing(f"The file of photo {sha256} is missing.") from None
        except ObjectsError as exc:
            raise PhotoStoreUnreachable(f"Photo {sha256} cannot be read: {exc}") from exc
        self._cache.put(name, content)
        return content

    def remove_leftovers(self, *, before: float) -> int:
        """An object is written whole or not at all."""
        return 0

    def ping(self) -> None:
        try:
            self._bucket.has(f"{FOLDER}/")
        except ObjectsError as exc:
            raise PhotoStoreUnreachable(f"The photos cannot be reached: {exc}") from exc

    def tidy(self) -> None:
        self._cache.tidy()

    def _write(self, sha256: str, content: bytes) -> None:
        name = _name(self, sha256)
        try:
            self._bucket.put(name, content)
        except ObjectsError as exc:
            raise PhotoStoreUnreachable(f"A photo cannot be kept: {exc}") from exc
        self._cache.put(name, content)
        now_s = time.monotonic()
        recent = {key: at_s for key, at_s in self._put_at.copy().items() if now_s - at_s < _JUST_S}
        self._put_at = recent | {sha256: now_s}

    def _remove(self, hashes: Sequence[str]) -> None:
        names = [_name(self, sha256) for sha256 in hashes]
        for sha256, name in zip(hashes, names, strict=True):
            self._put_at.pop(sha256, None)
            self._cache.drop(name)
        try:
            self._bucket.delete(names)
        except ObjectsError as exc:
            raise PhotoStoreUnreachable(f"Photos cannot be removed: {exc}") from exc


def open_shared(settings: DatasetSettings, url: str | None = None) -> SharedPhotoStore:
    """The store at PHOTOS_URL, or at another `url`; raises PhotoStoreError."""
    keys = settings.photo_keys
    try:
        bucket = Bucket(url or settings.photos_url, endpoint_url=settings.s3_endpoint_url)
    except ObjectsError as exc:
        raise PhotoStoreError(str(exc)) from exc
    return SharedPhotoStore(
        bucket,
        settings.photos_cache_dir,
        cache_bytes=settings.photos_cache_mb * 1_000_000,
        key=keys[0] if keys else None,
        old_keys=keys[1:],
    )


def _name(store: PhotoStore, sha256: str) -> str:
    """The object's name; raises PhotoMissing for anything but a hash."""
    return f"{FOLDER}/{store.path(sha256).relative_to(store.root).as_posix()}"

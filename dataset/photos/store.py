"""Kept photos: their files, named by their content, and their rows."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from dataset.errors import (
    ConsentMissing,
    PhotoMissing,
    PhotoStoreError,
    PhotoUnreadable,
)
from dataset.photos.duplicates import refuse_forgotten
from dataset.storage import sealing
from dataset.storage.schema import TELEGRAM, Consent, Photo, utc_now
from dataset.storage.upserts import upsert

_log = logging.getLogger(__name__)


class PhotoStore:
    """Files under `root/ab/<sha256>.jpg`, written whole or not at all, encrypted with a key.

    The name is the SHA-256 of the photo's own bytes, encrypted or not.
    """

    def __init__(
        self, root: Path, *, key: bytes | None = None, old_keys: Sequence[bytes] = ()
    ) -> None:
        """`key` (32 bytes) encrypts what is put from now on; it and `old_keys` decrypt."""
        self.root = root
        self._key = key
        self._keys = (*((key,) if key else ()), *old_keys)

    @classmethod
    def with_keys(cls, root: Path, keys: Sequence[bytes]) -> PhotoStore:
        """A store with the keys of a settings class: the first encrypts, all decrypt."""
        return cls(root, key=keys[0] if keys else None, old_keys=keys[1:])

    def __repr__(self) -> str:
        return f"PhotoStore({str(self.root)!r}, encrypted={self._key is not None})"

    is_remote = False
    """Whether calls go over a network and may take long."""

    def path(self, sha256: str) -> Path:
        """Where the file would lie. Its bytes may be encrypted: read with `get`."""
        if len(sha256) != 64 or not all(letter in "0123456789abcdef" for letter in sha256):
            raise PhotoMissing("This is not a photo's name.")
        return self.root / sha256[:2] / f"{sha256}.jpg"

    def put(self, data: bytes) -> str:
        """Store a photo and return its SHA-256; an intact existing file stays as it is.

        Raises PhotoStoreError when the disk is full or the folder cannot be written; then
        nothing is left behind.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if not self._is_whole(sha256):
            self._write(sha256, self._to_file(data, sha256))
        return sha256

    def get(self, sha256: str) -> bytes:
        """The photo's bytes, checked against their hash.

        Raises PhotoMissing, or PhotoUnreadable when the file is damaged or no key opens it.
        """
        stored = data = self.stored(sha256)
        if sealing.is_sealed(stored):
            data = sealing.unseal(stored, keys=self._keys, name=sha256)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise PhotoUnreadable(
                f"The file of photo {sha256} is damaged; restore it from a backup."
            )
        return data

    def _is_whole(self, sha256: str) -> bool:
        """Whether the file exists and opens: a crash of the machine may have left half of it."""
        if not self.has(sha256):
            return False
        if self.is_remote:  # the store holds complete ones only, and checking takes long
            return True
        try:
            self.get(sha256)
        except (PhotoMissing, PhotoUnreadable):
            return False
        return True

    def has(self, sha256: str) -> bool:
        """Whether there is a file for this photo."""
        return self.path(sha256).is_file()

    def delete(self, sha256: str) -> bool:
        """Remove a photo's file; False when it did not exist."""
        try:
            self.path(sha256).unlink()
        except FileNotFoundError:
            return False
        except OSError as exc:
            raise PhotoStoreError(f"Photo {sha256} cannot be removed: {exc.strerror}.") from exc
        return True

    def delete_all(self, hashes: Sequence[str]) -> bool:
        """Remove the files of many photos; False, and a line in the log, when one stays.

        `dataset.privacy.erasing` or retention tries again.
        """
        try:
            self.remove_all(hashes)
        except PhotoStoreError as exc:
            _log.warning("%d photos were not removed. %s It will be tried again.", len(hashes), exc)
            return False
        return True

    def remove_all(self, hashes: Sequence[str]) -> None:
        """Remove the files of many photos; raises PhotoStoreError when one stays, after all were
        tried."""
        failure: PhotoStoreError | None = None
        for sha256 in hashes:
            try:
                self.delete(sha256)
            except PhotoStoreError as exc:
                failure = exc
        if failure is not None:
            raise failure

    def hashes(self) -> Iterator[str]:
        """Every stored photo's SHA-256, unordered, one at a time."""
        if not self.root.is_dir():
            return
        for folder in self.root.iterdir():
            if len(folder.name) == 2 and folder.is_dir():
                yield from (file.stem for file in folder.iterdir() if file.suffix == ".jpg")

    def reseal(self, sha256: str) -> bool:
        """Write a photo's file anew with the present key (or plain without one).

        False when it is stored that way already.
        """
        stored = self.stored(sha256)
        if self._key is None and not sealing.is_sealed(stored):
            return False
        if self._key is not None and sealing.is_sealed(stored):
            with contextlib.suppress(PhotoUnreadable):
                sealing.unseal(stored, keys=(self._key,), name=sha256)
                return False
        self._write(sha256, self._to_file(self.get(sha256), sha256))
        return True

    def put_stored(self, sha256: str, stored: bytes) -> None:
        """Put a photo as another store's `stored` gave it, and replace an existing one; raises
        PhotoUnreadable when it is plain and not this photo."""
        if not sealing.is_sealed(stored) and hashlib.sha256(stored).hexdigest() != sha256:
            raise PhotoUnreadable(f"The file of photo {sha256} is damaged.")
        self._write(sha256, stored)

    def ping(self) -> None:
        """Raise PhotoStoreError when the store does not answer; a folder always does."""

    def tidy(self) -> None:
        """Drop copies on this machine that are too old or too many."""

    def remove_leftovers(self, *, before: float) -> int:
        """Remove files of unfinished writes from before this moment (Unix time); how many."""
        removed = 0
        for file in self.root.glob("*/*.part"):
            with contextlib.suppress(FileNotFoundError):
                if file.stat().st_mtime < before:
                    file.unlink()
                    removed += 1
        return removed

    def written_at(self, sha256: str) -> float | None:
        """When the file was written (Unix time); None when it does not exist."""
        try:
            return self.path(sha256).stat().st_mtime
        except FileNotFoundError:
            return None

    def stored(self, sha256: str) -> bytes:
        """The file's bytes as stored, encrypted or not; raises PhotoMissing, PhotoStoreError."""
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise PhotoMissing(f"The file of photo {sha256} is missing.") from None
        except OSError as exc:
            raise PhotoStoreError(f"Photo {sha256} cannot be read: {exc.strerror}.") from exc

    def _to_file(self, data: bytes, sha256: str) -> bytes:
        return data if self._key is None else sealing.seal(data, key=self._key, name=sha256)

    def _write(self, sha256: str, content: bytes) -> None:
        path = self.path(sha256)
        temporary: Path | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
            temporary = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError as exc:
            if temporary is not None:
                temporary.unlink(missing_ok=True)
            raise PhotoStoreError(
                f"A photo cannot be kept in {self.root}: {exc.strerror}; free some space or "
                "check the folder's permissions."
            ) from exc


@dataclass(frozen=True, kw_only=True)
class NewPhoto:
    """What is known of a photo that is to be kept, besides its bytes."""

    dhash: int
    width: int
    height: int
    source: str
    """`telegram`, `collect` or a name."""
    consent_id: int | None = None
    provider: str | None = None
    provider_id: str | None = None
    page_url: str | None = None
    file_url: str | None = None
    file_name: str | None = None
    creator: str | None = None
    licence: str | None = None
    licence_version: str | None = None
    licence_url: str | None = None
    attribution: str | None = None
    query: str | None = None


def keep_photo(
    session: Session,
    store: PhotoStore,
    data: bytes,
    new: NewPhoto,
    *,
    now: datetime | None = None,
) -> Photo:
    """Keep a photo's file and row; the existing row when it was kept before.

    The caller re-encodes people's photos without their location; other `data` is as found.
    Raises ForgottenError for a photo, or a near
    duplicate of one, that somebody had removed; ConsentMissing for a person's photo without a
    consent in force.
    """
    if new.source == TELEGRAM:
        _require_consent(session, new.consent_id)
    sha256 = hashlib.sha256(data).hexdigest()
    refuse_forgotten(session, sha256=sha256, looks=[new.dhash])
    known = session.scalars(select(Photo).where(Photo.sha256 == sha256)).first()
    if known is None:
        store.put(data)
        insert = upsert(session, Photo).values(
            **vars(new),
            sha256=sha256,
            size_bytes=len(data),
            kept_at=now or utc_now(),
            priority=0.0,
        )
        # Two processes may keep the same photo at once: both get the same row.
        session.execute(insert.on_conflict_do_nothing(index_elements=[Photo.sha256]))
        known = session.scalars(select(Photo).where(Photo.sha256 == sha256)).one()
    else:
        store.put(data)
    _rest_on(session, known, new.consent_id)
    return known


def _require_consent(session: Session, consent_id: int | None) -> None:
    consent = None if consent_id is None else session.get(Consent, consent_id)
    if consent is None or consent.withdrawn_at is not None:
        raise ConsentMissing("The bot keeps a person's photo only after they allow it.")


def _rest_on(session: Session, photo: Photo, consent_id: int | None) -> None:
    """A photo with a withdrawn consent may rest on the new consent of another sender."""
    if consent_id is None or photo.consent_id in (None, consent_id):
        return
    old = session.get_one(Consent, photo.consent_id)
    if old.withdrawn_at is not None:
        photo.consent_id = consent_id
        session.flush()

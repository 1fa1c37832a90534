"""The dataset as a folder for other programs: built beside it, and renamed when it is whole."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from dataset.errors import ExportError, PhotoMissing, PhotoUnreadable
from dataset.examples.label_order import in_order, label_order
from dataset.examples.suspending import is_learned, learned_label
from dataset.export.formats import WRITERS, Entry, Writer
from dataset.photos.store import PhotoStore
from dataset.privacy.consents import covers_export
from dataset.storage.database import Database
from dataset.storage.schema import TELEGRAM, Consent, Example, Photo, Split

SPLITS = {Split.TRAIN: "train", Split.VALID: "valid", Split.GATE: "test"}
"""The splits as others call them: nothing learns from the gate's photos, so they are the test."""

_PORTION = 500
_UNFINISHED = ".part"


@dataclass(frozen=True, kw_only=True)
class Exported:
    """Counts of photos."""

    photos: int
    splits: dict[str, int]
    labels: dict[str, int]
    without_consent: int
    """Sent by people whose consent does not cover an export, or has ended: left out."""
    unreadable: int
    """Left out because the file is gone or damaged, or no key opens it."""


def export(database: Database, store: PhotoStore, out: Path, kind: str) -> Exported:
    """Write what a training learns from into the new folder `out`, in the format `kind`.

    One photo is in memory at a time. Interrupted, a folder `.NAME.part` stays beside `out`, from
    which the same call goes on. Raises ExportError, DatabaseError.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ExportError(f"{out} is there already; name a folder that is not, or an empty one.")
    unfinished = out.with_name(f".{out.name}{_UNFINISHED}")
    try:
        with database.reading() as session:
            labels = _labels(session)
        unfinished.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_own(unfinished)
        done = _write(database, store, unfinished, WRITERS[kind](unfinished, labels))
        if out.exists():
            out.rmdir()
        unfinished.rename(out)
    except OSError as exc:
        raise ExportError(
            f"The export to {out} cannot be written: {exc.strerror or exc}. Run it again to go on."
        ) from exc
    return done


def _check_own(folder: Path) -> None:
    """Raise ExportError unless the folder is our own: in a place where others write, theirs could
    lead elsewhere, where an export writes, and removes what it does not know."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or (
        sys.platform != "win32" and status.st_uid != os.geteuid()
    ):
        raise ExportError(
            f"{folder} belongs to somebody else or is a link: remove it, or name another folder."
        )


def _labels(session: Session) -> tuple[str, ...]:
    found = set(session.scalars(select(learned_label()).where(is_learned()).distinct()))
    if not found:
        raise ExportError("The dataset is empty: `python -m training.add` takes photos in.")
    return in_order(sorted(found), label_order(session))


def _write(database: Database, store: PhotoStore, folder: Path, writer: Writer) -> Exported:
    splits, labels = Counter[str](), Counter[str]()
    without_consent = unreadable = 0
    written: set[Path] = set()
    with database.reading() as session, writer:
        for entry, is_allowed in _entries(session):
            if not is_allowed:
                without_consent += 1
                continue
            file = folder / writer.place(entry)
            try:
                _bring(store, entry.sha256, file)
            except (PhotoMissing, PhotoUnreadable):
                unreadable += 1
                continue
            written.add(file)
            writer.add(entry)
            splits[entry.split] += 1
            labels[entry.label] += 1
    # Only now: the last files are written when the writer ends.
    _remove_others(folder, written | set(writer.files))
    return Exported(
        photos=splits.total(),
        splits={name: splits[name] for name in SPLITS.values() if splits[name]},
        labels={label: labels[label] for label in writer.labels if labels[label]},
        without_consent=without_consent,
        unreadable=unreadable,
    )


def _entries(session: Session) -> Iterator[tuple[Entry, bool]]:
    """Every example that a training learns from, by hash, and whether it may be taken out."""
    query = (
        select(Photo, learned_label(), Example.split, Example.user_id, Consent)
        .join(Example, Example.photo_id == Photo.id)
        .outerjoin(Consent, and_(Consent.id == Photo.consent_id, Consent.withdrawn_at.is_(None)))
        .where(is_learned())
        .order_by(Photo.sha256)
        .limit(_PORTION)
    )
    last = ""
    while True:
        rows = session.execute(query.where(Photo.sha256 > last)).all()
        for photo, label, split, user_id, consent in rows:
            is_of_person = (
                user_id is not None or photo.consent_id is not None or photo.source == TELEGRAM
            )
            is_covered = consent is not None and covers_export(consent.notice_version)
            yield Entry.of(photo, label, SPLITS[split]), is_covered or not is_of_person
            last = photo.sha256
        session.expunge_all()
        if len(rows) < _PORTION:
            return


def _bring(store: PhotoStore, sha256: str, file: Path) -> None:
    """Put the photo there, unless an earlier run did; a file is whole or not there."""
    if file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == sha256:
        return
    content = store.get(sha256)
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f".{file.name}{_UNFINISHED}")
    half.write_bytes(content)
    half.replace(file)


def _remove_others(folder: Path, written: set[Path]) -> None:
    """What an interrupted run left and this one no longer holds: forgotten, or labelled anew."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in written:
            path.unlink()

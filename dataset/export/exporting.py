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
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select
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
            labels = labels_of(session)
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
    """Raise ExportError unless the folder is our own: others could make it lead elsewhere, and an
    export writes there and removes what it does not know."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or (
        sys.platform != "win32" and status.st_uid != os.geteuid()
    ):
        raise ExportError(
            f"{folder} belongs to somebody else or is a link: remove it, or name another folder."
        )


def labels_of(session: Session) -> tuple[str, ...]:
    """The labels of an export in their order. Raises ExportError without any."""
    found = set(session.scalars(select(learned_label()).where(is_learned()).distinct()))
    if not found:
        raise ExportError("The dataset is empty: `bear-detector add` takes photos in.")
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


def counts(session: Session) -> tuple[dict[str, int], int]:
    """How many photos an export has now in each split, and how many it leaves out for want of
    consent."""
    each = _learned(_is_allowed().label("is_allowed"), Example.split).subquery()
    splits, left_out = dict.fromkeys(SPLITS.values(), 0), 0
    kinds = (each.c["is_allowed"], each.c["split"])
    query = select(*kinds, func.count()).group_by(*kinds)
    for is_allowed, split, count in session.execute(query):
        if is_allowed:
            splits[SPLITS[split]] += count
        else:
            left_out += count
    return splits, left_out


def portion(session: Session, after: str) -> list[tuple[Entry, bool]]:
    """Some of the examples that a training learns from, behind this hash and by hash, and whether
    each may be taken out; none behind the last."""
    query = (
        _learned(Photo, learned_label(), Example.split, _is_allowed())
        .where(Photo.sha256 > after)
        .order_by(Photo.sha256)
        .limit(_PORTION)
    )
    found = [
        (Entry.of(photo, label, SPLITS[split]), bool(is_allowed))
        for photo, label, split, is_allowed in session.execute(query)
    ]
    session.expunge_all()
    return found


def _entries(session: Session) -> Iterator[tuple[Entry, bool]]:
    last = ""
    while found := portion(session, last):
        yield from found
        last = found[-1][0].sha256


def _learned(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Photo)
        .join(Example, Example.photo_id == Photo.id)
        .outerjoin(Consent, and_(Consent.id == Photo.consent_id, Consent.withdrawn_at.is_(None)))
        .where(is_learned())
    )


def _is_allowed() -> ColumnElement[bool]:
    """Whether nobody sent the photo, or whose it is agreed to that."""
    is_of_person = or_(
        Example.user_id.is_not(None), Photo.consent_id.is_not(None), Photo.source == TELEGRAM
    )
    is_covered = func.coalesce(covers_export(Consent.notice_version), false())
    return or_(not_(is_of_person), is_covered)


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

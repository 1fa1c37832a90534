"""Retention: deletes old data after configurable times, but never the dataset."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session, aliased

from dataset.backup.aside import KEPT, remove_aside
from dataset.conversation import rates
from dataset.errors import DatabaseFull, DatabaseLocked
from dataset.photos.removal import remove_photos
from dataset.photos.store import PhotoStore
from dataset.settings import DatasetSettings
from dataset.storage import leases
from dataset.storage.database import Database
from dataset.storage.schema import (
    TELEGRAM,
    Audit,
    Claim,
    Consent,
    Example,
    Lease,
    Note,
    Photo,
    Prediction,
    ReviewVerdict,
    Skip,
    Update,
    VerdictKind,
    utc_now,
)

_PORTION = 500
_STRAY_AFTER_S = 24 * 3600.0
"""A file without a row may belong to a transaction that is not committed yet, but not for a day."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """For how many days things are kept."""

    unreviewed_days: int = 180
    predictions_days: int = 365
    updates_days: int = 7
    audit_days: int = 730

    @classmethod
    def of(cls, settings: DatasetSettings) -> Terms:
        """The terms that the settings give."""
        return cls(
            unreviewed_days=settings.keep_unreviewed_days,
            predictions_days=settings.keep_predictions_days,
            updates_days=settings.keep_updates_days,
            audit_days=settings.keep_audit_days,
        )


@dataclass(frozen=True, kw_only=True)
class Purged:
    """Counts of removed rows and files."""

    withdrawn_photos: int
    """Their consent was withdrawn."""
    unreviewed_photos: int
    """They never became examples."""
    predictions: int
    updates: int
    audit: int
    stray_files: int
    """Files that no row names: left behind by a crash."""

    def __str__(self) -> str:
        return ", ".join(f"{name}={count}" for name, count in asdict(self).items())


def purge(
    database: Database, store: PhotoStore, terms: Terms, *, now: datetime | None = None
) -> Purged:
    """Remove what is past its term; returns the counts. Leaves nothing half done.

    Works in portions of a few hundred rows, each in its own transaction, so that others wait only
    briefly. The dataset stays, with its photos and their predictions.
    """
    now = now or utc_now()

    def removed(condition: ColumnElement[bool]) -> int:
        return _repeat(database, lambda session: _remove_photos(session, store, condition, now=now))

    report = Purged(
        withdrawn_photos=removed(_withdrawn()),
        unreviewed_photos=removed(_unreviewed(now - timedelta(days=terms.unreviewed_days))),
        predictions=_repeat(
            database,
            lambda session: _remove_predictions(
                session, now - timedelta(days=terms.predictions_days)
            ),
        ),
        updates=_repeat(
            database,
            lambda session: _remove_updates(session, now - timedelta(days=terms.updates_days)),
        ),
        audit=_repeat(
            database,
            lambda session: _remove_audit(session, now - timedelta(days=terms.audit_days)),
        ),
        stray_files=_remove_strays(database, store),
    )
    with database.session() as session:
        session.execute(delete(Skip).where(Skip.until <= now))
        rates.purge(session, before=now - timedelta(days=1))
        session.execute(
            delete(Lease).where(Lease.until <= now - timedelta(days=1), Lease.name != leases.TENANT)
        )
        session.execute(delete(Note).where(Note.until <= now - timedelta(days=1)))
    remove_aside(database, store, before=now - KEPT)
    with contextlib.suppress(DatabaseLocked, DatabaseFull):  # then what went leaves the file later
        database.rewrite()
    return report


def _repeat(database: Database, step: Callable[[Session], int]) -> int:
    total = 0
    while True:
        with database.session() as session:
            done = step(session)
        total += done
        if done < _PORTION:
            return total


def _withdrawn() -> ColumnElement[bool]:
    gone = select(Consent.id).where(Consent.withdrawn_at.is_not(None))
    return Photo.consent_id.in_(gone)


def _unreviewed(before: datetime) -> ColumnElement[bool]:
    """People's photos that are not examples and have no standing verdict that would make them
    one."""
    newer = aliased(ReviewVerdict)
    useful = (
        select(ReviewVerdict.id)
        .where(
            ReviewVerdict.photo_id == Photo.id,
            ReviewVerdict.undone_at.is_(None),
            ReviewVerdict.kind != VerdictKind.REJECT,
            ~select(newer.id)
            .where(
                newer.photo_id == ReviewVerdict.photo_id,
                newer.undone_at.is_(None),
                newer.id > ReviewVerdict.id,
            )
            .exists(),
        )
        .exists()
    )
    in_dataset = select(Example.id).where(Example.photo_id == Photo.id).exists()
    return (Photo.source == TELEGRAM) & (Photo.kept_at < before) & ~useful & ~in_dataset


def _remove_photos(
    session: Session, store: PhotoStore, condition: ColumnElement[bool], *, now: datetime
) -> int:
    ids = session.scalars(select(Photo.id).where(condition).limit(_PORTION)).all()
    remove_photos(session, store, ids, block_return=False, now=now)
    return len(ids)


def _remove_predictions(session: Session, before: datetime) -> int:
    ids = session.scalars(
        select(Prediction.id)
        .where(Prediction.made_at < before, Prediction.photo_id.is_(None))
        .limit(_PORTION)
    ).all()
    session.execute(delete(Claim).where(Claim.prediction_id.in_(ids)))
    session.execute(delete(Prediction).where(Prediction.id.in_(ids)))
    return len(ids)


def _remove_updates(session: Session, before: datetime) -> int:
    ids = session.scalars(
        select(Update.update_id).where(Update.handled_at < before).limit(_PORTION)
    ).all()
    session.execute(delete(Update).where(Update.update_id.in_(ids)))
    return len(ids)


def _remove_audit(session: Session, before: datetime) -> int:
    ids = session.scalars(
        select(Audit.id).where(Audit.at < before).order_by(Audit.at).limit(_PORTION)
    ).all()
    session.execute(delete(Audit).where(Audit.id.in_(ids)))
    return len(ids)


def _remove_strays(database: Database, store: PhotoStore) -> int:
    """Delete files that no row names, and temporary files of unfinished writes."""
    removed = 0
    portion: list[str] = []
    before = time.time() - _STRAY_AFTER_S

    def is_old(sha256: str) -> bool:
        written_at = store.written_at(sha256)
        return written_at is not None and written_at < before

    def sweep() -> int:
        with database.reading() as session:
            known = set(session.scalars(select(Photo.sha256).where(Photo.sha256.in_(portion))))
        strays = [name for name in portion if name not in known]
        return sum(store.delete(name) for name in strays if is_old(name))

    for sha256 in store.hashes():
        portion.append(sha256)
        if len(portion) == _PORTION:
            removed += sweep()
            portion.clear()
    removed += sweep() if portion else 0
    return removed + store.remove_leftovers(before=before)

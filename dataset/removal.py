"""Removing kept photos whole: file, row, and everything that hangs on it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, event, select, update
from sqlalchemy.orm import Session

from dataset.errors import PhotoStoreError
from dataset.families import leave_families, portions
from dataset.photos import PhotoStore
from dataset.schema import Example, Forgotten, Photo, Prediction, ReviewVerdict, Skip, Suspicion
from dataset.upserts import upsert

_log = logging.getLogger(__name__)


def remove_photos(
    session: Session,
    store: PhotoStore,
    photo_ids: Sequence[int],
    *,
    block_return: bool,
    now: datetime,
) -> int:
    """Remove photos with their examples, verdicts and queue places; returns how many examples.

    The predictions stay, without their photo. With `block_return` the hashes are left behind so
    that neither the photo nor a near duplicate is ever kept again. The files go once the
    transaction is committed: a crash in between leaves files that no row names, which
    `retention.purge` finds.
    """
    ids = sorted(photo_ids)
    leave_families(session, ids, now=now)
    examples = 0
    names: list[str] = []
    for some in portions(ids):
        rows = session.execute(select(Photo.sha256, Photo.dhash).where(Photo.id.in_(some))).all()
        if block_return and rows:
            blocked = [
                {"sha256": sha256, "dhash": dhash, "forgotten_at": now} for sha256, dhash in rows
            ]
            session.execute(upsert(session, Forgotten).values(blocked).on_conflict_do_nothing())
        names.extend(sha256 for sha256, _ in rows)
        removed = delete(Example).where(Example.photo_id.in_(some)).returning(Example.id)
        examples += len(session.scalars(removed).all())
        session.execute(
            update(Prediction).where(Prediction.photo_id.in_(some)).values(photo_id=None)
        )
        for table in (Suspicion, Skip, ReviewVerdict):
            session.execute(delete(table).where(table.photo_id.in_(some)))
        session.execute(delete(Photo).where(Photo.id.in_(some)))
    if names:
        _delete_after_commit(session, store, names)
    return examples


def _delete_after_commit(session: Session, store: PhotoStore, names: Sequence[str]) -> None:
    def delete_files(_session: Any) -> None:
        for sha256 in names:
            try:
                store.delete(sha256)
            except PhotoStoreError as exc:
                _log.warning("%s It will be tried again.", exc)

    event.listen(session, "after_commit", delete_files, once=True)

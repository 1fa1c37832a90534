"""Removing kept photos entirely: file, row, and everything that refers to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, event, literal, select, update
from sqlalchemy.orm import Session

from dataset.conversation.claims.families import among, leave_families, portions
from dataset.photos.store import PhotoStore
from dataset.storage.schema import (
    Example,
    Forgotten,
    Mark,
    Photo,
    Prediction,
    ReviewVerdict,
    Skip,
    Suspicion,
)
from dataset.storage.upserts import upsert


def remove_photos(
    session: Session,
    store: PhotoStore,
    photo_ids: Sequence[int],
    *,
    block_return: bool,
    now: datetime,
    left: list[str] | None = None,
) -> int:
    """Remove photos with their examples, verdicts and queue places; returns how many examples.

    The predictions stay, without their photo. With `block_return` the hashes are left behind so
    that neither the photo nor a near duplicate is ever kept again. The files go once the
    transaction is committed: a crash in between leaves files that no row names, which
    `erasing.erase` or `retention.purge` finds. Those that stay go into `left`.
    """
    ids = sorted(photo_ids)
    leave_families(session, ids, now=now)
    examples = 0
    names: list[str] = []
    for some in portions(ids):
        these = among(session, Photo.id, some)
        names.extend(session.scalars(select(Photo.sha256).where(these)))
        if block_return:
            hashes = select(Photo.sha256, Photo.dhash, literal(now, Forgotten.forgotten_at.type))
            session.execute(
                upsert(session, Forgotten)
                .from_select(["sha256", "dhash", "forgotten_at"], hashes.where(these))
                .on_conflict_do_nothing()
            )
        removed = (
            delete(Example).where(among(session, Example.photo_id, some)).returning(Example.id)
        )
        examples += len(session.scalars(removed).all())
        session.execute(
            update(Prediction)
            .where(among(session, Prediction.photo_id, some))
            .values(photo_id=None)
        )
        for table in (Suspicion, Mark, Skip, ReviewVerdict):
            session.execute(delete(table).where(among(session, table.photo_id, some)))
        session.execute(delete(Photo).where(these))
    if names:
        _delete_after_commit(session, store, names, left)
    return examples


def _delete_after_commit(
    session: Session, store: PhotoStore, names: Sequence[str], left: list[str] | None
) -> None:
    def delete_files(_session: Any) -> None:
        if not store.delete_all(names) and left is not None:
            left.extend(names)

    event.listen(session, "after_commit", delete_files, once=True)

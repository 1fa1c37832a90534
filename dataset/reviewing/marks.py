"""Photos that somebody marked to be looked at again, each with a note."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dataset.storage import audit
from dataset.storage.schema import Mark, Photo, utc_now

LONGEST_NOTE = 500
"""Characters."""


def mark(
    session: Session,
    photo_ids: Sequence[int],
    reviewer_id: int,
    *,
    note: str | None = None,
    now: datetime | None = None,
) -> list[int]:
    """Mark photos for a second look; those that are there, by id. A `note` replaces the one that a
    photo has; None leaves it. Writes audit rows."""
    now = now or utc_now()
    there = list(
        session.scalars(select(Photo.id).where(Photo.id.in_(photo_ids)).order_by(Photo.id))
    )
    marked = {
        row.photo_id: row for row in session.scalars(select(Mark).where(Mark.photo_id.in_(there)))
    }
    for photo_id in there:
        row = marked.get(photo_id)
        if row is None:
            row = Mark(photo_id=photo_id, marked_by=reviewer_id, marked_at=now, note="")
            session.add(row)
        elif note is None or note == row.note:
            continue
        if note is not None:
            row.note, row.marked_by, row.marked_at = note[:LONGEST_NOTE], reviewer_id, now
        _record(session, "marked", photo_id, reviewer_id, now)
    session.flush()
    return there


def unmark(
    session: Session, photo_ids: Sequence[int], reviewer_id: int, *, now: datetime | None = None
) -> list[int]:
    """Take the marks off; the photos that had one. Writes audit rows."""
    now = now or utc_now()
    gone = sorted(
        session.scalars(delete(Mark).where(Mark.photo_id.in_(photo_ids)).returning(Mark.photo_id))
    )
    for photo_id in gone:
        _record(session, "unmarked", photo_id, reviewer_id, now)
    return gone


def _record(session: Session, action: str, photo_id: int, reviewer_id: int, now: datetime) -> None:
    audit.record(session, actor_id=reviewer_id, action=action, subject=f"photo:{photo_id}", now=now)

"""The queue: which kept photos wait for a reviewer, and who looks at which.

A photo waits while it has a reason and no verdict. Only kept photos can wait, so only with their
owner's consent. Every query here uses a partial index over the waiting photos alone.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session

from dataset.conversation.claims.settling import BY_REVIEWERS, lock_family, may_be_used, settle
from dataset.conversation.predictions import prediction as find
from dataset.errors import ConsentMissing, NotFoundError
from dataset.photos.duplicates import near_photos
from dataset.storage.schema import (
    TELEGRAM,
    Photo,
    ReviewVerdict,
    Skip,
    utc_now,
)
from dataset.storage.upserts import upsert

LEASE_S = 600.0
SKIP_S = 24 * 3600.0


def attach_photo(
    session: Session,
    prediction_id: int,
    photo: Photo,
    *,
    quorum: int,
    alike: Collection[int],
    now: datetime | None = None,
) -> None:
    """Link a kept photo to its answer, so that claims on it take effect. A photo that shows the
    same picture as an earlier one joins its family: one of `lookalikes` whose pixels agree, too,
    which are `alike` (photo ids). A hash alone can be made to measure.

    The family enters the queue, or the claims decide it at once. Raises
    ConsentMissing when the photo may not be used, NotFoundError.
    """
    if not may_be_used(session, photo):
        raise ConsentMissing("The bot uses a person's photo only while they allow it.")
    row = find(session, prediction_id)
    row.photo_id = photo.id
    _join_family(session, photo, alike)
    session.flush()
    enqueue(session, photo, quorum=quorum, now=now)


def enqueue(
    session: Session, photo: Photo, *, quorum: int | None = None, now: datetime | None = None
) -> None:
    """Put the photo's family into the queue or out of it, as it stands now."""
    first = lock_family(session, photo.id)
    if first is None:
        raise NotFoundError("The bot no longer keeps this photo.")
    settle(session, first, quorum=quorum, now=now or utc_now())


def next_photo(
    session: Session,
    reviewer_id: int,
    *,
    now: datetime | None = None,
    lease_s: float = LEASE_S,
) -> Photo | None:
    """The most useful photo, leased to this reviewer; None when the queue is empty."""
    found = next_photos(session, reviewer_id, limit=1, now=now, lease_s=lease_s)
    return found[0] if found else None


def next_photos(
    session: Session,
    reviewer_id: int,
    *,
    limit: int,
    now: datetime | None = None,
    lease_s: float = LEASE_S,
) -> list[Photo]:
    """Up to `limit` photos to review, the most useful first, leased to this reviewer.

    The reviewer's own leases count as free, so a second call gives the same photos. No other
    reviewer gets them for `lease_s` seconds, in any process (SKIP LOCKED on PostgreSQL, the
    write lock on SQLite). Walks the index of the waiting photos from the top: as many rows as are
    leased or skipped, plus `limit`.
    """
    now = now or utc_now()
    skipped = exists().where(
        Skip.photo_id == Photo.id, Skip.reviewer_id == reviewer_id, Skip.until > now
    )
    found = list(
        session.scalars(
            select(Photo)
            .where(waits(), _free_for(reviewer_id, now), ~skipped)
            .order_by(Photo.priority.desc(), Photo.id)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
            .execution_options(populate_existing=True)
        )
    )
    for photo in found:
        photo.leased_by = reviewer_id
        photo.leased_until = now + timedelta(seconds=lease_s)
    session.flush()
    return found


def lease(
    session: Session,
    photo_id: int,
    reviewer_id: int,
    *,
    now: datetime | None = None,
    lease_s: float = LEASE_S,
) -> bool:
    """Lease one particular photo, waiting or not; False when another reviewer has it."""
    now = now or utc_now()
    taken = session.execute(
        update(Photo)
        .where(Photo.id == photo_id, _free_for(reviewer_id, now))
        .values(leased_by=reviewer_id, leased_until=now + timedelta(seconds=lease_s))
        .returning(Photo.id)
    ).first()
    return taken is not None


def release(session: Session, reviewer_id: int, *, photo_id: int | None = None) -> int:
    """Give back what this reviewer has leased, or one photo of it; returns how many."""
    condition = Photo.leased_by == reviewer_id
    if photo_id is not None:
        condition &= Photo.id == photo_id
    given_back = session.scalars(
        update(Photo)
        .where(condition, Photo.leased_by.is_not(None))
        .values(leased_by=None, leased_until=None)
        .returning(Photo.id)
    ).all()
    return len(given_back)


def skip(
    session: Session,
    photo_id: int,
    reviewer_id: int,
    *,
    now: datetime | None = None,
    for_s: float = SKIP_S,
) -> bool:
    """Do not show this photo to this reviewer for a while; others may get it at once.

    False when the photo is gone, so nobody sees it any more.
    """
    if lock_family(session, photo_id) is None:
        return False
    until = (now or utc_now()) + timedelta(seconds=for_s)
    insert = upsert(session, Skip).values(photo_id=photo_id, reviewer_id=reviewer_id, until=until)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=[Skip.photo_id, Skip.reviewer_id], set_={"until": until}
        )
    )
    release(session, reviewer_id, photo_id=photo_id)
    return True


class Progress(NamedTuple):
    """The reviewers' progress."""

    done: int
    """Photos decided by reviewers since midnight UTC."""
    waiting: int

    @property
    def total(self) -> int:
        return self.done + self.waiting


def progress(session: Session, *, now: datetime | None = None) -> Progress:
    """Counts for "12 of 40". Counts an index over the waiting photos."""
    midnight = (now or utc_now()).replace(hour=0, minute=0, second=0, microsecond=0)
    done = session.scalar(
        select(func.count(ReviewVerdict.photo_id.distinct())).where(
            ReviewVerdict.made_at >= midnight,
            ReviewVerdict.undone_at.is_(None),
            ReviewVerdict.via.in_(BY_REVIEWERS),
        )
    )
    return Progress(done=done or 0, waiting=count_waiting(session))


def count_waiting(session: Session) -> int:
    """How many photos wait for a reviewer."""
    return session.scalar(select(func.count()).select_from(Photo).where(waits())) or 0


def waits() -> ColumnElement[bool]:
    """A photo waits: the condition of the partial indexes, word by word, so that queries use
    them."""
    return Photo.queue_reason.is_not(None) & Photo.decided_at.is_(None)


def _free_for(reviewer_id: int, now: datetime) -> ColumnElement[bool]:
    return or_(
        Photo.leased_until.is_(None),
        Photo.leased_until <= now,
        Photo.leased_by == reviewer_id,
    )


def lookalikes(session: Session, dhash: int) -> dict[int, str]:
    """People's photos that may show the same picture, by id with their SHA-256: their pixels
    decide."""
    return {
        other.id: other.sha256
        for other, _ in near_photos(session, dhash)
        if other.source == TELEGRAM
    }


def _join_family(session: Session, photo: Photo, alike: Collection[int]) -> None:
    """Let the first kept photo of the same picture represent this one too."""
    if photo.duplicate_of_id is not None or photo.source != TELEGRAM:
        return
    for other, _ in near_photos(session, photo.dhash):
        first_id = other.duplicate_of_id or other.id
        if other.id not in alike:
            continue
        if first_id != photo.id and first_id < photo.id and other.source == TELEGRAM:
            first = session.get_one(Photo, first_id)
            if may_be_used(session, first):
                photo.duplicate_of_id = first_id
                return

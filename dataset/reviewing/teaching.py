"""Lessons: an admin shows photos of one label in the chat, each of which is a reviewer's verdict.

The next fold makes them examples, when their label has enough photos (`dataset.examples.joining`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from dataset.conversation.claims.settling import BY_TEACHING, lock_family, settle, standing_verdict
from dataset.examples.label_order import give_places
from dataset.photos.duplicates import near_photos
from dataset.photos.removal import remove_photos
from dataset.photos.store import NewPhoto, PhotoStore, keep_photo
from dataset.reviewing import verdicts
from dataset.storage import audit
from dataset.storage.schema import (
    Example,
    Lesson,
    Photo,
    Prediction,
    ReviewVerdict,
    VerdictKind,
    utc_now,
)

LASTS = timedelta(hours=1)
"""A lesson in which nothing is shown for so long has ended: nobody teaches by mistake."""
PER_DAY = 1000
"""Photos that one admin teaches in a day; more come by `training.add`."""


class Fate(str, Enum):
    """The outcome for a photo that is shown in a lesson."""

    TAUGHT = "taught"
    KNOWN = "known"
    """This photo, or a near duplicate of it, shows this label already."""
    OTHER = "other"
    """This photo, or a near duplicate of it, shows another label already: it is left out."""
    FULL = "full"
    """This person has shown enough for a day."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The outcome for one photo."""

    fate: Fate
    verdict_id: int | None = None
    """Of a photo that was taught, now or before by this person."""
    other_label: str | None = None


@dataclass(frozen=True, kw_only=True)
class TakenBack:
    """What was taken back: how many photos, of which label."""

    photos: int
    label: str


def begin(session: Session, user_id: int, label: str, *, now: datetime | None = None) -> None:
    """Begin a lesson, in place of this person's last one. Writes an audit row."""
    now = now or utc_now()
    session.merge(Lesson(user_id=user_id, label=label, last_at=now, told_full=False))
    audit.record(session, actor_id=user_id, action="teach", subject=f"label:{label}", now=now)


def lesson_of(session: Session, user_id: int, *, now: datetime | None = None) -> Lesson | None:
    """The lesson that this person gives now."""
    lesson = session.get(Lesson, user_id)
    if lesson is None or lesson.last_at + LASTS < (now or utc_now()):
        return None
    return lesson


def end(session: Session, user_id: int) -> Lesson | None:
    """End this person's lesson; returns it."""
    lesson = session.get(Lesson, user_id)
    if lesson is not None:
        session.delete(lesson)
        session.flush()
    return lesson


def is_told_full(session: Session, user_id: int) -> bool:
    """Whether the bot has said before, in this lesson, that it takes no more photos today."""
    lesson = session.get(Lesson, user_id)
    told = lesson is not None and lesson.told_full
    if lesson is not None:
        lesson.told_full = True
    return told


def show(
    session: Session,
    store: PhotoStore,
    data: bytes,
    new: NewPhoto,
    *,
    user_id: int,
    label: str,
    now: datetime,
) -> Shown:
    """Take a person's own photo for an example of a label, unless one like it is there.

    All photos of one message share one `now`: they are taken back together. Raises ForgottenError,
    ConsentMissing, InvalidLabel, PhotoStoreError.
    """
    lesson = session.get(Lesson, user_id)
    if lesson is not None:
        lesson.last_at = max(now, lesson.last_at)
    if _shown_today(session, user_id, now) >= PER_DAY:
        return Shown(fate=Fate.FULL)
    known = _known(session, [near for near, _ in near_photos(session, new.dhash)], user_id, label)
    if known is not None:
        return known
    photo = keep_photo(session, store, data, new, now=now)
    known = _known(session, [photo], user_id, label)
    if known is not None:
        return known
    give_places(session, [label], beside=True)
    verdict = verdicts.decide(
        session,
        photo.id,
        user_id,
        VerdictKind.LABEL,
        label=label,
        via=BY_TEACHING,
        now=now,
    )
    return Shown(fate=Fate.TAUGHT, verdict_id=verdict.id)


def take_back(
    session: Session,
    store: PhotoStore,
    user_id: int,
    *,
    verdict_id: int | None = None,
    label: str | None = None,
    now: datetime | None = None,
) -> TakenBack | None:
    """Take back the photos that this person showed with one message: that of a verdict, else the
    last, of one label if given. None when there is none.

    Photos that serve nothing else are removed. Those that are examples already leave at the next
    fold. Writes an audit row.
    """
    now = now or utc_now()
    mine = and_(ReviewVerdict.reviewer_id == user_id, _is_taught())
    query = select(ReviewVerdict).where(mine).order_by(ReviewVerdict.id.desc()).limit(1)
    if verdict_id is not None:
        query = query.where(ReviewVerdict.id == verdict_id)
    if label is not None:
        query = query.where(ReviewVerdict.label == label)
    last = session.scalars(query).first()
    if last is None:
        return None
    label = str(last.label)
    together = select(ReviewVerdict).where(mine, ReviewVerdict.made_at == last.made_at)
    taken = list(session.scalars(together.order_by(ReviewVerdict.id)))
    for verdict in taken:
        verdict.undone_at = now
    session.flush()
    useless = []
    for verdict in taken:
        photo = lock_family(session, verdict.photo_id)
        if photo is None:
            continue
        settle(session, photo, quorum=None, now=now)
        if not _serves(session, photo.id):
            useless.append(photo.id)
    audit.record(
        session,
        actor_id=user_id,
        action="teach_undone",
        subject=f"label:{label}",
        details={"photos": len(taken)},
        now=now,
    )
    if useless:
        remove_photos(session, store, useless, block_return=False, now=now)
    return TakenBack(photos=len(taken), label=label)


def _is_taught() -> ColumnElement[bool]:
    """Of a verdict: it was given in a lesson, and stands."""
    return and_(ReviewVerdict.via == BY_TEACHING, ReviewVerdict.undone_at.is_(None))


def _shown_today(session: Session, user_id: int, now: datetime) -> int:
    query = (
        select(func.count())
        .select_from(ReviewVerdict)
        .where(
            ReviewVerdict.reviewer_id == user_id,
            _is_taught(),
            ReviewVerdict.made_at > now - timedelta(days=1),
        )
    )
    return session.scalar(query) or 0


def _known(session: Session, photos: Sequence[Photo], user_id: int, label: str) -> Shown | None:
    """The outcome where one of these photos shows a label already."""
    shows = {photo.id: _label_of(session, photo.id) for photo in photos}
    if label in shows.values():
        same = [number for number, shown in shows.items() if shown == label]
        mine = select(ReviewVerdict.id).where(
            ReviewVerdict.photo_id.in_(same), ReviewVerdict.reviewer_id == user_id, _is_taught()
        )
        return Shown(fate=Fate.KNOWN, verdict_id=session.scalars(mine.limit(1)).first())
    others = [shown for shown in shows.values() if shown is not None]
    return Shown(fate=Fate.OTHER, other_label=others[0]) if others else None


def _label_of(session: Session, photo_id: int) -> str | None:
    """What a kept photo shows, as an example or as its verdict says."""
    example = session.scalars(select(Example.label).where(Example.photo_id == photo_id)).first()
    if example is not None:
        return example
    verdict = standing_verdict(session, photo_id)
    return None if verdict is None else verdict.label


def _serves(session: Session, photo_id: int) -> bool:
    """Whether a photo is an example, was answered, or has another verdict."""
    uses: Sequence[ColumnElement[bool]] = (
        exists().where(Example.photo_id == photo_id),
        exists().where(Prediction.photo_id == photo_id),
        exists().where(ReviewVerdict.photo_id == photo_id, ReviewVerdict.undone_at.is_(None)),
    )
    return any(session.scalar(select(use)) for use in uses)

"""Looking through many photos at once: which ones, in which order, and what is known of each.

A reviewer's grid takes the ids of everything that fits, in order, once (`find_photos`), and then
the cards of what comes into sight (`cards`). So nothing is skipped or shown twice while verdicts
shorten the queue.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, text
from sqlalchemy.orm import Session

from dataset.schema import (
    WAITING,
    Claim,
    ClaimStatus,
    Example,
    Photo,
    Prediction,
    QueueReason,
    ReviewVerdict,
    Split,
    Suspicion,
    Verdict,
)
from dataset.settling import BY_PEOPLE, asserts

MOST_PHOTOS = 20_000
"""Ids that one listing gives; more are better narrowed by a filter than scrolled."""

T = TypeVar("T")


class Shelf(str, enum.Enum):
    """Which photos one looks through."""

    QUEUE = "queue"
    """What waits for a verdict."""
    EXAMPLES = "examples"
    """What is in the dataset."""
    SUSPICIONS = "suspicions"
    """Examples that `training.clean` finds likely mislabelled, odd or in conflict, and on which
    nobody decided since."""


class Order(str, enum.Enum):
    TEACHES = "teaches"
    """By what a verdict would teach: the queue's priority, a suspicion's score."""
    LOSS = "loss"
    """By how unlikely the model finds what the photo is held to show."""
    DOUBT = "doubt"
    """By how little the model's first label is ahead of its second."""
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, kw_only=True)
class PhotoFilter:
    """What a photo must be; None lets everything pass."""

    label: str | None = None
    """The example's label, else the answered one."""
    split: Split | None = None
    verdict: Verdict | None = None
    model_version: str | None = None
    reason: QueueReason | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """How many people say one thing of a photo."""

    asserts: str | None
    """A label, `outside`, or None: something is wrong with the answer."""
    people: int
    by_admin: bool


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a reviewer sees of one photo. Its duplicates' answers and claims count as its own."""

    photo: Photo
    prediction: Prediction | None
    """The latest answer; a photo that was collected has none."""
    said: Sequence[Said]
    """Claims that are not rejected, most people first."""
    example: Example | None
    suspicion: Suspicion | None
    verdict: ReviewVerdict | None
    """The one that stands."""


def held_by_other(photo: Photo, reviewer_id: int, now: datetime) -> bool:
    """Whether a reviewer other than this one has leased the photo."""
    return (
        photo.leased_by is not None
        and photo.leased_by != reviewer_id
        and photo.leased_until is not None
        and photo.leased_until > now
    )


def find_photos(
    session: Session, shelf: Shelf, wanted: PhotoFilter, order: Order, *, limit: int = MOST_PHOTOS
) -> list[int]:
    """The ids of the photos that fit, in order, at most `limit` of them."""
    query = select(Photo.id).outerjoin(Example, Example.photo_id == Photo.id)
    if shelf is Shelf.SUSPICIONS:
        query = query.join(Suspicion, Suspicion.photo_id == Photo.id)
    query = query.where(_on(shelf), *_conditions(wanted))
    return list(session.scalars(_in_order(query, shelf, order).limit(limit)))


def count_suspicions(session: Session) -> int:
    """How many suspected examples nobody decided on since."""
    query = (
        select(func.count(Suspicion.photo_id))
        .join(Example, Example.photo_id == Suspicion.photo_id)
        .where(_on(Shelf.SUSPICIONS))
    )
    return session.scalar(query) or 0


def reasons_waiting(session: Session) -> dict[QueueReason, int]:
    """How many photos wait for each reason."""
    query = (
        select(Photo.queue_reason, func.count(Photo.id))
        .where(text(WAITING))
        .group_by(Photo.queue_reason)
    )
    return {reason: count for reason, count in session.execute(query) if reason is not None}


def model_versions(session: Session) -> list[str]:
    """The models whose answers are on kept photos, in alphabetical order."""
    query = select(Photo.answer_model).where(Photo.answer_model.is_not(None)).distinct()
    return sorted(version for version in session.scalars(query) if version is not None)


def label_counts(session: Session) -> dict[str, dict[Split, int]]:
    """How many examples each label has in each split; labels in alphabetical order."""
    counts: dict[str, dict[Split, int]] = {}
    query = (
        select(Example.label, Example.split, func.count(Example.id))
        .group_by(Example.label, Example.split)
        .order_by(Example.label)
    )
    for label, split, count in session.execute(query):
        counts.setdefault(label, dict.fromkeys(Split, 0))[split] = count
    return counts


def cards(session: Session, photo_ids: Sequence[int]) -> list[Card]:
    """What is known of these photos, in the order asked for; photos that are gone are left out."""
    photos = {
        photo.id: photo for photo in session.scalars(select(Photo).where(Photo.id.in_(photo_ids)))
    }
    predictions = _predictions(session, photo_ids)
    said = _said(session, photo_ids)
    examples = _by_photo(
        (row.photo_id, row)
        for row in session.scalars(select(Example).where(Example.photo_id.in_(photo_ids)))
    )
    suspicions = _by_photo(
        (row.photo_id, row)
        for row in session.scalars(select(Suspicion).where(Suspicion.photo_id.in_(photo_ids)))
    )
    verdicts = _by_photo(
        (row.photo_id, row)
        for row in session.scalars(
            select(ReviewVerdict)
            .where(ReviewVerdict.photo_id.in_(photo_ids), ReviewVerdict.undone_at.is_(None))
            .order_by(ReviewVerdict.id)
        )
    )
    return [
        Card(
            photo=photos[photo_id],
            prediction=predictions.get(photo_id),
            said=said.get(photo_id, ()),
            example=examples.get(photo_id),
            suspicion=suspicions.get(photo_id),
            verdict=verdicts.get(photo_id),
        )
        for photo_id in photo_ids
        if photo_id in photos
    ]


def last_batch(session: Session, reviewer_id: int) -> list[ReviewVerdict]:
    """The standing verdicts that this reviewer last gave with one stroke, newest first."""
    mine = (ReviewVerdict.reviewer_id == reviewer_id, ReviewVerdict.undone_at.is_(None))
    by_hand = ReviewVerdict.via.in_(BY_PEOPLE)
    last = session.scalars(
        select(ReviewVerdict).where(*mine, by_hand).order_by(ReviewVerdict.id.desc()).limit(1)
    ).first()
    if last is None:
        return []
    return list(
        session.scalars(
            select(ReviewVerdict)
            .where(*mine, by_hand, ReviewVerdict.made_at == last.made_at)
            .order_by(ReviewVerdict.id.desc())
        )
    )


def _on(shelf: Shelf) -> ColumnElement[bool]:
    if shelf is Shelf.QUEUE:
        return text(WAITING)  # type: ignore[return-value] # in the words of the partial indexes
    if shelf is Shelf.EXAMPLES:
        return Example.id.is_not(None)
    decided_since = exists().where(
        ReviewVerdict.photo_id == Suspicion.photo_id,
        ReviewVerdict.undone_at.is_(None),
        ReviewVerdict.made_at > Suspicion.found_at,
    )
    return and_(Example.id.is_not(None), ~decided_since)


def _conditions(wanted: PhotoFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.label is not None:
        conditions.append(func.coalesce(Example.label, Photo.answer_label) == wanted.label)
    if wanted.split is not None:
        conditions.append(Example.split == wanted.split)
    if wanted.verdict is not None:
        conditions.append(Photo.answer_verdict == wanted.verdict)
    if wanted.model_version is not None:
        conditions.append(Photo.answer_model == wanted.model_version)
    if wanted.reason is not None:
        conditions.append(Photo.queue_reason == wanted.reason)
    return conditions


def _in_order(query: Select[int], shelf: Shelf, order: Order) -> Select[int]:
    if order is Order.NEWEST:
        return query.order_by(Photo.kept_at.desc(), Photo.id.desc())
    if order is Order.OLDEST:
        return query.order_by(Photo.kept_at, Photo.id)
    # A photo that no model answered is neither a loss nor a doubt of the model's: it comes last.
    if order is Order.LOSS:
        return query.order_by(func.coalesce(Photo.loss, -1.0).desc(), Photo.id)
    if order is Order.DOUBT:
        return query.order_by(func.coalesce(Photo.doubt, -1.0).desc(), Photo.id)
    if shelf is Shelf.SUSPICIONS:
        return query.order_by(Suspicion.score.desc(), Photo.id)
    return query.order_by(Photo.priority.desc(), Photo.id)


def _by_photo(rows: Iterable[tuple[int, T]]) -> dict[int, T]:
    """The last row of each photo."""
    return dict(rows)


def _family(photo_ids: Sequence[int]) -> ColumnElement[bool]:
    return or_(Photo.id.in_(photo_ids), Photo.duplicate_of_id.in_(photo_ids))


def _predictions(session: Session, photo_ids: Sequence[int]) -> dict[int, Prediction]:
    query = (
        select(Photo.id, Photo.duplicate_of_id, Prediction)
        .join(Prediction, Prediction.photo_id == Photo.id)
        .where(_family(photo_ids))
        .order_by(Prediction.id)
    )
    latest: dict[int, Prediction] = {}
    for photo_id, first_id, prediction in session.execute(query):
        latest[photo_id] = prediction
        if first_id is not None:
            latest[first_id] = prediction
    return latest


def _said(session: Session, photo_ids: Sequence[int]) -> dict[int, list[Said]]:
    query = (
        select(func.coalesce(Photo.duplicate_of_id, Photo.id), Prediction, Claim)
        .join(Prediction, Prediction.photo_id == Photo.id)
        .join(Claim, Claim.prediction_id == Prediction.id)
        .where(_family(photo_ids), Claim.status != ClaimStatus.REJECTED)
    )
    voices: dict[int, dict[str | None, dict[int, bool]]] = {}
    for photo_id, prediction, claim in session.execute(query):
        people = voices.setdefault(photo_id, {}).setdefault(asserts(claim, prediction), {})
        people[claim.user_id] = people.get(claim.user_id, False) or claim.by_admin
    return {
        photo_id: sorted(
            (
                Said(asserts=meant, people=len(people), by_admin=any(people.values()))
                for meant, people in said.items()
            ),
            key=lambda one: -one.people,
        )
        for photo_id, said in voices.items()
    }

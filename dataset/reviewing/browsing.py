"""Looking through many photos at once: which ones, and in which order.

A reviewer's grid fetches the ids of all matching photos once, in order (`find_photos`), and then
the cards of those in sight (`reviewing.cards`). So it skips or repeats none while verdicts shorten
the queue.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, select, text
from sqlalchemy.orm import Session

from dataset.examples.suspending import undecided_since
from dataset.storage.schema import (
    OUTSIDE,
    WAITING,
    Consent,
    Example,
    Mark,
    Photo,
    QueueReason,
    Split,
    Suspicion,
    Verdict,
)

MOST_PHOTOS = 20_000
"""Most ids in one listing; beyond that, a filter serves better than scrolling."""


class Shelf(str, enum.Enum):
    """Which photos to look through."""

    QUEUE = "queue"
    """Photos that wait for a verdict."""
    EXAMPLES = "examples"
    """Photos in the dataset."""
    SUSPICIONS = "suspicions"
    """Undecided examples that `training.clean` finds likely mislabelled, odd or in conflict, or
    that a retraining set aside."""


class Order(str, enum.Enum):
    TEACHES = "teaches"
    """By how useful a verdict would be: the queue's priority, a suspicion's score."""
    LOSS = "loss"
    """By how unlikely the model finds the photo's accepted label."""
    DOUBT = "doubt"
    """By how close the model's two likeliest labels are."""
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, kw_only=True)
class PhotoFilter:
    """Conditions on a photo; None admits all."""

    label: str | None = None
    """The example's label, else the answered one; `outside` for a photo that was refused."""
    split: Split | None = None
    verdict: Verdict | None = None
    model_version: str | None = None
    reason: QueueReason | None = None
    suspicion: str | None = None
    """The kind of suspicion: `label`, `odd`, `conflict` or `set_aside`."""
    source: str | None = None
    """Where the photo came from: `telegram`, `collect`, or the name of a folder."""
    file_name: str | None = None
    """A part of what the file was called where it was added from, without regard to capitals."""
    person: int | None = None
    """Whose photo it is, or in whose name it became an example."""
    since: datetime | None = None
    """Kept at this time or later."""
    marked: bool | None = None
    """Marked for a second look, or not."""


def find_photos(
    session: Session, shelf: Shelf, wanted: PhotoFilter, order: Order, *, limit: int = MOST_PHOTOS
) -> list[int]:
    """The ids of the photos that fit, in order, at most `limit` of them."""
    query = select(Photo.id).outerjoin(Example, Example.photo_id == Photo.id)
    if shelf is Shelf.SUSPICIONS or wanted.suspicion is not None:
        query = query.join(Suspicion, Suspicion.photo_id == Photo.id)
    query = query.where(_on(shelf), *_conditions(wanted))
    return list(session.scalars(_in_order(query, shelf, order).limit(limit)))


def count_suspicions(session: Session) -> int:
    """How many suspected examples are still undecided."""
    query = (
        select(func.count(Suspicion.photo_id))
        .join(Example, Example.photo_id == Suspicion.photo_id)
        .where(_on(Shelf.SUSPICIONS))
    )
    return session.scalar(query) or 0


def suggested_ids(session: Session) -> list[int]:
    """The suspected examples for which another of the labels is suggested. "None of them" does not
    count: such a photo may only be unlike the others of its label."""
    another = and_(Suspicion.suggested.is_not(None), Suspicion.suggested != OUTSIDE)
    return list(session.scalars(select(Suspicion.photo_id).where(another)))


def reasons_waiting(session: Session) -> dict[QueueReason, int]:
    """How many photos wait for each reason."""
    query = (
        select(Photo.queue_reason, func.count(Photo.id))
        .where(text(WAITING))
        .group_by(Photo.queue_reason)
    )
    return {reason: count for reason, count in session.execute(query) if reason is not None}


def model_versions(session: Session) -> list[str]:
    """The models that answered kept photos, in alphabetical order."""
    query = select(Photo.answer_model).where(Photo.answer_model.is_not(None)).distinct()
    return sorted(version for version in session.scalars(query) if version is not None)


def sources(session: Session) -> list[str]:
    """Where kept photos came from, in alphabetical order."""
    return list(session.scalars(select(Photo.source).distinct().order_by(Photo.source)))


def label_counts(session: Session) -> dict[str, dict[Split, int]]:
    """How many examples each label has in each split."""
    counts: dict[str, dict[Split, int]] = {}
    query = (
        select(Example.label, Example.split, func.count(Example.id))
        .group_by(Example.label, Example.split)
        .order_by(Example.label)
    )
    for label, split, count in session.execute(query):
        counts.setdefault(label, dict.fromkeys(Split, 0))[split] = count
    return counts


def _on(shelf: Shelf) -> ColumnElement[bool]:
    if shelf is Shelf.QUEUE:
        return text(WAITING)  # type: ignore[return-value] # in the words of the partial indexes
    if shelf is Shelf.EXAMPLES:
        return Example.id.is_not(None)
    return and_(Example.id.is_not(None), undecided_since())


def _conditions(wanted: PhotoFilter) -> list[ColumnElement[bool]]:
    columns = (
        (Example.split, wanted.split),
        (Photo.answer_verdict, wanted.verdict),
        (Photo.answer_model, wanted.model_version),
        (Photo.queue_reason, wanted.reason),
        (Suspicion.kind, wanted.suspicion),
        (Photo.source, wanted.source),
    )
    conditions: list[ColumnElement[bool]] = [
        column == value for column, value in columns if value is not None
    ]
    if wanted.label is not None:
        answered = case(
            (Photo.answer_verdict == Verdict.OUTSIDE, OUTSIDE), else_=Photo.answer_label
        )
        conditions.append(func.coalesce(Example.label, answered) == wanted.label)
    if wanted.file_name is not None:
        conditions.append(Photo.file_name.icontains(wanted.file_name, autoescape=True))
    if wanted.person is not None:
        theirs = select(Consent.id).where(Consent.user_id == wanted.person)
        conditions.append(Photo.consent_id.in_(theirs) | (Example.user_id == wanted.person))
    if wanted.since is not None:
        conditions.append(Photo.kept_at >= wanted.since)
    if wanted.marked is not None:
        is_marked = Photo.id.in_(select(Mark.photo_id))
        conditions.append(is_marked if wanted.marked else ~is_marked)
    return conditions


def _in_order(query: Select[int], shelf: Shelf, order: Order) -> Select[int]:
    if order is Order.NEWEST:
        return query.order_by(Photo.kept_at.desc(), Photo.id.desc())
    if order is Order.OLDEST:
        return query.order_by(Photo.kept_at, Photo.id)
    if shelf is Shelf.QUEUE and order in (Order.LOSS, Order.DOUBT):
        # Every waiting photo has an answer, so the order of a partial index has no gaps.
        key = Photo.loss if order is Order.LOSS else Photo.doubt
        return query.order_by(key.desc(), Photo.id)
    # A photo without an answer has neither loss nor doubt, so it comes last.
    if order is Order.LOSS:
        return query.order_by(func.coalesce(Photo.loss, -1.0).desc(), Photo.id)
    if order is Order.DOUBT:
        return query.order_by(func.coalesce(Photo.doubt, -1.0).desc(), Photo.id)
    if shelf is Shelf.SUSPICIONS:
        return query.order_by(Suspicion.score.desc(), Photo.id)
    return query.order_by(Photo.priority.desc(), Photo.id)

"""Everything about photos that a reviewer needs, in a few queries for any number of photos."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from dataset.conversation.claims.settling import asserts
from dataset.examples.suspending import undecided
from dataset.storage.schema import (
    Claim,
    ClaimStatus,
    Example,
    Mark,
    Photo,
    Prediction,
    ReviewVerdict,
    Suspicion,
)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Said:
    """How many people say the same about a photo."""

    asserts: str | None
    """A label, `outside`, or None: something is wrong with the answer."""
    people: int
    by_admin: bool


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a reviewer sees of one photo, with its duplicates' answers and claims."""

    photo: Photo
    prediction: Prediction | None
    """The latest answer; None for a collected photo."""
    said: Sequence[Said]
    """Claims that are not rejected, those of most people first."""
    example: Example | None
    suspicion: Suspicion | None
    verdict: ReviewVerdict | None
    """The one that stands."""
    mark: Mark | None
    """Somebody wants it looked at again."""
    followed: ReviewVerdict | None
    """The one that the example follows."""


def held_by_other(photo: Photo, reviewer_id: int, now: datetime) -> bool:
    """Whether a reviewer other than this one has leased the photo."""
    return (
        photo.leased_by is not None
        and photo.leased_by != reviewer_id
        and photo.leased_until is not None
        and photo.leased_until > now
    )


class Standing(NamedTuple):
    """A photo and how it stands."""

    photo: Photo
    verdict: ReviewVerdict | None
    """The one that stands."""
    suspected: str | None
    """The kind of the suspicion on it, where nobody decided since."""


def standing(session: Session, photo_ids: Sequence[int]) -> dict[int, Standing]:
    """The photos by id, each with its standing verdict and suspicion; missing photos are left
    out. Three queries."""
    verdicts, suspected = _verdicts(session, photo_ids), undecided(session, photo_ids)
    found = session.scalars(select(Photo).where(Photo.id.in_(photo_ids)))
    return {
        photo.id: Standing(photo, verdicts.get(photo.id), suspected.get(photo.id))
        for photo in found
    }


def cards(session: Session, photo_ids: Sequence[int]) -> list[Card]:
    """The cards of these photos, in the given order; missing photos are left out."""
    found = standing(session, photo_ids)
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
    marks = _by_photo(
        (row.photo_id, row)
        for row in session.scalars(select(Mark).where(Mark.photo_id.in_(photo_ids)))
    )
    follows = [one.verdict_id for one in examples.values() if one.verdict_id is not None]
    followed = {
        row.id: row
        for row in session.scalars(select(ReviewVerdict).where(ReviewVerdict.id.in_(follows)))
    }
    return [
        Card(
            photo=found[photo_id].photo,
            prediction=predictions.get(photo_id),
            said=said.get(photo_id, ()),
            example=examples.get(photo_id),
            suspicion=suspicions.get(photo_id),
            verdict=found[photo_id].verdict,
            mark=marks.get(photo_id),
            followed=followed.get(example.verdict_id or 0)
            if (example := examples.get(photo_id))
            else None,
        )
        for photo_id in photo_ids
        if photo_id in found
    ]


def _by_photo(rows: Iterable[tuple[int, T]]) -> dict[int, T]:
    """The last row of each photo."""
    return dict(rows)


def _verdicts(session: Session, photo_ids: Sequence[int]) -> dict[int, ReviewVerdict]:
    query = (
        select(ReviewVerdict)
        .where(ReviewVerdict.photo_id.in_(photo_ids), ReviewVerdict.undone_at.is_(None))
        .order_by(ReviewVerdict.id)
    )
    return _by_photo((row.photo_id, row) for row in session.scalars(query))


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

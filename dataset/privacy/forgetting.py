"""Forgetting a person: all their data goes, and hashes stay that keep their photos from
returning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from dataset.conversation.claims.disputing import note_claims_gone
from dataset.conversation.claims.families import rest_on_others
from dataset.conversation.claims.settling import lock_family, settle
from dataset.examples import retrainings
from dataset.photos.removal import remove_photos
from dataset.photos.store import PhotoStore
from dataset.storage import audit
from dataset.storage.schema import (
    Claim,
    Consent,
    Example,
    Lesson,
    Mark,
    Person,
    Photo,
    Prediction,
    Rate,
    ReviewVerdict,
    Skip,
    utc_now,
)


@dataclass(frozen=True, kw_only=True)
class Forgot:
    """Counts of one person's removed data."""

    photos: int
    examples: int
    claims: int
    predictions: int
    """Answers that no longer name their person; their numbers stay."""
    left: list[str] = field(default_factory=list)
    """Once the transaction is committed: photos whose store did not answer, for `erasing.erase`."""


def forget(
    session: Session, store: PhotoStore, user_id: int, *, now: datetime | None = None
) -> Forgot:
    """Remove this person's photos, claims, examples, queue places, choices and consents, and what
    they tried without the right to.

    Answers to them keep only their numbers: neither person, chat nor message. A photo that another
    person also sent and allowed stays as theirs. A ban of the person's claims stays, or forgetting
    would lift it. What they did as a reviewer or an admin stays without their name. Touches the
    person's own rows, by index, but for two tables of what admins did: its time grows with them and
    not with the others. `erasing.erase` does the rest, after the commit.
    """
    now = now or utc_now()
    consents = session.scalars(select(Consent.id).where(Consent.user_id == user_id)).all()
    resting = session.scalars(select(Photo.id).where(Photo.consent_id.in_(consents))).all()
    theirs = sorted(set(resting) - rest_on_others(session, resting, user_id))
    claims, spoken_of = _forget_claims(session, user_id)
    # Before the photos, so that these rows are written only once.
    predictions = session.scalars(
        update(Prediction)
        .where(Prediction.user_id == user_id)
        .values(
            user_id=0,
            chat_id=0,
            photo_message_id=0,
            answer_message_id=None,
            album_position=None,
            file_id="",
            photo_id=None,
        )
        .returning(Prediction.id)
    ).all()
    left: list[str] = []
    examples = remove_photos(session, store, theirs, block_return=True, now=now, left=left)
    _settle(session, sorted(spoken_of - set(theirs)), now)
    # Somebody else's photo may have become an example under this person's name.
    session.execute(update(Example).where(Example.user_id == user_id).values(user_id=None))
    session.execute(delete(Consent).where(Consent.user_id == user_id))
    session.execute(
        update(ReviewVerdict).where(ReviewVerdict.reviewer_id == user_id).values(reviewer_id=0)
    )
    session.execute(update(Mark).where(Mark.marked_by == user_id).values(marked_by=0))
    retrainings.forget(session, user_id)
    audit.forget(session, user_id)
    session.execute(delete(Rate).where(Rate.user_id == user_id))
    session.execute(delete(Skip).where(Skip.reviewer_id == user_id))
    session.execute(delete(Lesson).where(Lesson.user_id == user_id))
    session.execute(
        update(Photo).where(Photo.leased_by == user_id).values(leased_by=None, leased_until=None)
    )
    session.execute(
        delete(Person).where(Person.user_id == user_id, Person.claims_banned_at.is_(None))
    )
    session.execute(
        update(Person)
        .where(Person.user_id == user_id)
        .values(language=None, telegram_language=None, thanks=True, consent_asked_at=None)
    )
    return Forgot(
        photos=len(theirs),
        examples=examples,
        claims=claims,
        predictions=len(predictions),
        left=left,
    )


def _forget_claims(session: Session, user_id: int) -> tuple[int, set[int]]:
    """Delete the claims; how many, and the photos that they spoke of."""
    photo_ids = session.scalars(
        select(Prediction.photo_id)
        .join(Claim, Claim.prediction_id == Prediction.id)
        .where(Claim.user_id == user_id, Prediction.photo_id.is_not(None))
    ).all()
    gone = session.scalars(
        delete(Claim).where(Claim.user_id == user_id).returning(Claim.prediction_id)
    ).all()
    note_claims_gone(session, gone)
    return len(gone), {photo_id for photo_id in photo_ids if photo_id is not None}


def _settle(session: Session, photo_ids: Sequence[int], now: datetime) -> None:
    """Other people's photos that lost claims get their queue place anew."""
    for photo_id in photo_ids:
        photo = lock_family(session, photo_id)
        if photo is not None:
            settle(session, photo, quorum=None, now=now)

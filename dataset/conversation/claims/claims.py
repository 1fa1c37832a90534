"""Claims: one person saying that an answer is right, or wrong and what it is.

A claim is only a claim. What becomes of it is decided in `claims.settling`, after every change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dataset.conversation.claims.disputing import note_dispute
from dataset.conversation.claims.label_names import check_label
from dataset.conversation.claims.settling import lock_family, settle
from dataset.conversation.people import person
from dataset.errors import ClaimsBanned, NotFoundError, NothingToUndo, QuotaExceeded
from dataset.storage import audit
from dataset.storage.schema import (
    Claim,
    ClaimKind,
    ClaimStatus,
    Consent,
    Person,
    Photo,
    Prediction,
    Verdict,
    utc_now,
)


@dataclass(frozen=True, kw_only=True)
class ClaimQuota:
    """Most claims of one person within 24 hours; admins have no limit."""

    per_day: int = 50


@dataclass(frozen=True, kw_only=True)
class NewClaim:
    """What one person says of one answer."""

    prediction_id: int
    user_id: int
    kind: ClaimKind | str
    label: str | None = None
    """With kind `label`, and only with it."""
    by_admin: bool = False


def record_claim(
    session: Session,
    new: NewClaim,
    *,
    quorum: int,
    quota: ClaimQuota,
    now: datetime | None = None,
) -> Claim:
    """Record this person's claim on this answer; it replaces their earlier one.

    A kept photo's place in the queue follows at once. An
    admin's claim decides the photo, and so do `quorum` distinct people who agree without a
    contradiction. Raises NotFoundError, InvalidLabel, ClaimsBanned or QuotaExceeded. Safe when many
    people claim at the same moment.
    """
    kind, label = ClaimKind(new.kind), new.label
    prediction_id, user_id = new.prediction_id, new.user_id
    now = now or utc_now()
    if (kind is ClaimKind.LABEL) != (label is not None):
        raise ValueError("a label goes with kind 'label', and only with it")
    if label is not None:
        label = check_label(label)
    prediction = _locked(session, prediction_id)
    if person(session, user_id).claims_banned_at is not None:
        raise ClaimsBanned("Your corrections are not taken any more; an admin can change that.")
    claim = claim_of(session, prediction_id, user_id)
    if claim is None and not new.by_admin:
        _check_quota(session, user_id, quota, now)
    photo = lock_family(session, prediction.photo_id)
    if claim is None:
        claim = Claim(prediction_id=prediction_id, user_id=user_id)
        session.add(claim)
    claim.made_at = now
    claim.by_admin = new.by_admin
    claim.kind = kind
    claim.label = label
    claim.status = ClaimStatus.PENDING
    claim.decided_at = None
    claim.thanked_at = None
    session.flush()
    note_dispute(session, prediction)
    if photo is not None:
        settle(session, photo, quorum=quorum, now=now)
    return claim


def undo_claim(
    session: Session,
    *,
    prediction_id: int,
    user_id: int,
    quorum: int,
    now: datetime | None = None,
) -> Claim:
    """Take back this person's claim on this answer, and return it.

    A verdict that rested on it (an admin's, or a quorum that has become too small) goes too.
    Raises NothingToUndo.
    """
    prediction = _locked(session, prediction_id)
    claim = claim_of(session, prediction_id, user_id)
    if claim is None:
        raise NothingToUndo("You have no correction to take back.")
    photo = lock_family(session, prediction.photo_id)
    session.delete(claim)
    session.flush()
    note_dispute(session, prediction)
    if photo is not None:
        settle(session, photo, quorum=quorum, now=now or utc_now())
    return claim


def claim_of(session: Session, prediction_id: int, user_id: int) -> Claim | None:
    """This person's claim on this answer."""
    return session.scalars(
        select(Claim).where(Claim.prediction_id == prediction_id, Claim.user_id == user_id)
    ).first()


def last_claim(session: Session, user_id: int, *, chat_id: int | None = None) -> Claim | None:
    """This person's newest claim, in one chat if given: what a bare `/undo` means."""
    query = select(Claim).where(Claim.user_id == user_id)
    if chat_id is not None:
        query = query.join(Claim.prediction).where(Prediction.chat_id == chat_id)
    return session.scalars(query.order_by(Claim.made_at.desc(), Claim.id.desc()).limit(1)).first()


def ban_claims(
    session: Session,
    user_id: int,
    *,
    banned_by: int | None,
    quorum: int,
    now: datetime | None = None,
) -> int:
    """Ban this person's claims, old ones too; returns how many.

    Photos that they helped to settle without a reviewer are settled anew. Writes an audit row.
    """
    now = now or utc_now()
    person(session, user_id).claims_banned_at = now
    return _settle_all_of(session, user_id, "ban_claims", by=banned_by, quorum=quorum, now=now)


def unban_claims(
    session: Session,
    user_id: int,
    *,
    unbanned_by: int | None,
    quorum: int,
    now: datetime | None = None,
) -> int:
    """Let this person's claims count again, old ones too; returns how many. Writes an audit row."""
    now = now or utc_now()
    person(session, user_id).claims_banned_at = None
    return _settle_all_of(session, user_id, "unban_claims", by=unbanned_by, quorum=quorum, now=now)


@dataclass(frozen=True, kw_only=True)
class Correction:
    """An accepted correction whose author has not yet heard that it worked."""

    claim: Claim
    prediction: Prediction
    photo: Photo
    language: str | None


def to_thank(session: Session, *, after_id: int = 0, limit: int = 100) -> list[Correction]:
    """Corrections to try on a newly published model: replay the photo, then thank if it is right.

    These are accepted claims of kind `label`, not yet thanked for, by people who want news, on
    photos still in use. Ordered by claim id; pass the last one as `after_id` for the next portion.
    """
    rows = session.execute(
        select(Claim, Prediction, Photo, func.coalesce(Person.language, Person.telegram_language))
        .join(Prediction, Claim.prediction_id == Prediction.id)
        .join(Photo, Prediction.photo_id == Photo.id)
        .join(Consent, Photo.consent_id == Consent.id)
        .outerjoin(Person, Person.user_id == Claim.user_id)
        .where(
            Claim.id > after_id,
            Claim.status == ClaimStatus.ACCEPTED,
            Claim.kind == ClaimKind.LABEL,
            # "It is a bear" corrects a refusal that named the label as the nearest.
            (Claim.label != Prediction.label) | (Prediction.verdict == Verdict.OUTSIDE),
            Claim.thanked_at.is_(None),
            Consent.withdrawn_at.is_(None),
            Person.user_id.is_(None) | Person.thanks,
        )
        .order_by(Claim.id)
        .limit(limit)
    )
    return [
        Correction(claim=claim, prediction=prediction, photo=photo, language=language)
        for claim, prediction, photo, language in rows
    ]


def mark_thanked(session: Session, claim_id: int, *, now: datetime | None = None) -> bool:
    """Note that the person gets the news now; False when another process did so before. Call before
    sending, so that a crash in between costs a thank-you rather than repeating it."""
    claim = session.get(Claim, claim_id, with_for_update=True)
    if claim is None or claim.thanked_at is not None:
        return False
    claim.thanked_at = now or utc_now()
    session.flush()
    return True


def _locked(session: Session, prediction_id: int) -> Prediction:
    """The prediction, its row locked so that claims on it run one after the other."""
    prediction = session.get(
        Prediction, prediction_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if prediction is None:
        raise NotFoundError("That answer is no longer stored; send the photo again.")
    return prediction


def _check_quota(session: Session, user_id: int, quota: ClaimQuota, now: datetime) -> None:
    made = session.scalar(
        select(func.count())
        .select_from(Claim)
        .where(Claim.user_id == user_id, Claim.made_at > now - timedelta(days=1))
    )
    if (made or 0) >= quota.per_day:
        raise QuotaExceeded(per_day=quota.per_day)


def _settle_all_of(
    session: Session, user_id: int, action: str, *, by: int | None, quorum: int, now: datetime
) -> int:
    session.flush()
    claims = session.scalars(select(Claim).where(Claim.user_id == user_id)).all()
    photo_ids = session.scalars(
        select(Prediction.photo_id)
        .join(Claim, Claim.prediction_id == Prediction.id)
        .where(Claim.user_id == user_id, Prediction.photo_id.is_not(None))
        .distinct()
        .order_by(Prediction.photo_id)
    ).all()
    for photo_id in photo_ids:
        photo = lock_family(session, photo_id)
        if photo is not None:
            settle(session, photo, quorum=quorum, now=now)
    audit.record(session, actor_id=by, action=action, subject=f"person:{user_id}", now=now)
    return len(claims)

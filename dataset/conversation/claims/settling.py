"""Settling claims: verdicts without a reviewer, the claims' status, the photo's queue place.

Photos of the same picture form a family: the first kept one represents all, carries the verdicts
and waits in the queue; the others point to it (`duplicate_of_id`).

A claim *asserts* what the photo shows: a label, or none of them (`outside`). "Right" asserts what
the answer said; "other problem" asserts nothing and still disputes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dataset.conversation.claims.label_names import renamed
from dataset.conversation.claims.priority import Voice, place_in_queue
from dataset.storage.schema import (
    OUTSIDE,
    TELEGRAM,
    Claim,
    ClaimKind,
    ClaimStatus,
    Consent,
    Person,
    Photo,
    Prediction,
    ReviewVerdict,
    Verdict,
    VerdictKind,
)

BY_REVIEWERS = ("chat", "web", "file")
BY_TEACHING = "teach"
BY_PEOPLE = (*BY_REVIEWERS, BY_TEACHING)
BY_ADMIN = "admin"
BY_QUORUM = "quorum"


def asserts(claim: Claim, prediction: Prediction) -> str | None:
    """What the claim asserts: a label, `outside`, or None for nothing definite."""
    if claim.kind is ClaimKind.LABEL:
        return claim.label
    if claim.kind is ClaimKind.NONE:
        return OUTSIDE
    if claim.kind is ClaimKind.RIGHT:
        return answered(prediction)
    return None


def answered(prediction: Prediction) -> str:
    """What the answer asserted: its label, or `outside`."""
    return OUTSIDE if prediction.verdict is Verdict.OUTSIDE else prediction.label


def disputes(claim: Claim, prediction: Prediction) -> bool:
    """Whether the claim says that the answer is wrong."""
    return asserts(claim, prediction) != answered(prediction)


def lock_family(session: Session, photo_id: int | None) -> Photo | None:
    """The photo that represents this one's family, its row locked until the transaction ends."""
    if photo_id is None:
        return None
    photo = session.get(Photo, photo_id)
    if photo is None:
        return None
    return session.get(
        Photo,
        photo.duplicate_of_id or photo.id,
        with_for_update={"key_share": True},
        populate_existing=True,
    )


def standing_verdict(session: Session, photo_id: int) -> ReviewVerdict | None:
    """The verdict that counts: the newest one that is not undone."""
    return session.scalars(
        select(ReviewVerdict)
        .where(ReviewVerdict.photo_id == photo_id, ReviewVerdict.undone_at.is_(None))
        .order_by(ReviewVerdict.id.desc())
        .limit(1)
    ).first()


def verdict_label(verdict: ReviewVerdict) -> str | None:
    """What the verdict asserts: a label, `outside`, or None for an unusable photo."""
    if verdict.kind is VerdictKind.LABEL:
        return verdict.label
    return OUTSIDE if verdict.kind is VerdictKind.NONE else None


def settle(session: Session, photo: Photo, *, quorum: int | None, now: datetime) -> None:
    """Bring a family's verdict, claims and queue place in line with all that people say now.

    `photo` represents its family and is locked (`lock_family`). Without a `quorum`, verdicts by
    quorum stay as they are. Reads the family's predictions and claims, nothing else.
    """
    predictions = _predictions(session, photo)
    claims = _claims(session, predictions, renamed(session))
    if quorum is not None:
        _settle_by_claims(session, photo, claims, quorum=quorum, now=now)
    verdict = standing_verdict(session, photo.id)
    for said in claims:
        _judge(said, verdict, now)
    photo.decided_at = None if verdict is None else verdict.made_at
    heard = [said for said in claims if not said.banned]
    place_in_queue(
        photo,
        predictions,
        [
            Voice(said.claim.user_id, said.asserts, disputes(said.claim, said.prediction))
            for said in heard
        ],
        held=None if verdict is None else verdict_label(verdict),
    )
    if not may_be_used(session, photo):
        photo.queue_reason = None
    session.flush()


def may_be_used(session: Session, photo: Photo) -> bool:
    """Whether the photo needs no consent, or its consent is still in force."""
    if photo.consent_id is None:
        return photo.source != TELEGRAM
    return session.get_one(Consent, photo.consent_id).withdrawn_at is None


@dataclass(frozen=True)
class _Said:
    claim: Claim
    prediction: Prediction
    asserts: str | None
    answered: str
    """What the claim and the answer assert, by the present names."""
    banned: bool


def _predictions(session: Session, photo: Photo) -> list[Prediction]:
    """The family's predictions, oldest first."""
    duplicates = session.scalars(select(Photo.id).where(Photo.duplicate_of_id == photo.id)).all()
    return list(
        session.scalars(
            select(Prediction)
            .where(Prediction.photo_id.in_([photo.id, *duplicates]))
            .order_by(Prediction.id)
        )
    )


def _claims(
    session: Session, predictions: Sequence[Prediction], now_called: Mapping[str, str]
) -> list[_Said]:
    """People's claims on these answers, oldest first."""
    by_id = {prediction.id: prediction for prediction in predictions}
    rows = session.execute(
        select(Claim, Person.claims_banned_at)
        .outerjoin(Person, Person.user_id == Claim.user_id)
        .where(Claim.prediction_id.in_(by_id))
        .order_by(Claim.made_at, Claim.id)
    )
    found = []
    for claim, banned_at in rows:
        prediction = by_id[claim.prediction_id]
        said, told = asserts(claim, prediction), answered(prediction)
        found.append(
            _Said(
                claim,
                prediction,
                None if said is None else now_called.get(said, said),
                now_called.get(told, told),
                banned_at is not None,
            )
        )
    return found


def _settle_by_claims(
    session: Session, photo: Photo, claims: Sequence[_Said], *, quorum: int, now: datetime
) -> None:
    """Make, change or take back the verdict that claims make by themselves."""
    wanted = _by_admin(claims) or _by_quorum(photo, claims, quorum)
    standing = standing_verdict(session, photo.id)
    if standing is not None and standing.via in BY_PEOPLE:
        newer = wanted is not None and wanted.via == BY_ADMIN and wanted.at > standing.made_at
        if not newer:
            return
    elif standing is not None:
        if wanted is not None and wanted.says(standing):
            return
        standing.undone_at = now
    if wanted is not None:
        session.add(
            ReviewVerdict(
                made_at=now,
                photo_id=photo.id,
                reviewer_id=wanted.reviewer_id,
                kind=VerdictKind.NONE if wanted.label == OUTSIDE else VerdictKind.LABEL,
                label=None if wanted.label == OUTSIDE else wanted.label,
                via=wanted.via,
            )
        )
    session.flush()


@dataclass(frozen=True)
class _Wanted:
    """A verdict that claims make by themselves."""

    label: str
    via: str
    reviewer_id: int
    at: datetime

    def says(self, verdict: ReviewVerdict) -> bool:
        same = (self.label, self.via) == (verdict_label(verdict), verdict.via)
        return same and self.reviewer_id == verdict.reviewer_id


def _by_admin(claims: Sequence[_Said]) -> _Wanted | None:
    for said in reversed(claims):
        if said.claim.by_admin and said.asserts is not None and not said.banned:
            return _Wanted(said.asserts, BY_ADMIN, said.claim.user_id, said.claim.made_at)
    return None


def _by_quorum(photo: Photo, claims: Sequence[_Said], quorum: int) -> _Wanted | None:
    """What enough people say of this very photo, while nobody says otherwise of its family.

    Of photos that only look like it, people can make as many as they like.
    """
    heard = [said for said in claims if not said.banned]
    labels = {said.asserts for said in heard}
    people = {said.claim.user_id for said in heard if said.prediction.photo_id == photo.id}
    if len(labels) != 1 or len(people) < quorum:
        return None
    label = labels.pop()
    if label is None:
        return None
    return _Wanted(label, BY_QUORUM, 0, max(said.claim.made_at for said in heard))


def _judge(said: _Said, verdict: ReviewVerdict | None, now: datetime) -> None:
    """A claim's status follows from the verdict that stands, and from nothing else."""
    claim = said.claim
    if said.banned:
        status = ClaimStatus.REJECTED
    elif verdict is None:
        status = ClaimStatus.PENDING
    else:
        shown = verdict_label(verdict)
        if said.asserts is None:
            agrees = shown is not None and shown != said.answered
        else:
            agrees = said.asserts == shown
        status = ClaimStatus.ACCEPTED if agrees else ClaimStatus.REJECTED
    if claim.status is not status:
        claim.status = status
        claim.decided_at = None if status is ClaimStatus.PENDING else now

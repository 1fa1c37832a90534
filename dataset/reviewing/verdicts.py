"""Verdicts: a reviewer's decisions on a photo. The newest that is not undone counts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from dataset.conversation.claims.label_names import check_label, renamed
from dataset.conversation.claims.settling import BY_PEOPLE, BY_REVIEWERS, lock_family, settle
from dataset.errors import NotFoundError, NothingToUndo
from dataset.reviewing import queue
from dataset.storage import audit
from dataset.storage.schema import (
    TELEGRAM,
    Example,
    Photo,
    QueueReason,
    ReviewVerdict,
    VerdictKind,
    utc_now,
)


def decide(
    session: Session,
    photo_id: int,
    reviewer_id: int,
    kind: VerdictKind | str,
    *,
    via: str,
    label: str | None = None,
    to_gate: bool = False,
    now: datetime | None = None,
) -> ReviewVerdict:
    """Record a reviewer's verdict on a photo; `via` is `chat`, `web`, `file` or
    `teach`.

    It settles the claims on the photo and on its duplicates, and takes the family out of the
    queue. The dataset follows at the next fold. Writes an audit row. Raises NotFoundError,
    InvalidLabel. A dozen look-ups by key, whatever the queue's length.
    """
    kind = VerdictKind(kind)
    now = now or utc_now()
    if via not in BY_PEOPLE:
        raise ValueError(f"via must be one of {BY_PEOPLE}")
    if (kind is VerdictKind.LABEL) != (label is not None):
        raise ValueError("a label goes with kind 'label', and only with it")
    if label is not None:
        label = check_label(label)
        label = renamed(session).get(label, label)
    photo = lock_family(session, photo_id)
    if photo is None:
        raise NotFoundError("The bot no longer keeps this photo.")
    verdict = ReviewVerdict(
        made_at=now,
        photo_id=photo.id,
        reviewer_id=reviewer_id,
        kind=kind,
        label=label,
        to_gate=to_gate and kind is not VerdictKind.REJECT,
        via=via,
    )
    session.add(verdict)
    photo.leased_by = photo.leased_until = None
    session.flush()
    settle(session, photo, quorum=None, now=now)
    audit.record(
        session,
        actor_id=reviewer_id,
        action="verdict",
        subject=f"photo:{photo.id}",
        details={"kind": kind.value, "label": label, "via": via, "to_gate": verdict.to_gate},
        now=now,
    )
    return verdict


def undo_last(
    session: Session,
    reviewer_id: int,
    verdict_id: int | None = None,
    *,
    photo_id: int | None = None,
    now: datetime | None = None,
    lease_s: float = queue.LEASE_S,
) -> ReviewVerdict:
    """Take back this reviewer's last verdict that still stands, a certain one, or the last on a
    certain photo; returns it.

    Its photo waits again, leased to the same reviewer. Writes an audit row. Raises
    NothingToUndo.
    """
    theirs = _theirs(reviewer_id)
    if verdict_id is not None:
        theirs = theirs.where(ReviewVerdict.id == verdict_id)
    if photo_id is not None:
        theirs = theirs.where(ReviewVerdict.photo_id == photo_id)
    last = session.scalars(theirs.limit(1)).first()
    if last is None or not _undo(session, last, now=now or utc_now(), lease_s=lease_s):
        raise NothingToUndo("You have no verdict to take back.")
    return last


def take_back(
    session: Session,
    reviewer_id: int,
    verdict_ids: Collection[int],
    *,
    now: datetime | None = None,
    lease_s: float = queue.LEASE_S,
) -> list[ReviewVerdict]:
    """Take back those of these verdicts that the reviewer gave and that still stand; returns them,
    newest first.

    Their photos wait again, leased to the same reviewer. Writes an audit row for each.
    """
    now = now or utc_now()
    found = session.scalars(_theirs(reviewer_id).where(ReviewVerdict.id.in_(verdict_ids))).all()
    return [one for one in found if _undo(session, one, now=now, lease_s=lease_s)]


def _theirs(reviewer_id: int) -> Select[ReviewVerdict]:
    """The standing verdicts that somebody gave as a reviewer, newest first."""
    return (
        select(ReviewVerdict)
        .where(
            ReviewVerdict.reviewer_id == reviewer_id,
            ReviewVerdict.undone_at.is_(None),
            ReviewVerdict.via.in_(BY_REVIEWERS),
        )
        .order_by(ReviewVerdict.id.desc())
    )


def _undo(session: Session, verdict: ReviewVerdict, *, now: datetime, lease_s: float) -> bool:
    """Take one verdict back; False where its photo is gone."""
    photo = lock_family(session, verdict.photo_id)
    if photo is None:
        return False
    verdict.undone_at = now
    session.flush()
    settle(session, photo, quorum=None, now=now)
    _keep_in_sight(session, photo)
    queue.lease(session, photo.id, verdict.reviewer_id, now=now, lease_s=lease_s)
    audit.record(
        session,
        actor_id=verdict.reviewer_id,
        action="undo_verdict",
        subject=f"photo:{photo.id}",
        details={"verdict": verdict.id},
        now=now,
    )
    return True


def _keep_in_sight(session: Session, photo: Photo) -> None:
    """When a verdict that removed a collected photo is undone, nothing else brings the photo
    back."""
    if photo.source == TELEGRAM or photo.decided_at is not None or photo.queue_reason is not None:
        return
    if session.scalars(select(Example.id).where(Example.photo_id == photo.id)).first() is None:
        photo.queue_reason = QueueReason.DISPUTED
        photo.doubt = photo.doubt or 0.0
        photo.loss = photo.loss or 0.0
        session.flush()

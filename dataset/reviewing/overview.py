"""Read access to the records: totals, a reviewer's last stroke, and long lists by page."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from dataset.conversation.claims.settling import BY_REVIEWERS
from dataset.storage.schema import (
    Audit,
    Example,
    Photo,
    Retraining,
    RetrainingStatus,
    ReviewVerdict,
)

T = TypeVar("T")

_FOLDED = (RetrainingStatus.PUBLISHED, RetrainingStatus.HELD, RetrainingStatus.RUNNING)
"""How a retraining stands that took the verdicts into the dataset, or takes them now."""


class Measured(NamedTuple):
    """What a published model scored on the gate's photos, before it was published."""

    version: str
    retraining_id: int
    finished_at: datetime | None
    accuracy: float
    photos: int


class Totals(NamedTuple):
    photos: int
    examples: int
    verdicts: int
    """That stand."""
    new_verdicts: int
    """Of these, the ones made since the last retraining began that took verdicts in, or does."""


def totals(session: Session) -> Totals:
    standing = (
        select(func.count()).select_from(ReviewVerdict).where(ReviewVerdict.undone_at.is_(None))
    )
    last = session.scalar(
        select(func.max(Retraining.started_at)).where(Retraining.status.in_(_FOLDED))
    )
    new = standing if last is None else standing.where(ReviewVerdict.made_at > last)
    return Totals(
        photos=_count(session, select(func.count()).select_from(Photo)),
        examples=_count(session, select(func.count()).select_from(Example)),
        verdicts=_count(session, standing),
        new_verdicts=_count(session, new),
    )


def last_batch(session: Session, reviewer_id: int) -> list[ReviewVerdict]:
    """The standing verdicts that this reviewer last gave with one stroke, newest first."""
    mine = (ReviewVerdict.reviewer_id == reviewer_id, ReviewVerdict.undone_at.is_(None))
    by_hand = ReviewVerdict.via.in_(BY_REVIEWERS)
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


def audit_lines(
    session: Session,
    *,
    action: str | None = None,
    actor_id: int | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[list[Audit], int]:
    """A page of the audit trail, newest first, and how many lines fit in all."""
    query = select(Audit)
    if action is not None:
        query = query.where(Audit.action == action)
    if actor_id is not None:
        query = query.where(Audit.actor_id == actor_id)
    newest_first = query.order_by(Audit.at.desc(), Audit.id.desc())
    return _page(session, newest_first, offset=offset, limit=limit)


def audit_actions(session: Session) -> list[str]:
    """Every action that the audit trail knows, in alphabetical order."""
    return list(session.scalars(select(Audit.action).distinct().order_by(Audit.action)))


def retrainings(
    session: Session, *, offset: int = 0, limit: int = 50
) -> tuple[list[Retraining], int]:
    """A page of the retrainings, newest first, and how many there are in all."""
    return _page(
        session, select(Retraining).order_by(Retraining.id.desc()), offset=offset, limit=limit
    )


def retraining(session: Session, retraining_id: int) -> Retraining | None:
    """One retraining, without a lock."""
    return session.get(Retraining, retraining_id)


def measured(session: Session, *, most: int = 60) -> list[Measured]:
    """The newest models that retrainings published and measured, the first one first."""
    runs = session.scalars(
        select(Retraining)
        .where(Retraining.status == RetrainingStatus.PUBLISHED, Retraining.candidate.is_not(None))
        .order_by(Retraining.id.desc())
        .limit(most)
    )
    found = [(run, (run.metrics or {}).get("candidate")) for run in runs]
    return [
        Measured(
            version=str(run.candidate),
            retraining_id=run.id,
            finished_at=run.finished_at,
            accuracy=float(figures["accuracy"]),
            photos=int(figures.get("n") or 0),
        )
        for run, figures in reversed(found)
        if isinstance(figures, dict) and isinstance(figures.get("accuracy"), (int, float))
    ]


def _page(session: Session, query: Select[T], *, offset: int, limit: int) -> tuple[list[T], int]:
    total = _count(session, select(func.count()).select_from(query.order_by(None).subquery()))
    return list(session.scalars(query.offset(offset).limit(limit))), total


def _count(session: Session, query: Select[int]) -> int:
    return session.scalar(query) or 0

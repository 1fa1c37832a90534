"""The audit trail: what admins did, and what people tried without the right to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from dataset.storage.schema import Audit, utc_now

MOST_ATTEMPTS_AN_HOUR = 60
"""Of one person and kind: enough to see an attack, too few to fill the disk."""
_NOBODY = 0
_STAYS = frozenset(
    {
        "verdict",
        "undo_verdict",
        "ban_claims",
        "unban_claims",
        "retrain",
        "retrain_force",
        "retrain_cancel",
        "publish_force",
        "rollback",
        "clean",
        "teach",
        "teach_undone",
        "label_described",
        "label_moved",
        "label_renamed",
        "label_merged",
        "label_retired",
        "label_revived",
        "marked",
        "unmarked",
        "photos_added",
        "photos_refused",
        "dataset_exported",
        "review_entered",
        "review_left",
    }
)
"""Actions that changed or showed other people's data; they stay when the person who acted is
forgotten."""


def record(
    session: Session,
    *,
    action: str,
    actor_id: int | None = None,
    subject: str | None = None,
    details: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> Audit:
    """Write one line of the audit trail. `subject` is like `photo:17`, `person:4` or `model:…`.

    `actor_id` is empty for the shell and the schedule. `details` must not hold secrets.
    """
    row = Audit(
        at=now or utc_now(),
        actor_id=actor_id,
        action=action[:32],
        subject=None if subject is None else subject[:128],
        details=None if details is None else dict(details),
    )
    session.add(row)
    session.flush()
    return row


def attempt(
    session: Session,
    *,
    actor_id: int,
    action: str,
    subject: str | None = None,
    details: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> None:
    """Write down what a person tried without the right to it, or in vain, as `record` does; of what
    they try again and again the first in an hour."""
    now = now or utc_now()
    recent = (
        select(func.count())
        .select_from(Audit)
        .where(
            Audit.at > now - timedelta(hours=1),
            Audit.actor_id == actor_id,
            Audit.action == action[:32],
        )
    )
    if (session.scalar(recent) or 0) < MOST_ATTEMPTS_AN_HOUR:
        record(session, action=action, actor_id=actor_id, subject=subject, details=details, now=now)


def of_person(session: Session, user_id: int) -> list[Audit]:
    """The lines that name this person, oldest first. Reads the whole table."""
    return list(session.scalars(select(Audit).where(_names(user_id)).order_by(Audit.id)))


def forget(session: Session, user_id: int) -> None:
    """Remove what this person tried, with what they typed. What they did as a reviewer or an admin,
    and what others did about them, stays without their id. Reads the whole table."""
    session.execute(
        update(Audit)
        .where(Audit.actor_id == user_id, Audit.action.in_(_STAYS))
        .values(actor_id=_NOBODY)
    )
    session.execute(delete(Audit).where(Audit.actor_id == user_id))
    session.execute(
        update(Audit).where(Audit.subject == _person(user_id)).values(subject=_person(_NOBODY))
    )


def latest(session: Session, *, limit: int = 100, action: str | None = None) -> list[Audit]:
    query = select(Audit).order_by(Audit.at.desc(), Audit.id.desc()).limit(limit)
    if action is not None:
        query = query.where(Audit.action == action)
    return list(session.scalars(query))


def _names(user_id: int) -> ColumnElement[bool]:
    return or_(Audit.actor_id == user_id, Audit.subject == _person(user_id))


def _person(user_id: int) -> str:
    return f"person:{user_id}"

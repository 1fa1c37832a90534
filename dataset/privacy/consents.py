"""Consent: who allowed the bot to keep their photos, under which version of the notice, and when.

Without consent only numbers are kept, and after a withdrawal nothing new. `privacy.forgetting` is
the erasure of the law and of Telegram's terms, `privacy.exporting` their access.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, select, update
from sqlalchemy.orm import Session

from dataset.conversation.claims.families import leave_families, portions, rest_on_others
from dataset.storage.schema import Consent, Photo, utc_now

EXPORT_SINCE = "2026-11-26"
"""The first version of the notice that says that photos may be taken along to train elsewhere."""


def covers_export(notice_version: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Whether who agreed to this version agreed to that; versions sort by their dates."""
    return notice_version >= EXPORT_SINCE


def current(session: Session, user_id: int) -> Consent | None:
    """The consent in force, if any."""
    return session.scalars(
        select(Consent)
        .where(Consent.user_id == user_id, Consent.withdrawn_at.is_(None))
        .order_by(Consent.id.desc())
        .limit(1)
    ).first()


def grant(
    session: Session, user_id: int, notice_version: str, *, now: datetime | None = None
) -> Consent:
    """Record that this person allows the bot to keep their photos; the existing row if they do
    already.

    Each version of the notice has its own row: photos rest on the version read at the time.
    """
    standing = current(session, user_id)
    if standing is not None and standing.notice_version == notice_version:
        return standing
    row = Consent(user_id=user_id, notice_version=notice_version, granted_at=now or utc_now())
    session.add(row)
    session.flush()
    return row


def withdraw(session: Session, user_id: int, *, now: datetime | None = None) -> int:
    """Withdraw this person's consent; returns how many photos are no longer used.

    They leave the queue at once and the dataset at the next fold, and are deleted by retention.
    A photo that another person also sent and allowed rests on that consent.
    """
    now = now or utc_now()
    in_force = session.scalars(
        select(Consent.id).where(Consent.user_id == user_id, Consent.withdrawn_at.is_(None))
    ).all()
    session.execute(update(Consent).where(Consent.id.in_(in_force)).values(withdrawn_at=now))
    resting = session.scalars(select(Photo.id).where(Photo.consent_id.in_(in_force))).all()
    leaving = sorted(set(resting) - rest_on_others(session, resting, user_id))
    for some in portions(leaving):
        session.execute(
            update(Photo)
            .where(Photo.id.in_(some))
            .values(queue_reason=None, priority=0.0, leased_by=None, leased_until=None)
        )
    leave_families(session, leaving, now=now)
    return len(leaving)

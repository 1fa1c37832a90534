"""What admins did, and what somebody tried without the right to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dataset.schema import Audit, utc_now


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


def latest(session: Session, *, limit: int = 100, action: str | None = None) -> list[Audit]:
    """The newest lines first."""
    query = select(Audit).order_by(Audit.at.desc(), Audit.id.desc()).limit(limit)
    if action is not None:
        query = query.where(Audit.action == action)
    return list(session.scalars(query))

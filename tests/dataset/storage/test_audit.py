"""The audit trail, which people who are no admins can write into by what they try."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from dataset.storage import audit
from dataset.storage.database import Database

NOON = datetime(2026, 11, 27, 12, tzinfo=timezone.utc)


def test_a_flood_of_attempts_does_not_fill_it(database: Database) -> None:
    """Sixty an hour of one person and kind; what others try is written down all the same."""
    with database.session() as session:
        for number in range(200):
            audit.attempt(
                session,
                actor_id=5,
                action="retrain_refused",
                now=NOON + timedelta(seconds=number),
            )
        audit.attempt(session, actor_id=5, action="forged_press", now=NOON)
        audit.attempt(session, actor_id=6, action="retrain_refused", now=NOON)
        audit.attempt(
            session, actor_id=5, action="retrain_refused", now=NOON + timedelta(minutes=62)
        )
        rows = [(row.actor_id, row.action) for row in audit.latest(session, limit=1000)]
    assert rows.count((5, "retrain_refused")) == audit.MOST_ATTEMPTS_AN_HOUR + 1
    assert rows.count((5, "forged_press")) == rows.count((6, "retrain_refused")) == 1

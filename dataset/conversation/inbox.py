"""The durable inbox: stores an update before it tells Telegram that it arrived.

An update belongs to the process that took it in (`holder`) until `held_until`; another may take
it over after that, so that a replica's death loses nothing and an update is handled once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from dataset.storage.schema import Update, utc_now
from dataset.storage.upserts import upsert_on

HOLD_S = 40.0
"""Renewed every ten seconds, checked every fifteen: within a minute a neighbour takes over what a
dead machine held (0093)."""

# Built once: this runs for every photo.
_HANDLED = update(Update).where(Update.update_id == bindparam("number"))


def take_in(
    connection: Connection,
    updates: Iterable[Mapping[str, Any]],
    *,
    holder: str = "",
    hold_s: float = HOLD_S,
    doubtful: Collection[int] = (),
    now: datetime | None = None,
) -> list[dict[str, Any]]:
    """Store updates (as Telegram sent them); returns the new ones only, in their order.

    Updates that any process stored before are left out: they are handled or will be. `doubtful`
    ones, whose storing seemed to fail, count as new if `holder` holds them after all.
    """
    now = now or utc_now()
    given = {int(item["update_id"]): dict(item) for item in updates}
    if not given:
        return []
    rows = [
        {
            "update_id": update_id,
            "received_at": now,
            "payload": payload,
            "attempts": 1,
            "holder": holder,
            "held_until": now + timedelta(seconds=hold_s),
        }
        for update_id, payload in given.items()
    ]
    # One update uses an ordinary statement; several need one made for their number.
    values = rows if len(rows) > 1 else rows[0]
    new = set(connection.scalars(_new_on(connection.dialect.name), values))
    if unsure := set(doubtful) & set(given) - new:
        held = (
            update(Update)
            .where(
                Update.update_id.in_(unsure), Update.holder == holder, Update.handled_at.is_(None)
            )
            .values(held_until=now + timedelta(seconds=hold_s))
            .returning(Update.update_id)
        )
        new.update(connection.scalars(held))
    return [payload for update_id, payload in given.items() if update_id in new]


@cache
def _new_on(dialect: str) -> Any:
    """The statement for one database, built once: it runs for every photo."""
    return upsert_on(dialect, Update).on_conflict_do_nothing().returning(Update.update_id)


def waiting(
    session: Session,
    *,
    holder: str = "",
    take_over: bool = False,
    max_attempts: int = 3,
    limit: int = 100,
    hold_s: float = HOLD_S,
    now: datetime | None = None,
) -> list[Update]:
    """Take over updates that nobody works on, oldest first; each counts as one more attempt.

    Their holder released them or fell silent (`held_until` has passed). `take_over` adds those
    still held, for a process that starts and knows it is alone. After `max_attempts` an update is
    marked handled and left out, because it may have killed the process each time.
    """
    now = now or utc_now()
    session.execute(
        update(Update)
        .where(
            Update.handled_at.is_(None),
            Update.attempts >= max_attempts,
            _free(now, take_over),
        )
        .values(handled_at=now, payload=None)
    )
    found = list(
        session.scalars(
            select(Update)
            .where(Update.handled_at.is_(None), _free(now, take_over))
            .order_by(Update.update_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    for row in found:
        row.holder = holder
        row.held_until = now + timedelta(seconds=hold_s)
        row.attempts += 1
    session.flush()
    return found


def hold_on(
    session: Session,
    *,
    holder: str,
    besides: Collection[int] = (),
    hold_s: float = HOLD_S,
    now: datetime | None = None,
) -> None:
    """Keep other processes from taking over what `holder` still works on; call well within
    `hold_s`.

    `besides` are updates that it may have stored without knowing; they are left to other processes.
    """
    now = now or utc_now()
    session.execute(
        update(Update)
        .where(Update.handled_at.is_(None), Update.holder == holder)
        .values(held_until=now + timedelta(seconds=hold_s))
    )
    if besides:
        session.execute(
            update(Update)
            .where(
                Update.handled_at.is_(None),
                Update.holder == holder,
                Update.update_id.in_(besides),
            )
            .values(held_until=None)
        )


def let_go(session: Session, *, holder: str) -> None:
    """Release what `holder` has not handled, for an orderly stop."""
    session.execute(
        update(Update)
        .where(Update.handled_at.is_(None), Update.holder == holder)
        .values(held_until=None, attempts=Update.attempts - 1)
    )


def holders(session: Session) -> set[str]:
    """The holders of unhandled updates."""
    held = select(Update.holder).where(Update.handled_at.is_(None), Update.held_until.is_not(None))
    return {holder for holder in session.scalars(held.distinct()) if holder}


def bury(session: Session, *, holder: str) -> None:
    """Release at once what a dead process held; its attempt counts."""
    session.execute(
        update(Update)
        .where(Update.handled_at.is_(None), Update.holder == holder)
        .values(held_until=None)
    )


def handled(connection: Connection, update_id: int, *, now: datetime | None = None) -> None:
    """Mark the update handled: it is never replayed, and its content is emptied."""
    connection.execute(
        _HANDLED, {"number": update_id, "handled_at": now or utc_now(), "payload": None}
    )


def count_waiting(session: Session) -> int:
    """How many updates are not handled yet."""
    return (
        session.scalar(select(func.count()).select_from(Update).where(Update.handled_at.is_(None)))
        or 0
    )


def _free(now: datetime, take_over: bool) -> Any:
    if take_over:
        return True
    return or_(Update.held_until.is_(None), Update.held_until <= now)

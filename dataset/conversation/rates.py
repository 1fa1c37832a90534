"""Rate limits that several processes share, counted in the database.

A token bucket as in `bot.intake.admission`: a number at once, refilled evenly. Each check locks its
row, so that any number of processes together take no more than one would.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.orm import Session

from dataset.storage.schema import Rate, utc_now
from dataset.storage.upserts import upsert

EVERYBODY = 0
"""No person has this id."""


class Taken(NamedTuple):
    """The outcome of an attempt to take one."""

    granted: bool
    first_refusal: bool
    """The first refusal since one was granted: tell the person once."""


def take(session: Session, user_id: int, *, per_minute: int, now: datetime | None = None) -> Taken:
    """Take one of `per_minute` (1 or more) of this person, or of EVERYBODY."""
    now = now or utc_now()
    fresh = upsert(session, Rate).values(
        user_id=user_id, left=float(per_minute), at=now, told=False
    )
    session.execute(fresh.on_conflict_do_nothing())
    row = session.get_one(Rate, user_id, with_for_update=True, populate_existing=True)
    # Machines' clocks differ: a moment past for one must not be lost for another.
    refill = max(0.0, (now - row.at).total_seconds()) * per_minute / 60
    left = min(float(per_minute), row.left + refill)
    row.at = max(now, row.at)
    if left < 1:
        first = not row.told
        row.left, row.told = left, True
        session.flush()
        return Taken(False, first)
    row.left, row.told = left - 1, False
    session.flush()
    return Taken(True, False)


def next_turn(
    session: Session, name: int, *, per_s: float, burst_s: float = 1.0, now: datetime | None = None
) -> float:
    """Reserve the next of `per_s` turns in a second; in how many seconds it comes, 0 for now.

    After a quiet time `burst_s` seconds' worth of turns come at once.
    """
    now = now or utc_now()
    rested = now - timedelta(seconds=burst_s)
    fresh = upsert(session, Rate).values(user_id=name, left=0.0, at=rested, told=False)
    session.execute(fresh.on_conflict_do_nothing())
    row = session.get_one(Rate, name, with_for_update=True, populate_existing=True)
    row.at = max(row.at, rested) + timedelta(seconds=1 / per_s)
    session.flush()
    return max(0.0, (row.at - now).total_seconds())


def purge(session: Session, *, before: datetime) -> None:
    """Delete the rates of people not seen since."""
    session.execute(delete(Rate).where(Rate.at < before))

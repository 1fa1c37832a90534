"""Named locks with an end, for work that only one process may do at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from dataset.storage.schema import Lease, utc_now
from dataset.storage.upserts import upsert

TENANT = "bot"
"""Whose database this is; it stays when it has run out, to know whose it was."""


def acquire(
    session: Session, name: str, holder: str, *, lease_s: float, now: datetime | None = None
) -> bool:
    """Take the lease `name`, or prolong it when `holder` has it; False when another has it.

    One statement, so that exactly one of any number of processes gets it. It ends `lease_s` seconds
    from `now`; after that, another can follow a dead holder.
    """
    now = now or utc_now()
    until = now + timedelta(seconds=lease_s)
    insert = upsert(session, Lease).values(name=name, holder=holder, until=until)
    taken = session.execute(
        insert.on_conflict_do_update(
            index_elements=[Lease.name],
            set_={"holder": holder, "until": until},
            where=(Lease.until <= now) | (Lease.holder == holder),
        ).returning(Lease.name)
    ).first()
    return taken is not None


def release(session: Session, name: str, holder: str) -> bool:
    """Release the lease; False when `holder` no longer had it."""
    given_back = session.execute(
        delete(Lease).where(Lease.name == name, Lease.holder == holder).returning(Lease.name)
    ).first()
    return given_back is not None


def holder_of(session: Session, name: str, *, now: datetime | None = None) -> str | None:
    """The lease's holder now, or None."""
    row = session.get(Lease, name, populate_existing=True)
    return row.holder if row is not None and row.until > (now or utc_now()) else None

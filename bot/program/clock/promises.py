"""Scheduled work runs at the first check after its moment, however late that is.

A machine may sleep, be off by night, be busy, or have its clock set, so nothing waits for a moment
itself. Every minute, by a monotonic clock, a check asks whether a moment has passed since the last
completed one, which the database knows. Work that was missed several times runs once.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cronsim import CronSim
from sqlalchemy.orm import Session

from bot.program.clock.occasion import Occasion
from dataset.errors import DatabaseError
from dataset.storage import notes
from dataset.storage.schema import utc_now

logger = logging.getLogger(__name__)

_CLOCKS_DIFFER = timedelta(minutes=5)
"""A note from further ahead than that is of a clock that was wrong."""
_MOMENT = timedelta(microseconds=1)
"""Looking back begins before a moment, and this one counts."""

Work = Callable[[Occasion], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Promise:
    """Something that is due at the moments of a cron rule, in UTC."""

    name: str
    cron: str
    work: Work

    def last_missed(self, *, since: datetime, now: datetime) -> datetime | None:
        """The last of its moments after `since`, up to now, if there was one."""
        due: datetime = next(CronSim(self.cron, now + _MOMENT, reverse=True))
        return due if due > since else None


async def keep(context: Occasion, promise: Promise) -> None:
    """Do what is due since it was done last, if anything is; to be called again and again.

    What fails is not tried again before its next moment, but for want of the database.
    """
    records = context.services.records
    now = utc_now()
    since = await records.read(lambda session: kept_since(session, promise))
    if since is None or since > now + _CLOCKS_DIFFER:
        await records.write(lambda session: note_kept(session, promise, now))
        return
    due = promise.last_missed(since=since, now=now)
    if due is None:
        return
    if now - due > timedelta(hours=1):
        logger.info("%s was due at %s and runs now", promise.name, due)
    try:
        await promise.work(context)
    except DatabaseError:
        raise
    except Exception:
        await records.write(lambda session: note_kept(session, promise, now))
        raise
    await records.write(lambda session: note_kept(session, promise, now))


def note_kept(session: Session, promise: Promise, moment: datetime) -> None:
    """Note that nothing is owed up to this moment: what is due later is. A rule that is new owes
    nothing of before."""
    forget(session, promise.name)
    notes.write(session, _note_of(promise), moment.isoformat())


def kept_since(session: Session, promise: Promise) -> datetime | None:
    """Up to when the promise was kept, by this rule; None when that is not noted."""
    noted = notes.read(session, _note_of(promise))
    return None if noted is None else datetime.fromisoformat(noted)


def is_kept(session: Session, name: str) -> bool:
    """Whether there is a note about the promise of this name, by whatever rule."""
    return bool(notes.names(session, _prefix(name)))


def forget(session: Session, name: str) -> None:
    """Drop the notes about the promise of this name: a rule that is set again is a new one."""
    for note in notes.names(session, _prefix(name)):
        notes.take(session, note)


def _note_of(promise: Promise) -> str:
    return _prefix(promise.name) + hashlib.sha256(promise.cron.encode()).hexdigest()[:16]


def _prefix(name: str) -> str:
    return f"{name}-since:"

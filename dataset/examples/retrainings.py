"""Retrainings: requested, running, ended. The database allows at most one at a time.

The worker writes a heartbeat. When it stops, any process that notices ends the run (`end_silent`),
or another worker takes it over (`take` with a lease), so no run stays "running" after a crash. A
worker that gives its name gets RetrainingOver once the run is no longer its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, cast, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dataset.errors import NotFoundError, RetrainingActive, RetrainingOver
from dataset.storage.schema import Retraining, RetrainingStatus, utc_now

ACTIVE = (RetrainingStatus.REQUESTED, RetrainingStatus.RUNNING)
SILENT_AFTER_S = 120.0
LOG_FOLDER = "logs"
"""In DATA_DIR: what the retrainings that the bot started wrote (`log_name`)."""
MOST_LOST = 3
"""Workers that may die at one retraining before it fails: the run may be what kills them."""

_LOST = "lost_workers"


def log_name(retraining_id: int) -> str:
    """The file in `LOG_FOLDER` with what a retraining that the bot started wrote."""
    return f"retraining-{retraining_id}.log"


def request(
    session: Session,
    *,
    trigger: str,
    requested_by: int | None = None,
    force: bool = False,
    now: datetime | None = None,
) -> Retraining:
    """Ask for a retraining; `trigger` is `command`, `schedule` or `shell`.

    Raises RetrainingActive, which names the running one.
    """
    under_way = running(session)
    if under_way is not None:
        raise RetrainingActive(under_way.id)
    row = Retraining(
        trigger=trigger,
        requested_by=requested_by,
        requested_at=now or utc_now(),
        status=RetrainingStatus.REQUESTED,
        force=force,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as exc:
        # Another request came between the check and the insert, so the database refused this one.
        under_way = running(session)
        raise RetrainingActive(under_way.id if under_way else 0) from exc
    return row


def take(
    session: Session,
    *,
    worker: str,
    retraining_id: int | None = None,
    lease_s: float | None = None,
    now: datetime | None = None,
) -> Retraining | None:
    """Begin the requested retraining, or this one; None when there is nothing to take.

    `worker` is `host:pid`, with a suffix where a pid may recur. Of several workers at once, one
    gets it. `lease_s` also admits a running one whose worker was silent that long; the third such
    loss ends it instead.
    """
    now = now or utc_now()
    there = Retraining.status == RetrainingStatus.REQUESTED
    if lease_s is not None:
        before = now - timedelta(seconds=lease_s)
        there |= (Retraining.status == RetrainingStatus.RUNNING) & (
            Retraining.heartbeat_at < before
        )
    query = select(Retraining).where(there)
    if retraining_id is not None:
        query = query.where(Retraining.id == retraining_id)
    row = session.scalars(
        query.order_by(Retraining.id).limit(1).with_for_update(skip_locked=True)
    ).first()
    if row is None or (row.status is RetrainingStatus.RUNNING and not _survives_loss(session, row)):
        return None
    row.status = RetrainingStatus.RUNNING
    row.worker = worker
    row.started_at = row.started_at or now
    row.heartbeat_at = now
    row.stage, row.progress = None, 0.0
    session.flush()
    return row


def give_back(session: Session, retraining_id: int, *, worker: str, died: bool = False) -> None:
    """Leave a retraining that `worker` began to another one, with the time that it has left.

    `died` counts among the losses, of which the third ends it. Raises RetrainingOver when it no
    longer was that worker's.
    """
    row = _active(session, retraining_id, worker)
    if died and not _survives_loss(session, row):
        return
    row.status = RetrainingStatus.REQUESTED
    row.worker = row.heartbeat_at = row.stage = None
    row.progress = 0.0
    session.flush()


def heartbeat(
    session: Session,
    retraining_id: int,
    *,
    stage: str | None = None,
    progress: float | None = None,
    worker: str | None = None,
    now: datetime | None = None,
) -> bool:
    """Report that the run is alive, and its progress (0 to 1); True to go on, False after a cancel.

    Raises RetrainingOver when the run was ended from outside or no longer belongs to `worker` (if
    given): then its result must not be published. Writes by one statement, so that it also serves
    in `Database.statements`.
    """
    values: dict[str, Any] = {"heartbeat_at": now or utc_now()}
    if stage is not None:
        values["stage"] = stage
    if progress is not None:
        values["progress"] = min(1.0, max(0.0, progress))
    mine = [Retraining.id == retraining_id, Retraining.status.in_(ACTIVE)]
    if worker is not None:
        mine.append(Retraining.worker == worker)
    written = session.connection().execute(update(Retraining).where(*mine).values(values))
    if written.rowcount == 0:
        _active(session, retraining_id, worker)
    return not seen(session, retraining_id).cancel_requested


def propose(
    session: Session,
    retraining_id: int,
    *,
    champion: str,
    candidate: str,
    worker: str | None = None,
) -> None:
    """Note which model is about to replace which, beforehand, so that a process that finds the run
    dead knows how far it came. Raises RetrainingOver as `heartbeat` does."""
    row = _active(session, retraining_id, worker)
    row.champion, row.candidate = champion, candidate
    session.flush()


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What came of a retraining."""

    status: RetrainingStatus
    reason: str
    champion: str | None = None
    candidate: str | None = None
    metrics: Mapping[str, Any] | None = None
    decision: str | None = None
    blind_spot: str | None = None


def finish(
    session: Session,
    retraining_id: int,
    ending: Ending,
    *,
    worker: str | None = None,
    now: datetime | None = None,
) -> Retraining:
    """End a retraining with what came of it.

    Raises RetrainingOver when it had ended before, or no longer belongs to `worker`.
    """
    if ending.status in ACTIVE:
        raise ValueError("a retraining cannot end as requested or running")
    row = _active(session, retraining_id, worker)
    row.status = ending.status
    row.finished_at = now or utc_now()
    row.reason = ending.reason
    row.champion = ending.champion if ending.champion is not None else row.champion
    row.candidate = ending.candidate if ending.candidate is not None else row.candidate
    if ending.metrics is not None:
        row.metrics = {**(row.metrics or {}), **ending.metrics}
    row.decision = ending.decision
    row.blind_spot = ending.blind_spot
    session.flush()
    return row


def request_cancel(session: Session) -> Retraining | None:
    """Ask the running one to stop at its next heartbeat; None when none runs.

    One that has not begun is cancelled at once.
    """
    row = running(session)
    if row is None:
        return None
    row.cancel_requested = True
    session.flush()
    if row.status is RetrainingStatus.REQUESTED:
        finish(
            session,
            row.id,
            Ending(status=RetrainingStatus.CANCELLED, reason="Cancelled before it began."),
        )
    return row


def end_silent(
    session: Session, *, silent_s: float = SILENT_AFTER_S, now: datetime | None = None
) -> list[int]:
    """End, as failed, runs without a heartbeat for `silent_s` seconds; returns their ids."""
    now = now or utc_now()
    before = now - timedelta(seconds=silent_s)
    ended = session.scalars(
        update(Retraining)
        .where(
            Retraining.status == RetrainingStatus.RUNNING,
            or_(Retraining.heartbeat_at.is_(None), Retraining.heartbeat_at < before),
        )
        .values(
            status=RetrainingStatus.FAILED,
            finished_at=now,
            reason="Its process gave no sign of life any more; the model in use stays.",
        )
        .returning(Retraining.id)
    ).all()
    return list(ended)


def running(session: Session) -> Retraining | None:
    """The one that is requested or running, if any."""
    return session.scalars(
        select(Retraining)
        .where(Retraining.status.in_(ACTIVE))
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()


def seen(session: Session, retraining_id: int) -> Retraining:
    """One retraining, without a lock; raises NotFoundError."""
    row = session.get(Retraining, retraining_id, populate_existing=True)
    if row is None:
        raise NotFoundError(f"Retraining {retraining_id} does not exist.")
    return row


def last(session: Session, *statuses: RetrainingStatus, limit: int = 1) -> list[Retraining]:
    """The newest retrainings first, of these statuses where they are given."""
    query = select(Retraining).order_by(Retraining.id.desc()).limit(limit)
    if statuses:
        query = query.where(Retraining.status.in_(statuses))
    return list(session.scalars(query))


def forget(session: Session, user_id: int) -> None:
    """Take a person's number out of all runs: who asked, and whose labels were set aside."""
    session.execute(
        update(Retraining).where(Retraining.requested_by == user_id).values(requested_by=None)
    )
    named = cast(Retraining.metrics, Text).contains(str(user_id))
    for row in session.scalars(select(Retraining).where(named)):
        metrics = row.metrics or {}
        aside = [_without(one, user_id) for one in metrics.get("set_aside", ())]
        row.metrics = {**metrics, "set_aside": aside} if aside else metrics


def _without(one: Mapping[str, Any], user_id: int) -> dict[str, Any]:
    reviewers = [0 if number == user_id else number for number in one.get("reviewers", ())]
    name = "0" if str(one["name"]) == str(user_id) else one["name"]
    return {**one, "name": name, "reviewers": reviewers}


def _locked(session: Session, retraining_id: int) -> Retraining:
    """The retraining, its row locked until the transaction ends, so that it ends only once."""
    row = session.get(Retraining, retraining_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise NotFoundError(f"Retraining {retraining_id} does not exist.")
    return row


def _active(session: Session, retraining_id: int, worker: str | None) -> Retraining:
    """The locked retraining, if it is running and, where `worker` is given, that worker's."""
    row = _locked(session, retraining_id)
    if row.status not in ACTIVE:
        raise RetrainingOver(
            f"Retraining {retraining_id} had ended before as {row.status.value}: {row.reason}"
        )
    if worker is not None and row.worker != worker:
        raise RetrainingOver(
            f"Retraining {retraining_id} was given to another worker ({row.worker or 'any'})."
        )
    return row


def _survives_loss(session: Session, row: Retraining) -> bool:
    """Note that the row's worker died; False when that was one loss too many and the run failed."""
    lost = [*(row.metrics or {}).get(_LOST, []), row.worker or "unknown"]
    row.metrics = {**(row.metrics or {}), _LOST: lost}
    session.flush()
    if len(lost) < MOST_LOST:
        return True
    finish(
        session,
        row.id,
        Ending(
            status=RetrainingStatus.FAILED,
            reason=f"{len(lost)} workers died at it ({', '.join(lost)}); the model in use stays.",
        ),
    )
    return False

"""What happens by the clock: retraining, the digest, retention, and the watch over a new model.

Every process of the bot has this clock; one of them, the leader, acts on it. Each moment is noted
when what was due at it is done, so that whoever leads next repeats nothing and leaves nothing out.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy.orm import Session
from telegram.error import TelegramError
from telegram.ext import JobQueue

from bot.alarm import risen
from bot.alerts import tell_admins
from bot.context import Context, Services
from bot.drift import Drift, measure
from bot.errors import TrainingUnavailable
from bot.statistics import collect, make_report
from dataset import audit, leases, retrainings, stats
from dataset.errors import DatabaseError, PhotoStoreError, RetrainingActive
from dataset.retention import Terms
from dataset.schema import RetrainingStatus, utc_now
from models.errors import ModelsError

logger = logging.getLogger(__name__)

_PATIENCE = {"misfire_grace_time": 3600, "coalesce": True, "max_instances": 1}
"""APScheduler's own grace is one second: a busy moment would swallow a night's retraining."""
_DIGEST_CRON = "0 8 * * mon"
_RETENTION_CRON = "30 3 * * *"
_DRIFT_CRON = "15 * * * *"
_SLOT_KEPT_S = 8 * 24 * 3600.0
_LOOKS_BACK = timedelta(hours=1)
_SPANS = tuple(timedelta(days=days) for days in (1, 8, 32, 366))
"""How far back a missed retraining is looked for: one after the other, for a rule may name each
minute."""
_SINCE = "retrain-since:"
_ROLLED_BACK = "auto_rollback"
_FOR_EVER_S = 100 * 366 * 24 * 3600.0

Work = Callable[[Context], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Slot:
    """One moment of a schedule, whichever process wakes up at it."""

    name: str
    at: datetime

    @property
    def lease(self) -> str:
        return f"{self.name}:{self.at:%Y-%m-%dT%H:%M}"


def begin(jobs: JobQueue[Context], services: Services, *, watch_every_s: float) -> None:
    """Put everything on the clock; nothing runs before the job queue is started."""
    for name, (cron, work) in _timed(services).items():
        trigger = CronTrigger.from_crontab(cron, timezone=timezone.utc)
        jobs.run_custom(_when_leading(name, work), {"trigger": trigger, **_PATIENCE}, name=name)
    jobs.run_repeating(tidy, 3600.0, first=60.0, name="tidy", job_kwargs=_PATIENCE)
    for name, work in (("disputes", watch_disputes), ("retrainings", watch_retrainings)):
        jobs.run_repeating(
            work, watch_every_s, first=watch_every_s, name=name, job_kwargs=_PATIENCE
        )


def take_over(jobs: JobQueue[Context], services: Services, since: datetime | None) -> None:
    """This process leads from now on; another did until `since`, if any did and died."""

    async def make_up(context: Context) -> None:
        now = utc_now()
        for name, (cron, work) in _timed(services).items():
            trigger = CronTrigger.from_crontab(cron, timezone=timezone.utc)
            if name == "retrain":
                await catch_up(context)
            elif since is not None and (
                at := last_due(trigger, since=max(since, now - _LOOKS_BACK), now=now)
            ):
                await _do_once(context, Slot(name, at), work)

    jobs.run_once(make_up, 1.0, name="take-over")


def last_due(trigger: CronTrigger, *, since: datetime, now: datetime) -> datetime | None:
    """The last moment of the schedule since then, if there was one."""
    found = None
    at = trigger.get_next_fire_time(None, since)
    while at is not None and at <= now:
        found = at
        at = trigger.get_next_fire_time(at, at + timedelta(seconds=1))
    return found


async def retrain(context: Context) -> None:
    """Start the scheduled retraining; the child skips it when nothing is new."""
    services = context.services
    try:
        row_id = await services.trainer.request(trigger="schedule")
    except RetrainingActive as exc:
        logger.info("the scheduled retraining is left out: %s", exc)
    except TrainingUnavailable as exc:
        logger.error("the scheduled retraining cannot run: %s", exc)
        week = utc_now().strftime("%G-W%V")
        if await _note(services, f"retrain-unavailable:{week}"):
            await _tell(context, "retrain-unavailable", reason=str(exc))
    else:
        services.follower.begin(row_id, asked_by=None)


async def catch_up(context: Context) -> None:
    """Run the scheduled retraining now if its moment passed while no bot was awake."""
    services = context.services
    cron = services.settings.retrain_cron
    since = await services.records.read(lambda session: _retrained_since(session, cron))
    if since is None:
        await services.records.write(lambda session: keep_schedule(session, cron, since=utc_now()))
        return
    trigger = CronTrigger.from_crontab(cron, timezone=timezone.utc)
    due = last_missed(trigger, since=since, now=utc_now())
    if due is not None:
        await _do_once(context, Slot("retrain", due), retrain)


def last_missed(trigger: CronTrigger, *, since: datetime, now: datetime) -> datetime | None:
    """The last moment of the schedule between the last run and now, if there was one."""
    for span in _SPANS:
        due = last_due(trigger, since=max(since, now - span), now=now)
        if due is not None or now - span < since:
            return due
    return None


async def watch_retrainings(context: Context) -> None:
    """Catch up on what a machine slept through; end what fell silent and nobody follows."""
    services = context.services
    if not services.leader.is_me:
        return
    await services.follower.take_up_left_alone()
    if services.settings.retrain_cron:
        await catch_up(context)
    elif await services.records.read(_keeps_a_schedule):
        await services.records.write(_forget_schedule)


async def watch_disputes(context: Context) -> None:
    """Go back to the previous champion when more answers are disputed than chance explains."""
    services = context.services
    if not services.leader.is_me:
        return
    version = services.host.version

    def look(session: Session) -> tuple[str, stats.Answered, stats.Answered] | None:
        newest = retrainings.last(session, RetrainingStatus.PUBLISHED)
        if not newest or newest[0].candidate != version or newest[0].champion is None:
            return None
        if _was_left(session, version):
            # An admin has put it back since: that is their word against the figures'.
            return None
        before = stats.answered_by(session, newest[0].champion)
        return newest[0].champion, before, stats.answered_by(session, version)

    seen = await services.records.read(look)
    if seen is None:
        return
    champion, before, after = seen
    if not risen(
        disputed_before=before.disputed,
        before=before.total,
        disputed_after=after.disputed,
        after=after.total,
    ):
        return
    try:
        await asyncio.to_thread(services.registry.rollback, champion)
    except ModelsError as exc:
        logger.error("the automatic rollback failed: %s", exc)
        return
    figures: dict[str, str | int] = {
        "before": f"{100 * before.share(before.disputed):.1f}",
        "after": f"{100 * after.share(after.disputed):.1f}",
        "photos": after.total,
    }
    await services.records.write(
        lambda session: audit.record(
            session,
            action=_ROLLED_BACK,
            subject=f"model:{champion}",
            details=figures | {"left": version},
        )
    )
    logger.warning("rolled back from %s to %s: %s", version, champion, figures)
    await _tell(context, "alert-rollback", version=version, champion=champion, **figures)


async def watch_drift(context: Context) -> None:
    """Tell the admins, once a week at most, when the photos no longer look like the first ones."""
    services = context.services
    version = services.host.version
    drift: Drift = await services.records.read_aside(lambda session: measure(session, version))
    week = utc_now().strftime("%G-W%V")
    if drift.alarming and await _note(services, f"drift:{version}:{week}"[:64]):
        await _tell(
            context,
            "alert-drift",
            inputs=f"{drift.inputs or 0:.2f}",
            outputs=f"{drift.outputs or 0:.2f}",
        )


async def purge(context: Context) -> None:
    """Remove what is past its term: photos nobody reviewed, old answers, old bundles."""
    services = context.services
    settings = services.settings
    try:
        purged = await asyncio.to_thread(services.purge, Terms.of(settings))
        bundles = await asyncio.to_thread(services.registry.prune, keep=settings.keep_bundles)
    except (PhotoStoreError, ModelsError) as exc:
        logger.warning("retention came to no end, tomorrow's goes on: %s", exc)
        return
    logger.info("retention: %s, bundles=%d", purged, len(bundles))


async def tidy(context: Context) -> None:
    """Let go of copies of shared photos: on every machine, for each has its own."""
    await asyncio.to_thread(context.services.store.tidy)


async def send_digest(context: Context) -> None:
    """The week in numbers and as a picture, to every admin."""
    services = context.services
    version = services.host.version
    collected, drift = await services.records.read_aside(lambda session: collect(session, version))
    for admin in sorted(services.admins):
        words = await services.people.words_of(admin)
        report = await asyncio.to_thread(make_report, collected, drift, version, words)
        try:
            await context.bot.send_photo(admin, report.picture, caption=report.text)
        except TelegramError as exc:
            logger.warning("admin %d got no digest: %s", admin, exc)


def _was_left(session: Session, version: str) -> bool:
    """Whether this version was rolled back from by itself before."""
    return any(
        (row.details or {}).get("left") == version
        for row in audit.latest(session, action=_ROLLED_BACK)
    )


def keep_schedule(session: Session, cron: str, *, since: datetime) -> None:
    """Note since when retraining has had this schedule: what another one would have named before,
    or this one while there was none, was not missed."""
    _forget_schedule(session)
    moment = since.isoformat(timespec="seconds")
    leases.acquire(session, _name_of(cron), moment, lease_s=_FOR_EVER_S)


def _retrained_since(session: Session, cron: str) -> datetime | None:
    """When the last scheduled retraining was asked for, or since when it has had this schedule;
    None when that is not noted."""
    noted = leases.holder_of(session, _name_of(cron))
    if noted is None:
        return None
    last = [row.requested_at for row in retrainings.last(session, trigger="schedule")]
    return max([datetime.fromisoformat(noted), *last])


def _name_of(cron: str) -> str:
    return _SINCE + hashlib.sha256(cron.encode()).hexdigest()[:16]


def _keeps_a_schedule(session: Session) -> bool:
    return bool(leases.names(session, _SINCE))


def _forget_schedule(session: Session) -> None:
    for name in leases.names(session, _SINCE):
        leases.end(session, name)


def _timed(services: Services) -> dict[str, tuple[str, Work]]:
    """What is due when, by name."""
    timed: dict[str, tuple[str, Work]] = {
        "digest": (_DIGEST_CRON, send_digest),
        "retention": (_RETENTION_CRON, purge),
        "drift": (_DRIFT_CRON, watch_drift),
    }
    if services.settings.retrain_cron:
        timed["retrain"] = (services.settings.retrain_cron, retrain)
    return timed


def _when_leading(name: str, work: Work) -> Work:
    async def due(context: Context) -> None:
        if context.services.leader.is_me:
            await _do_once(context, Slot(name, utc_now()), work)

    return due


async def _do_once(context: Context, slot: Slot, work: Work) -> None:
    """Do what is due at this moment, unless it was done; one that fails is not tried again, but
    for want of the database."""
    services = context.services
    if await services.records.read(lambda session: leases.holder_of(session, slot.lease)):
        return
    try:
        await work(context)
    except DatabaseError:
        raise
    except Exception:
        await _note(services, slot.lease)
        raise
    await _note(services, slot.lease)


async def _note(services: Services, lease: str) -> bool:
    """Note that something was done; False when that was noted before, whoever did it."""
    holder = secrets.token_hex(8)
    return await services.records.write(
        lambda session: leases.acquire(session, lease, holder, lease_s=_SLOT_KEPT_S)
    )


async def _tell(context: Context, message_id: str, **values: str | int) -> None:
    services = context.services
    await tell_admins(context.bot, services.people, services.admins, message_id, **values)

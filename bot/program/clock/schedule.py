"""Scheduled work: retraining, the digest, retention, and the watch over a new model.

Every process of the bot has this clock; only the leader acts on it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.orm import Session
from telegram.error import TelegramError

from bot.admin.model_versions import PUT_BACK
from bot.admin.statistics import collect, make_report
from bot.chat.context import DetectorApplication
from bot.errors import TrainingUnavailable
from bot.program.clock import promises
from bot.program.clock.dispute_alarm import risen
from bot.program.clock.occasion import ClockServices, Occasion
from bot.program.clock.promises import Promise, Work
from bot.speech.admin_alerts import Offer, tell_admins
from dataset.errors import PhotoStoreError, RetrainingActive
from dataset.examples import retrainings
from dataset.privacy.retention import Terms
from dataset.reviewing import stats
from dataset.reviewing.drift import THRESHOLD, Drift, measure
from dataset.storage import audit, notes
from dataset.storage.schema import RetrainingStatus, utc_now
from languages.catalogue import Value, decimal, share
from models.errors import ModelsError

logger = logging.getLogger(__name__)

RETRAINING = "retrain"
_DIGEST_CRON = "0 8 * * mon"
_RETENTION_CRON = "30 3 * * *"
_DRIFT_CRON = "15 * * * *"
_TIDY_EVERY_S = 3600.0
_TOLD_FOR = timedelta(days=8)
_ROLLED_BACK = "auto_rollback"


@dataclass(frozen=True)
class _Look:
    """Something that is looked at again and again."""

    work: Work
    every_s: float
    nudged: asyncio.Event = field(default_factory=asyncio.Event)


class Clock:
    """Runs everything that is due, for as long as the bot runs.

    A monotonic clock measures its pauses, the wall clock the moments.
    """

    def __init__(
        self, application: DetectorApplication, services: ClockServices, *, watch_every_s: float
    ) -> None:
        self._application = application
        self._occasion = Occasion(application.bot, services)
        works: list[Work] = [watch_disputes, watch_retrainings]
        works += [_keeping(promise) for promise in PROMISES]
        self._looks = [_Look(_when_leading(work), watch_every_s) for work in works]
        self._looks.append(_Look(tidy, _TIDY_EVERY_S))

    async def run(self) -> None:
        """Look, and look again, each at its own pace: a slow one keeps no other waiting."""
        await asyncio.gather(*(self._repeat(look) for look in self._looks))

    def nudge(self) -> None:
        """Look now: this process has just become the leader."""
        for look in self._looks:
            look.nudged.set()

    async def _repeat(self, look: _Look) -> None:
        while True:
            with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
                await asyncio.wait_for(look.nudged.wait(), look.every_s)
            look.nudged.clear()
            try:
                await look.work(self._occasion)
            except Exception as exc:
                await self._application.process_error(None, exc)


async def retrain(context: Occasion) -> None:
    """Start the scheduled retraining; the child skips it when nothing is new."""
    services = context.services
    try:
        row_id = await services.trainer.request(trigger="schedule")
    except RetrainingActive as exc:
        logger.info("the scheduled retraining is left out: %s", exc)
    except TrainingUnavailable as exc:
        logger.error("the scheduled retraining cannot run: %s", exc)
        week = utc_now().strftime("%G-W%V")
        if await _is_news(services, f"retrain-unavailable:{week}"):
            await _tell(context, exc.message_id, **exc.values)
    else:
        services.follower.begin(row_id, asked_by=None)


async def watch_retrainings(context: Occasion) -> None:
    """Begin due work; end silent retrainings that nobody follows."""
    services = context.services
    await services.follower.take_up_left_alone()
    if cron := services.settings.retrain_cron:
        await promises.keep(context, Promise(RETRAINING, cron, retrain))
    elif await services.records.read(lambda session: promises.is_kept(session, RETRAINING)):
        await services.records.write(lambda session: promises.forget(session, RETRAINING))


async def watch_disputes(context: Occasion) -> None:
    """Go back to the previous champion when more answers are disputed than chance explains."""
    services = context.services
    version = services.host.version

    def look(session: Session) -> tuple[int, str, stats.Answered, stats.Answered, int] | None:
        newest = retrainings.last(session, RetrainingStatus.PUBLISHED)
        if not newest or newest[0].candidate != version or newest[0].champion is None:
            return None
        if _was_left(session, version):
            # An admin has put it back since: that is their word against the figures'.
            return None
        before = stats.answered_by(session, newest[0].champion)
        people = stats.people_disputing(session, version)
        after = stats.answered_by(session, version)
        return newest[0].id, newest[0].champion, before, after, people

    seen = await services.records.read(look)
    if seen is None:
        return
    row_id, champion, before, after, people = seen
    # What one person disputes says something of that person: each counts once.
    if not risen(
        disputed_before=before.disputed,
        before=before.total,
        disputed_after=min(after.disputed, people),
        after=after.total,
    ):
        return
    try:
        await asyncio.to_thread(services.registry.rollback, champion)
    except ModelsError as exc:
        logger.error("the automatic rollback failed: %s", exc)
        return
    disputed = {
        "before": before.share(before.disputed),
        "after": after.share(after.disputed),
    }
    figures: dict[str, str | int] = {
        **{name: f"{100 * value:.1f}" for name, value in disputed.items()},
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
    await _tell(
        context,
        "alert-rollback",
        Offer("button-put-back", row_id, PUT_BACK),
        version=version,
        champion=champion,
        photos=after.total,
        before=share(disputed["before"]),
        after=share(disputed["after"]),
    )


async def watch_drift(context: Occasion) -> None:
    """Tell the admins, once a week at most, when the photos no longer look like the first ones."""
    services = context.services
    version = services.host.version
    drift: Drift = await services.records.read_aside(lambda session: measure(session, version))
    week = utc_now().strftime("%G-W%V")
    if drift.alarming and await _is_news(services, f"drift:{version}:{week}"[:64]):
        await _tell(
            context,
            "alert-drift",
            inputs=decimal(drift.inputs or 0.0),
            outputs=decimal(drift.outputs or 0.0),
            threshold=decimal(THRESHOLD),
        )


async def purge(context: Occasion) -> None:
    """Remove what is past its term: unreviewed photos, old answers, old bundles."""
    services = context.services
    settings = services.settings
    try:
        purged = await asyncio.to_thread(services.purge, Terms.of(settings))
        bundles = await asyncio.to_thread(services.registry.prune, keep=settings.keep_bundles)
    except (PhotoStoreError, ModelsError) as exc:
        logger.warning("retention came to no end, tomorrow's goes on: %s", exc)
        return
    logger.info("retention: %s, bundles=%d", purged, len(bundles))


async def tidy(context: Occasion) -> None:
    """Let go of copies of shared photos: on every machine, for each has its own."""
    await asyncio.to_thread(context.services.store.tidy)


async def send_digest(context: Occasion) -> None:
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
    """Whether the bot rolled back from this version before."""
    return any(
        (row.details or {}).get("left") == version
        for row in audit.latest(session, action=_ROLLED_BACK)
    )


def _keeping(promise: Promise) -> Work:
    return lambda context: promises.keep(context, promise)


def _when_leading(work: Work) -> Work:
    async def look(context: Occasion) -> None:
        if context.services.leader.is_me:
            await work(context)

    return look


async def _is_news(services: ClockServices, what: str) -> bool:
    """Whether this is news: True once a week, for all processes together."""
    return await services.records.write(
        lambda session: notes.write_once(session, what, until=utc_now() + _TOLD_FOR)
    )


PROMISES = (
    Promise("digest", _DIGEST_CRON, send_digest),
    Promise("retention", _RETENTION_CRON, purge),
    Promise("drift", _DRIFT_CRON, watch_drift),
)
"""The schedule, except the retraining, whose rule is a setting."""


async def _tell(
    context: Occasion, message_id: str, offer: Offer | None = None, /, **values: Value
) -> None:
    services = context.services
    await tell_admins(context.bot, services.people, services.admins, message_id, offer, **values)

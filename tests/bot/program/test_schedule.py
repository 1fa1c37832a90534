"""What happens by the clock: a missed retraining, and the way back from a model people dispute."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.process.database_thread import Records
from bot.process.timing import Timing
from bot.program.clock import promises, schedule
from bot.program.clock.occasion import Occasion
from bot.program.clock.promises import Promise
from bot.speech.preferences import People
from dataset.errors import DatabaseLocked
from dataset.examples import retrainings
from dataset.photos.store import PhotoStore
from dataset.storage import audit
from dataset.storage.database import Database
from dataset.storage.schema import Prediction, Retraining, RetrainingStatus, Tally, Verdict, utc_now
from languages.catalogue import Languages
from models.bundles.bundle import STARTER
from models.registry.local import Registry
from tests.bot.running import RunningBot, photo
from tests.conftest import until
from tests.dataset.world import World

NIGHTLY = "0 4 * * *"


class Clerk:
    """Stands for trainer and follower: writes requests down and notes which are followed."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.followed: list[int] = []
        self.locked = 0
        """How many requests fail before one is written down."""

    async def request(self, *, trigger: str) -> int:
        if self.locked:
            self.locked -= 1
            raise DatabaseLocked("somebody is writing")
        return await self._records.write(
            lambda session: retrainings.request(session, trigger=trigger).id
        )

    def begin(self, row_id: int, *, asked_by: int | None) -> None:
        self.followed.append(row_id)

    async def take_up_left_alone(self) -> None:
        """There is none."""


def context_of(records: Records, **services: object) -> Occasion:
    """What the clock's work is handed, by the process that keeps it."""
    known = {
        "leader": SimpleNamespace(is_me=True),
        "records": records,
        "people": People(records, Languages()),
        "admins": frozenset(),
    }
    return cast(
        "Occasion", SimpleNamespace(bot=None, services=SimpleNamespace(**known, **services))
    )


def nightly(records: Records) -> tuple[Occasion, Clerk]:
    """Retraining at four each night."""
    clerk = Clerk(records)
    settings = SimpleNamespace(retrain_cron=NIGHTLY)
    return context_of(records, trainer=clerk, follower=clerk, settings=settings), clerk


async def unused(context: Occasion) -> None:
    """Work that is never asked for."""


def keep_schedule_since(moment: datetime, cron: str = NIGHTLY) -> Callable[[Session], None]:
    """An installation that has kept its schedule since then."""
    promise = Promise(schedule.RETRAINING, cron, unused)
    return lambda session: promises.note_kept(session, promise, moment)


async def test_a_machine_that_is_off_every_night_retrains_by_day(records: Records) -> None:
    """Also where no scheduled retraining has ever run; and once for what was missed."""
    context, clerk = nightly(records)
    await records.write(keep_schedule_since(utc_now() - timedelta(days=3)))
    for _ in range(2):
        await schedule.watch_retrainings(context)

    assert [1] == clerk.followed
    [row] = await records.read(lambda session: retrainings.last(session, limit=5))
    assert "schedule" == row.trigger


async def test_a_new_installation_has_missed_nothing(records: Records) -> None:
    """Its schedule begins when it first keeps the clock."""
    context, clerk = nightly(records)
    for _ in range(2):
        await schedule.watch_retrainings(context)

    assert [] == clerk.followed


async def test_a_schedule_that_was_changed_or_off_has_missed_nothing(records: Records) -> None:
    """What it names was not asked for before."""
    context, clerk = nightly(records)
    long_ago = utc_now() - timedelta(days=90)
    await records.write(keep_schedule_since(long_ago, cron="30 5 * * *"))
    await schedule.watch_retrainings(context)
    await records.write(keep_schedule_since(long_ago))
    context.services.settings.retrain_cron = ""
    await schedule.watch_retrainings(context)
    context.services.settings.retrain_cron = NIGHTLY
    await schedule.watch_retrainings(context)

    assert [] == clerk.followed


async def test_a_night_is_not_lost_to_a_locked_database(records: Records) -> None:
    """What could not be asked for is asked for a minute later."""
    context, clerk = nightly(records)
    await records.write(keep_schedule_since(utc_now() - timedelta(days=3)))
    clerk.locked = 1
    with pytest.raises(DatabaseLocked):
        await schedule.watch_retrainings(context)
    await schedule.watch_retrainings(context)

    assert [1] == clerk.followed


@pytest.mark.parametrize(
    ("cron", "since", "expected"),
    [
        ("0 4 * * *", "2026-11-22T04:00", None),
        ("0 4 * * *", "2026-11-20T04:00:01", "2026-11-22T04:00"),
        ("0 4 * * *", "2026-11-22T04:00:01", None),
        ("0 4 1 * *", "2026-10-30T00:00", "2026-11-01T04:00"),
        ("0 4 1 jan *", "2020-10-30T00:00", "2026-01-01T04:00"),
        ("* * * * *", "2024-11-22T04:00", "2026-11-22T12:00"),
    ],
)
def test_the_last_moment_that_was_missed_is_found(
    cron: str, since: str, expected: str | None
) -> None:
    """However rare or frequent the moments are."""

    def at(moment: str) -> datetime:
        return datetime.fromisoformat(moment).replace(tzinfo=timezone.utc)

    promise = Promise("rule", cron, unused)
    found = promise.last_missed(since=at(since), now=at("2026-11-22T12:00"))
    assert (None if expected is None else at(expected)) == found


class Chore:
    """Work that counts its runs, and fails as often as ordered."""

    def __init__(self) -> None:
        self.done = 0
        self.failures: list[Exception] = []

    async def __call__(self, context: Occasion) -> None:
        self.done += 1
        if self.failures:
            raise self.failures.pop()


async def test_what_was_missed_for_months_is_done_once(records: Records) -> None:
    """At the first look; the next look finds nothing owed."""
    context, chore = context_of(records), Chore()
    promise = Promise("retention", NIGHTLY, chore)
    await records.write(
        lambda session: promises.note_kept(session, promise, utc_now() - timedelta(days=120))
    )
    for _ in range(3):
        await promises.keep(context, promise)

    assert 1 == chore.done


async def test_a_promise_that_fails_waits_for_its_next_moment(records: Records) -> None:
    """But for want of the database: then it is tried at the next look."""
    context, chore = context_of(records), Chore()
    chore.failures = [ValueError("a defect"), DatabaseLocked("somebody is writing")]
    promise = Promise("digest", NIGHTLY, chore)
    await records.write(
        lambda session: promises.note_kept(session, promise, utc_now() - timedelta(days=3))
    )
    for expected in (DatabaseLocked, ValueError):
        with pytest.raises(expected):
            await promises.keep(context, promise)
    await promises.keep(context, promise)

    assert 2 == chore.done


async def test_a_clock_that_ran_ahead_and_was_set_right_stops_nothing(records: Records) -> None:
    """What was noted in a year that has not come is not waited for."""
    context, chore = context_of(records), Chore()
    promise = Promise("retention", "* * * * *", chore)
    await records.write(
        lambda session: promises.note_kept(session, promise, utc_now() + timedelta(days=4000))
    )
    await promises.keep(context, promise)
    noted = await records.read(lambda session: promises.kept_since(session, promise))

    assert noted is not None
    assert noted <= utc_now()


def test_a_machine_that_is_off_at_night_keeps_its_promises_by_day(tmp_path: Path) -> None:
    """Retention removes what is past its term and the digest comes, soon after the start."""
    with RunningBot(tmp_path) as bot:
        bot.admin.ask("/start")
        person = bot.person()
        person.show(photo())
        person.hear()
        with bot.database.session() as session:
            for promise in schedule.PROMISES:
                promises.note_kept(session, promise, utc_now() - timedelta(days=400))
            session.execute(update(Prediction).values(made_at=utc_now() - timedelta(days=399)))
    restarted_at = utc_now()
    with RunningBot(tmp_path) as bot:
        admin = bot.admin
        while "photo" not in admin.hear():
            pass
        until_kept(bot, restarted_at)
        with bot.database.reading() as session:
            assert [] == session.scalars(select(Prediction)).all()


def until_kept(bot: RunningBot, moment: datetime) -> None:
    """Wait until every promise was kept at this moment or later."""

    def all_kept() -> bool:
        with bot.database.reading() as session:
            kept = [promises.kept_since(session, promise) for promise in schedule.PROMISES]
        return all(one is not None and one >= moment for one in kept)

    until(all_kept)


def test_a_missed_retraining_that_cannot_run_is_told(tmp_path: Path) -> None:
    """The bot looks at its start, and the admin learns what it lacks."""
    settings = {"retrain_cron": NIGHTLY, "training_python": tmp_path / "no-python"}
    with RunningBot(tmp_path, **settings) as bot:
        bot.admin.ask("/start")
        with bot.database.session() as session:
            keep_schedule_since(utc_now() - timedelta(days=3))(session)
    with RunningBot(tmp_path, **settings) as bot:
        told = bot.admin.hear()["text"]
    assert told.startswith("I can't retrain: TRAINING_PYTHON names ")


def test_a_retraining_that_nobody_follows_is_ended_and_told(tmp_path: Path) -> None:
    """Begun in a shell that is gone, it would keep every other from beginning."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    an_hour_ago = utc_now() - timedelta(hours=1)
    with RunningBot(tmp_path, timing=Timing(watch_every_s=0.2)) as bot:
        bot.admin.ask("/start")
        with bot.database.session() as session:
            number = retrainings.request(session, trigger="shell", now=an_hour_ago).id
            worker = f"{socket.gethostname()}:{gone.pid}"
            retrainings.take(session, worker=worker, retraining_id=number, now=an_hour_ago)
        admin = bot.admin
        while "failed" not in (told := admin.hear()["text"]):
            pass
    assert "Its process is gone. The model in use stays." in told


def published(registry: Registry, folder: Path, version: str) -> None:
    """A bundle of this version, in use."""
    made = folder / version
    shutil.copytree(STARTER, made)
    manifest = made / "bundle.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"version": version}))
    registry.publish(made)


async def answered(records: Records, version: str, *, photos: int, disputed: int) -> None:
    """So many answers of a model, and how many of them people disputed."""
    row = Tally(
        day=utc_now().date(),
        model_version=version,
        verdict=Verdict.SURE,
        answered=photos,
        disputed=disputed,
    )
    await records.write(lambda session: session.add(row))


def dispute(folder: Path, version: str, *, photos: int, people: int) -> None:
    """Answers of a model, every one of them disputed by its sender, one of so many people."""
    database = Database(f"sqlite:///{folder / 'detector.sqlite3'}")
    world = World(database, PhotoStore(folder / "photos"))
    for number in range(photos):
        person = 10 + number % people
        world.claim(
            world.answer(model_version=version, user_id=person), label="grizzly", user_id=person
        )
    database.dispose()


async def judge(records: Records, registry: Registry) -> str:
    """Let the watch look at the model in use; which one is in use then."""
    host = SimpleNamespace(version=registry.current_version())
    await schedule.watch_disputes(context_of(records, registry=registry, host=host))
    return registry.current_version()


@pytest.mark.parametrize(
    ("disputed", "people", "answering"), [(30, 30, "starter"), (3, 3, "v2"), (30, 1, "v2")]
)
async def test_a_model_that_people_dispute_is_left(
    records: Records, tmp_path: Path, disputed: int, people: int, answering: str
) -> None:
    """Beyond chance the one before it answers again, which the audit trail says; else it stays,
    also when one person disputes all that they are told."""
    registry = Registry(tmp_path / "models")
    published(registry, tmp_path, "v2")
    await records.write(
        lambda session: session.add(
            Retraining(
                trigger="command",
                status=RetrainingStatus.PUBLISHED,
                champion="starter",
                candidate="v2",
            )
        )
    )
    await answered(records, "starter", photos=500, disputed=10)
    await answered(records, "v2", photos=100 - disputed, disputed=0)
    await asyncio.to_thread(dispute, tmp_path, "v2", photos=disputed, people=people)

    assert answering == await judge(records, registry)
    lines = await records.read(audit.latest)
    assert ["auto_rollback"] * (answering == "starter") == [line.action for line in lines]
    # An admin who puts it back is not overruled by the same figures.
    registry.rollback("v2")
    assert "v2" == await judge(records, registry)


def test_the_alert_of_a_rollback_offers_the_way_forward(tmp_path: Path) -> None:
    """Its button puts the model back that was left; a second press finds nothing to do."""
    with RunningBot(tmp_path, timing=Timing(watch_every_s=0.2)) as bot:
        admin = bot.admin
        admin.ask("/start")
        published(Registry(bot.settings.models_dir), tmp_path, "v2")
        with bot.database.session() as session:
            session.add(
                Retraining(
                    trigger="command",
                    status=RetrainingStatus.PUBLISHED,
                    champion="starter",
                    candidate="v2",
                )
            )
            today = {"day": utc_now().date(), "verdict": Verdict.SURE}
            counts = (("starter", 500, 10), ("v2", 70, 0))
            for version, photos, disputed in counts:
                row = {"model_version": version, "answered": photos, "disputed": disputed}
                session.add(Tally(**today, **row))
        dispute(tmp_path / "data", "v2", photos=30, people=30)
        alert = admin.hear_all(at_least=1, starting="People corrected")[0]
        pressed = admin.press(alert, "Put it back")
        back = admin.hear_all(at_least=1, starting="v2 answers from now on.")
        assert (None, 1) == (pressed or None, len(back))

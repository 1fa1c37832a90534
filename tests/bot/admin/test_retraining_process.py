"""Retraining as a child process: what becomes of one that dies, hangs or takes too long."""

from __future__ import annotations

import asyncio
import re
import socket
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.admin.retraining.process import Trainer
from bot.errors import TrainingUnavailable
from bot.process.database_thread import Records
from dataset.errors import RetrainingActive
from dataset.examples import retrainings
from dataset.storage.schema import Retraining, RetrainingStatus, utc_now

PRELUDE = """
import os, sys, time
from dataset.storage.database import Database
from dataset.examples import retrainings
from dataset.storage.schema import RetrainingStatus
number = int(sys.argv[sys.argv.index("--request") + 1])
database = Database({url!r})
with database.session() as session:
    retrainings.take(session, worker="test:1", retraining_id=number)
"""
PUBLISH = """
with database.session() as session:
    retrainings.heartbeat(session, number, stage="training", progress=0.5)
with database.session() as session:
    retrainings.finish(
        session,
        number,
        retrainings.Ending(
            status=RetrainingStatus.PUBLISHED, reason="better", candidate="v2"
        ),
    )
"""
DIE_AFTER_PUBLISHING = """
with database.session() as session:
    retrainings.propose(session, number, champion="v1", candidate="v2")
os._exit(9)
"""
HANG = "time.sleep(600)"
DIE = "sys.exit('There is no photo to learn from.')"
TELL_ENVIRONMENT = "sys.exit('token ' + os.environ.get('TELEGRAM_BOT_TOKEN', 'unknown'))"


@pytest.fixture
def trainer_that(records: Records, tmp_path: Path) -> Callable[..., Trainer]:
    """Makes a trainer whose child does what a piece of Python says."""

    def make(
        script: str, *, budget_s: float = 60.0, silent_s: float = 60.0, elsewhere: bool = False
    ) -> Trainer:
        url = f"sqlite:///{tmp_path / 'detector.sqlite3'}"
        return Trainer(
            records,
            python=Path(sys.executable),
            budget_s=budget_s,
            silent_s=silent_s,
            log_dir=tmp_path / "logs",
            current_version=lambda: "v2",
            elsewhere=elsewhere,
            command=("-c", PRELUDE.format(url=url) + script),
        )

    return make


async def nothing(row: Retraining) -> None:
    """Looks at no progress."""


async def test_a_published_run_is_followed_to_its_end(
    trainer_that: Callable[..., Trainer],
) -> None:
    """The child's own decision is what following returns."""
    trainer = trainer_that(PUBLISH)
    row = await trainer.follow(await trainer.request(trigger="command", requested_by=2), nothing)
    assert (RetrainingStatus.PUBLISHED, "v2", 2) == (row.status, row.candidate, row.requested_by)


async def test_a_child_that_dies_is_reported_with_its_last_words(
    trainer_that: Callable[..., Trainer],
) -> None:
    """A run whose process ends without a decision fails, and says what the process said."""
    trainer = trainer_that(DIE)
    row = await trainer.follow(await trainer.request(trigger="command"), nothing)
    assert row.status is RetrainingStatus.FAILED
    assert row.reason == "There is no photo to learn from. The model in use stays."


async def test_a_child_that_dies_after_publishing_has_published(
    trainer_that: Callable[..., Trainer],
) -> None:
    """Where the model that a dead run proposed is in use, the run is recorded as published."""
    trainer = trainer_that(DIE_AFTER_PUBLISHING)
    row = await trainer.follow(await trainer.request(trigger="command"), nothing)
    assert (RetrainingStatus.PUBLISHED, "v1") == (row.status, row.champion)


async def test_a_child_that_takes_too_long_is_ended(
    trainer_that: Callable[..., Trainer], records: Records
) -> None:
    """Beyond its budget a run is ended and another one may begin."""
    trainer = trainer_that(HANG, budget_s=0.5)
    row = await trainer.follow(await trainer.request(trigger="command"), nothing)
    assert row.status is RetrainingStatus.FAILED
    assert "longer" in (row.reason or "")
    assert await trainer.under_way() is None


async def test_a_child_that_hangs_is_ended(trainer_that: Callable[..., Trainer]) -> None:
    """A run that gives no sign of life is ended and reported."""
    trainer = trainer_that(HANG, silent_s=0.5)
    row = await trainer.follow(await trainer.request(trigger="command"), nothing)
    assert row.reason == "Its process gave no sign of life any more. The model in use stays."


async def test_never_two_at_once(trainer_that: Callable[..., Trainer]) -> None:
    """A second request is refused while the first is under way."""
    trainer = trainer_that(HANG, budget_s=0.5)
    first = await trainer.request(trigger="command")
    with pytest.raises(RetrainingActive):
        await trainer.request(trigger="schedule")
    await trainer.follow(first, nothing)


async def test_progress_is_told(trainer_that: Callable[..., Trainer]) -> None:
    """A follower hears of each new state."""
    states: list[RetrainingStatus] = []

    async def note(row: Retraining) -> None:
        states.append(row.status)

    trainer = trainer_that(PUBLISH)
    await trainer.follow(await trainer.request(trigger="command"), note)
    assert states[0] is RetrainingStatus.REQUESTED


async def test_another_bot_takes_up_what_is_under_way(
    trainer_that: Callable[..., Trainer], records: Records
) -> None:
    """A run whose bot died is found, and ended as failed once its own process is silent."""
    with_database = await records.write(
        lambda session: retrainings.request(session, trigger="command").id
    )
    await records.write(
        lambda session: retrainings.take(session, worker="gone:1", retraining_id=with_database)
    )
    trainer = trainer_that(HANG, silent_s=0.2)
    found = await trainer.under_way()
    assert found is not None
    row = await trainer.follow(found.id, nothing)
    assert row.status is RetrainingStatus.FAILED


async def begun(
    records: Records, *, ago: timedelta, heartbeat_ago: timedelta = timedelta(0)
) -> int:
    """A run that a process of another machine took so long ago."""

    def take(session: Session) -> int:
        number = retrainings.request(session, trigger="shell").id
        row = retrainings.take(session, worker="gone:1", retraining_id=number, now=utc_now() - ago)
        assert row is not None
        row.heartbeat_at = utc_now() - heartbeat_ago
        return number

    return await records.write(take)


@pytest.mark.parametrize(
    ("heartbeat_ago_s", "elsewhere", "left_alone"),
    [(3600, False, True), (70, False, False), (0, True, True)],
    ids=["silent", "its follower may look first", "no worker took it in time"],
)
async def test_a_run_that_nobody_follows_is_found(
    trainer_that: Callable[..., Trainer],
    records: Records,
    heartbeat_ago_s: float,
    elsewhere: bool,
    left_alone: bool,
) -> None:
    """From a shell or begun by a process that is gone: else nothing could be retrained again."""
    number = await begun(
        records, ago=timedelta(hours=1), heartbeat_ago=timedelta(seconds=heartbeat_ago_s)
    )
    found = await trainer_that(HANG, elsewhere=elsewhere).left_alone()
    assert ([number] if left_alone else []) == ([] if found is None else [found.id])


async def test_a_sleep_is_no_time(trainer_that: Callable[..., Trainer], records: Records) -> None:
    """After a machine's sleep a heartbeat is old and the beginning long ago; neither is held
    against a run that says in a moment that it is well."""
    number = await begun(records, ago=timedelta(hours=9), heartbeat_ago=timedelta(hours=9))
    stages: list[str | None] = []

    async def wake(row: Retraining) -> None:
        stages.append(row.stage)
        if len(stages) == 1:
            await records.write(lambda session: retrainings.heartbeat(session, number, stage="a"))
        else:
            await records.write(
                lambda session: retrainings.finish(
                    session,
                    number,
                    retrainings.Ending(status=RetrainingStatus.HELD, reason="Not better."),
                )
            )

    row = await trainer_that(HANG).follow(number, wake)
    assert RetrainingStatus.HELD is row.status


async def test_time_counts_from_the_beginning(
    trainer_that: Callable[..., Trainer], records: Records
) -> None:
    """A bot that was restarted gives a run no more time than it had."""
    number = await begun(records, ago=timedelta(minutes=5))
    row = await trainer_that(HANG, budget_s=240.0, silent_s=3600.0).follow(number, nothing)
    assert "It took longer than its 4 minutes. The model in use stays." == row.reason


async def test_a_run_whose_process_is_gone_ends_at_once(
    trainer_that: Callable[..., Trainer], records: Records
) -> None:
    """Found after a restart, a run of this machine without a process is not waited for."""
    gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await gone.wait()
    number = await records.write(lambda session: retrainings.request(session, trigger="command").id)
    worker = f"{socket.gethostname()}:{gone.pid}"
    await records.write(
        lambda session: retrainings.take(session, worker=worker, retraining_id=number)
    )
    row = await trainer_that(HANG, silent_s=3600).follow(number, nothing)
    assert row.reason == "Its process is gone. The model in use stays."


async def test_the_child_does_not_get_the_token(
    trainer_that: Callable[..., Trainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot's token stays out of the child's environment."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    trainer = trainer_that(TELL_ENVIRONMENT)
    row = await trainer.follow(await trainer.request(trigger="command"), nothing)
    assert row.reason == "token unknown The model in use stays."


async def test_a_python_that_is_not_there_is_named(records: Records, tmp_path: Path) -> None:
    """A wrong TRAINING_PYTHON is reported before anything is recorded."""
    trainer = Trainer(
        records,
        python=tmp_path / "python",
        budget_s=1,
        log_dir=tmp_path,
        current_version=lambda: "starter",
    )
    with pytest.raises(TrainingUnavailable, match="TRAINING_PYTHON"):
        await trainer.request(trigger="command")
    assert await trainer.under_way() is None


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("exit 3", "has no matplotlib, onnx and cannot train: the extra `head`"),
        ("exit 2", "has no onnx and cannot train"),
        ("exit 127", "cannot be run: set TRAINING_PYTHON"),
    ],
)
async def test_a_python_that_cannot_train_is_told_before_anything_begins(
    records: Records, tmp_path: Path, script: str, words: str
) -> None:
    """One without what the head needs, or that does not run at all, is asked first."""
    bare = tmp_path / "python"
    bare.write_text(f"#!/bin/sh\n{script}\n")
    bare.chmod(0o700)
    trainer = Trainer(
        records, python=bare, budget_s=1, log_dir=tmp_path, current_version=lambda: "starter"
    )
    with pytest.raises(TrainingUnavailable, match=re.escape(words)):
        await trainer.request(trigger="command")
    assert await trainer.under_way() is None


async def test_too_few_photos_are_told_before_anything_begins(
    trainer_that: Callable[..., Trainer],
) -> None:
    """An empty dataset cannot be trained with, here or elsewhere."""
    for elsewhere in (False, True):
        with pytest.raises(TrainingUnavailable, match="The dataset is empty"):
            await trainer_that(DIE, elsewhere=elsewhere).check()


async def test_a_request_for_elsewhere_waits_for_a_worker(
    trainer_that: Callable[..., Trainer], records: Records
) -> None:
    """No child starts; the bot follows the worker with the request, even after a change."""
    trainer = trainer_that(DIE, elsewhere=True, silent_s=0.0)
    number = await trainer.request(trigger="command")

    async def work(row: Retraining) -> None:
        if row.status is RetrainingStatus.REQUESTED:
            await records.write(lambda session: retrainings.take(session, worker="one:1"))
            await records.write(
                lambda session: retrainings.take(session, worker="two:1", lease_s=-1.0)
            )
        else:
            await records.write(
                lambda session: retrainings.finish(
                    session,
                    number,
                    retrainings.Ending(status=RetrainingStatus.HELD, reason="Not better."),
                    worker="two:1",
                )
            )

    row = await trainer.follow(number, work)
    assert (RetrainingStatus.HELD, "Not better.") == (row.status, row.reason)


async def test_a_request_that_no_worker_takes_is_ended_by_its_budget(
    trainer_that: Callable[..., Trainer],
) -> None:
    """The admins learn that no worker runs, and may ask again."""
    trainer = trainer_that(DIE, elsewhere=True, budget_s=0.2)
    row = await trainer.follow(await trainer.request(trigger="schedule"), nothing)
    assert RetrainingStatus.FAILED is row.status
    assert "No worker took it" in (row.reason or "")
    assert await trainer.under_way() is None

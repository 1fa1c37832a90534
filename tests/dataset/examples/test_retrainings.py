"""Retrainings: at most one under way, and none that stays so after a crash."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from dataset.errors import NotFoundError, RetrainingActive, RetrainingOver
from dataset.examples import retrainings
from dataset.storage.database import Database
from dataset.storage.schema import Person, Retraining, RetrainingStatus
from tests.dataset.world import ADMIN, NOON


def _request(database: Database) -> Retraining:
    with database.session() as session:
        return retrainings.request(session, trigger="command", requested_by=ADMIN, now=NOON)


def _take(database: Database, worker: str = "host:1") -> Retraining | None:
    with database.session() as session:
        return retrainings.take(session, worker=worker, now=NOON)


def _now(database: Database, run: Retraining) -> Retraining:
    with database.reading() as session:
        return retrainings.seen(session, run.id)


def test_a_run_goes_from_request_to_result(database: Database) -> None:
    """Asked for, taken, at work, ended: each leaves its mark."""
    run = _request(database)
    taken = _take(database)
    with database.session() as session:
        goes_on = retrainings.heartbeat(session, run.id, stage="train", progress=0.5, now=NOON)
    with database.session() as session:
        retrainings.finish(
            session,
            run.id,
            retrainings.Ending(
                status=RetrainingStatus.HELD,
                reason="Not better.",
                metrics={"accuracy": 0.97},
                decision="hold",
            ),
        )
    ended = _now(database, run)

    assert taken is not None
    assert (run.id, "host:1") == (taken.id, taken.worker)
    assert goes_on
    assert (RetrainingStatus.HELD, "Not better.", {"accuracy": 0.97}, "train", 0.5) == (
        ended.status,
        ended.reason,
        ended.metrics,
        ended.stage,
        ended.progress,
    )


def test_a_second_request_is_told_about_the_first(database: Database) -> None:
    """While one is requested or running, another is refused by name."""
    run = _request(database)
    with pytest.raises(RetrainingActive) as caught:
        _request(database)
    _take(database)
    with pytest.raises(RetrainingActive):
        _request(database)

    assert run.id == caught.value.retraining_id


def test_of_many_requests_at_once_one_is_made(database: Database) -> None:
    """On any number of processes the database lets one be under way."""
    start = threading.Barrier(8)
    made: list[int] = []
    refused: list[int] = []

    def ask() -> None:
        start.wait()
        try:
            made.append(_request(database).id)
        except RetrainingActive as exc:
            refused.append(exc.retraining_id)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (1, made * 7) == (len(made), refused)


def test_of_many_workers_one_takes_it(database: Database) -> None:
    """A request is worked on once."""
    _request(database)
    start = threading.Barrier(6)
    taken: list[Retraining | None] = []

    def work(number: int) -> None:
        start.wait()
        taken.append(_take(database, f"host:{number}"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 1 == len([run for run in taken if run is not None])


def test_nothing_to_take(database: Database) -> None:
    """Without a request a worker goes without."""
    assert _take(database) is None


def test_a_running_one_is_cancelled_at_its_next_heartbeat(database: Database) -> None:
    """The worker hears of it, and ends the run itself."""
    run = _request(database)
    _take(database)
    with database.session() as session:
        retrainings.request_cancel(session)
    with database.session() as session:
        goes_on = retrainings.heartbeat(session, run.id)

    assert not goes_on
    assert _now(database, run).status is RetrainingStatus.RUNNING


def test_a_heartbeat_holds_no_lock_while_its_thread_waits(database: Database) -> None:
    """Others write at once, though the session that it was written in is still open."""
    run = _request(database)
    _take(database)
    url = f"sqlite:///{database.file}"
    other = Database(url, busy_timeout_s=0.0) if database.is_sqlite else database
    with database.statements() as session:
        goes_on = retrainings.heartbeat(session, run.id, stage="training", worker="host:1")
        with other.session() as another:
            another.add(Person(user_id=7))
    other.dispose()

    assert goes_on
    assert _now(database, run).stage == "training"


def test_one_that_nobody_began_is_cancelled_at_once(database: Database) -> None:
    """No worker has to notice it."""
    run = _request(database)
    with database.session() as session:
        retrainings.request_cancel(session)
    with database.session() as session:
        nothing = retrainings.request_cancel(session)

    assert _now(database, run).status is RetrainingStatus.CANCELLED
    assert nothing is None


def test_a_silent_one_is_ended(database: Database) -> None:
    """Without a heartbeat for long enough it has failed, and another may begin."""
    run = _request(database)
    _take(database)
    later = NOON + timedelta(seconds=retrainings.SILENT_AFTER_S)
    with database.session() as session:
        too_early = retrainings.end_silent(session, now=later)
        ended = retrainings.end_silent(session, now=later + timedelta(seconds=1))

    assert ([], [run.id]) == (too_early, ended)
    assert _now(database, run).status is RetrainingStatus.FAILED
    assert _request(database).id != run.id


def test_a_worker_that_was_given_up_cannot_publish(database: Database) -> None:
    """When it comes back late, heartbeat and end tell it that its run is over."""
    run = _request(database)
    _take(database)
    with database.session() as session:
        retrainings.end_silent(session, now=NOON + timedelta(hours=1))

    with pytest.raises(RetrainingOver), database.session() as session:
        retrainings.heartbeat(session, run.id)
    with pytest.raises(RetrainingOver), database.session() as session:
        retrainings.finish(
            session, run.id, retrainings.Ending(status=RetrainingStatus.PUBLISHED, reason="late")
        )


def test_the_last_ones_come_newest_first(database: Database) -> None:
    """Of one status if asked."""
    statuses = (RetrainingStatus.PUBLISHED, RetrainingStatus.HELD)
    for status in statuses:
        run = _request(database)
        with database.session() as session:
            retrainings.finish(session, run.id, retrainings.Ending(status=status, reason="so"))
    with database.reading() as session:
        newest = retrainings.last(session, limit=5)
        published = retrainings.last(session, RetrainingStatus.PUBLISHED)

    assert list(reversed(statuses)) == [run.status for run in newest]
    assert [RetrainingStatus.PUBLISHED] == [run.status for run in published]


def test_an_unknown_one_says_so(database: Database) -> None:
    """A made-up number ends in a sentence."""
    with pytest.raises(NotFoundError, match="404 does not exist"), database.reading() as session:
        retrainings.seen(session, 404)

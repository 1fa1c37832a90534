"""Workers that take retrainings from the database: one at a time, and another when one dies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dataset.errors import RetrainingOver
from dataset.examples import retrainings
from dataset.storage.database import Database
from dataset.storage.schema import Retraining, RetrainingStatus, utc_now
from tests.conftest import until
from tests.postgresql import Server, running_server
from training.retrain.worker import Worker

BEGIN = """
import sys, time
from dataset.storage.database import Database
from dataset.examples import retrainings
from dataset.storage.schema import RetrainingStatus
number = int(sys.argv[sys.argv.index("--request") + 1])
worker = sys.argv[sys.argv.index("--worker") + 1]
database = Database({url!r})
with database.session() as session:
    retrainings.heartbeat(session, number, stage="training", progress=0.5, worker=worker)
"""
PUBLISH = (
    BEGIN
    + """
with database.session() as session:
    retrainings.finish(
        session,
        number,
        retrainings.Ending(
            status=RetrainingStatus.PUBLISHED, reason="better", candidate="v2"
        ),
        worker=worker,
    )
"""
)
BEGIN_AND_HANG = BEGIN + "time.sleep(600)"
HANG = "import time; time.sleep(600)"
DIE = "raise SystemExit(9)"


@pytest.fixture(scope="module")
def server(postgresql_programs: Path) -> Iterator[Server]:
    with running_server(postgresql_programs) as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'detector.sqlite3'}"
    server: Server = request.getfixturevalue("server")
    return server.fresh()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    database.upgrade()
    yield database
    database.dispose()


@pytest.fixture
def worker_that(database: Database, url: str) -> Callable[..., Worker]:
    """Makes a worker whose trainings do what a piece of Python says."""

    def make(script: str, *, budget_s: float = 600.0, current: str = "v1") -> Worker:
        return Worker(
            database,
            current_version=lambda: current,
            lease_s=60.0,
            budget_s=budget_s,
            command=("-c", script.format(url=url)),
        )

    return make


def request(database: Database) -> int:
    with database.session() as session:
        return retrainings.request(session, trigger="command", requested_by=2).id


def begin_long_ago(database: Database, *, candidate: str | None = None) -> int:
    """A retraining whose worker was heard of five minutes ago for the last time."""
    number = request(database)
    with database.session() as session:
        before = utc_now() - timedelta(minutes=5)
        retrainings.take(session, worker="gone:1", now=before)
        if candidate is not None:
            retrainings.propose(session, number, champion="v1", candidate=candidate)
    return number


def seen(database: Database, number: int) -> Retraining:
    with database.reading() as session:
        return retrainings.seen(session, number)


def test_a_request_is_worked_on_to_its_end(
    worker_that: Callable[..., Worker], database: Database
) -> None:
    """What the training decides stands in the row, and nothing is left to take."""
    number = request(database)
    worker = worker_that(PUBLISH)
    assert worker.work_once()
    row = seen(database, number)
    assert (RetrainingStatus.PUBLISHED, "v2", worker.name) == (
        row.status,
        row.candidate,
        row.worker,
    )
    assert not worker.work_once()


def test_another_takes_over_when_a_worker_fell_silent(
    worker_that: Callable[..., Worker], database: Database
) -> None:
    """The successor finishes the run, and the one that was given up can no longer end it."""
    number = begin_long_ago(database)
    assert worker_that(PUBLISH).work_once()
    row = seen(database, number)
    assert RetrainingStatus.PUBLISHED is row.status
    assert row.metrics == {"lost_workers": ["gone:1"]}


def test_a_worker_that_comes_back_late_is_refused(database: Database) -> None:
    """Its run is another's by then: neither a heartbeat, nor a proposal, nor a result counts."""
    number = begin_long_ago(database)
    with database.session() as session:
        retrainings.take(session, worker="next:1", lease_s=60.0)
    with pytest.raises(RetrainingOver), database.session() as session:
        retrainings.heartbeat(session, number, worker="gone:1")
    with pytest.raises(RetrainingOver), database.session() as session:
        retrainings.propose(session, number, champion="v1", candidate="v2", worker="gone:1")
    with pytest.raises(RetrainingOver), database.session() as session:
        retrainings.finish(
            session,
            number,
            retrainings.Ending(status=RetrainingStatus.PUBLISHED, reason="late"),
            worker="gone:1",
        )
    assert (RetrainingStatus.RUNNING, "next:1") == (
        seen(database, number).status,
        seen(database, number).worker,
    )


def test_a_worker_at_work_is_not_disturbed(
    worker_that: Callable[..., Worker], database: Database
) -> None:
    """Within its lease a run is its worker's alone."""
    number = request(database)
    with database.session() as session:
        retrainings.take(session, worker="busy:1")
    assert not worker_that(PUBLISH).work_once()
    assert "busy:1" == seen(database, number).worker


def test_a_model_published_just_before_the_death_counts(
    worker_that: Callable[..., Worker], database: Database
) -> None:
    """What is in use already is not trained again."""
    number = begin_long_ago(database, candidate="v2")
    assert worker_that(HANG, current="v2").work_once()
    assert RetrainingStatus.PUBLISHED is seen(database, number).status


def test_a_training_that_hangs_is_ended_by_its_budget(
    worker_that: Callable[..., Worker], database: Database
) -> None:
    """Beyond the budget the process is ended and the run has failed."""
    number = request(database)
    assert worker_that(HANG, budget_s=0.1).work_once()
    row = seen(database, number)
    assert RetrainingStatus.FAILED is row.status
    assert "longer" in (row.reason or "")


def test_what_kills_three_workers_has_failed(
    worker_that: Callable[..., Worker], database: Database
) -> None:
    """A retraining that is too large for every machine does not go round for ever."""
    number = request(database)
    for _ in range(retrainings.MOST_LOST):
        assert RetrainingStatus.REQUESTED is seen(database, number).status
        assert worker_that(DIE).work_once()
    row = seen(database, number)
    assert RetrainingStatus.FAILED is row.status
    assert "3 workers died at it" in (row.reason or "")


def test_a_worker_that_is_stopped_gives_its_run_back(
    worker_that: Callable[..., Worker], database: Database
) -> None:
    """Another may begin at once, and it does not count as a death."""
    number = request(database)
    worker = worker_that(BEGIN_AND_HANG)
    thread = threading.Thread(target=worker.work_once)
    thread.start()
    until(lambda: seen(database, number).stage == "training" or not thread.is_alive())
    worker.stop()
    thread.join()
    row = seen(database, number)
    assert (RetrainingStatus.REQUESTED, None, None) == (row.status, row.worker, row.metrics)
    assert worker_that(PUBLISH).work_once()
    assert RetrainingStatus.PUBLISHED is seen(database, number).status

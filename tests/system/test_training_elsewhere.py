"""Training elsewhere: a bot, a PostgreSQL server, and workers of which one is killed at work."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dataset.examples import retrainings
from dataset.migrate import migrate
from dataset.storage.database import Database
from dataset.storage.schema import RetrainingStatus
from tests.bot.running import Person, RunningBot, buttons
from tests.postgresql import running_server
from tests.system.processes import Program
from tests.training.drawn import studio

pytestmark = pytest.mark.long

_PATIENCE_S = 400.0


@pytest.fixture
def database(postgresql_programs: Path, tmp_path: Path) -> Iterator[tuple[str, Database]]:
    """A PostgreSQL database with a dataset of drawn pictures, whose photos lie in `tmp_path`."""
    made = studio(tmp_path, each=12, outside=0)
    with running_server(postgresql_programs) as server, made.database() as source:
        url = server.fresh()
        target = Database(url)
        migrate(source, target, quiet=True)
        yield url, target
        target.dispose()


def retrain_by_force(admin: Person) -> dict[str, Any]:
    """Ask for a retraining that is published whatever it is; the message that follows it."""
    asked = admin.say("/retrain force")
    admin.seen = asked["message_id"]
    question = admin.hear()
    admin.press(question, buttons(question)[0])
    return admin.hear()


def until_taken(rows: Database) -> None:
    """Wait until a worker has the retraining: a small one is over before the chat says so."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        with rows.reading() as session:
            row = retrainings.running(session)
            if row is not None and row.worker is not None:
                return
    pytest.fail("no worker took it")


def until_it_says(bot: RunningBot, message: dict[str, Any], *words: str) -> str:
    """The message's text as soon as it holds one of these words."""
    version, text = 0, ""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        query = {"chat": bot.admin.chat, "since": version, "wait": 10}
        news = bot.http.get("/local/changes", params=query).raise_for_status().json()
        version = news["version"]
        for found in news["messages"]:
            if found["message_id"] == message["message_id"]:
                text = found["text"]
        if any(word in text for word in words):
            return text
    pytest.fail(f"none of {words} was said, but: {text}")


@pytest.mark.postgres
def test_a_killed_worker_is_followed_by_another(
    database: tuple[str, Database], tmp_path: Path
) -> None:
    """/cancel reaches a worker; one killed at work has a successor, whose model the bot takes."""
    url, rows = database
    settings = {
        "DATA_DIR": str(tmp_path / "data"),
        "MODELS_DIR": str(tmp_path / "published"),
        "DATABASE_URL": url,
        "TRAINING_LEASE_S": "5",
    }
    first = Program("training.worker", folder=tmp_path, settings=settings)
    second = Program("training.worker", folder=tmp_path, settings=settings)
    with RunningBot(tmp_path, database_url=url, train_elsewhere=True) as bot:
        with first:
            first.until_ready()
            cancelled = retrain_by_force(bot.admin)
            until_taken(rows)
            bot.admin.say("/cancel")
            until_it_says(bot, cancelled, "was cancelled")

            followed = retrain_by_force(bot.admin)
            until_taken(rows)
            first.end(signal.SIGKILL)
        with second:
            ended = until_it_says(bot, followed, "published", "failed")
            assert second.end() == 0
        assert "is published and answers from now on" in ended
        with rows.reading() as session:
            newest, before = retrainings.last(session, limit=2)
        assert (RetrainingStatus.PUBLISHED, RetrainingStatus.CANCELLED) == (
            newest.status,
            before.status,
        )
        assert len((newest.metrics or {})["lost_workers"]) == 1
        deadline = time.monotonic() + _PATIENCE_S
        while (answering := bot.http.get("/healthz").json()["model"]) != newest.candidate:
            assert time.monotonic() < deadline, f"{answering} still answers"

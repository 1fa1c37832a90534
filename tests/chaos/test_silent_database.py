"""A database server that is frozen: every wait has an end, and all is answered once afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.process.timing import Timing
from dataset.errors import DatabaseUnreachable
from dataset.storage.database import Database
from tests.bot.running import RunningBot, photo
from tests.chaos.test_models_away import until
from tests.postgresql import Server, running_server

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def server(postgresql_programs: Path) -> Iterator[Server]:
    with running_server(postgresql_programs) as server:
        yield server


def test_a_statement_without_an_answer_is_given_up(server: Server) -> None:
    """On a connection that was there already, and on a new one."""
    database = Database(server.fresh(), answer_within_s=0.5)
    database.ping()
    with server.frozen():
        for _ in range(2):
            with pytest.raises(DatabaseUnreachable):
                database.ping()
    database.ping()
    database.dispose()


def test_a_commit_without_an_answer_is_given_up(server: Server) -> None:
    """Whether it was stored is unknown, so the caller checks again."""
    database = Database(server.fresh(), answer_within_s=0.5)

    def commit() -> None:
        with ExitStack() as thawed, database.session() as session:
            session.execute(text("CREATE TEMPORARY TABLE probe (id INTEGER)"))
            thawed.enter_context(server.frozen())

    with pytest.raises(DatabaseUnreachable):
        commit()
    database.dispose()


def test_what_takes_long_by_itself_is_waited_for_while_tables_are_changed(server: Server) -> None:
    """Another process that upgrades may take minutes over it."""
    url = server.empty()
    first, second = Database(url), Database(url, answer_within_s=0.5)
    begun, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with first._restructuring():
            begun.set()
            go_on.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    begun.wait(30)
    outcome: list[bool] = []
    waiter = threading.Thread(target=lambda: outcome.append(second.upgrade()))
    waiter.start()
    waiter.join(1.5)
    assert waiter.is_alive()
    go_on.set()
    waiter.join(60)
    holder.join()
    assert [True] == outcome
    first.dispose()
    second.dispose()


def test_a_frozen_server_costs_no_answer(server: Server, tmp_path: Path) -> None:
    """The fault is reported, no photo is lost, and each is answered once the database goes on."""
    timing = Timing(answer_within_s=1.0, first_pause_s=0.2)
    url = server.empty()
    with RunningBot(tmp_path, timing=timing, database_url=url) as bot:
        person = bot.person()
        person.show(photo(seed=1))
        person.hear()
        with server.frozen():
            sent = [person.show(photo(seed=seed))["message_id"] for seed in range(2, 5)]
            until(lambda: bot.http.get("/readyz").status_code == 503)
            told = bot.http.get("/healthz").json()["database_problem"]
        answers = person.hear_all(at_least=3)
        until(lambda: bot.http.get("/readyz").status_code == 200)
    answered = [answer["reply_to_message"]["message_id"] for answer in answers]

    assert "the database" in told
    assert sent == answered

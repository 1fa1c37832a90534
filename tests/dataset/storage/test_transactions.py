"""Statements without a session, for what runs for every photo: all of it or nothing, each thread
by itself."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from dataset.errors import DatabaseLocked
from dataset.reviewing import stats
from dataset.storage.database import Database
from dataset.storage.schema import Person, Prediction, Verdict
from dataset.storage.tallies import tally
from tests.dataset.world import NOON, World


class Lost(Exception):
    """Something went wrong on the way."""


def _people(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


def _add(database: Database, number: int) -> None:
    with database.transaction() as connection:
        connection.execute(insert(Person).values(user_id=number))


def test_what_fails_is_taken_back_and_the_next_goes_on(database: Database) -> None:
    """On the same thread, which keeps its connection."""
    with suppress(Lost), database.transaction() as connection:
        connection.execute(insert(Person).values(user_id=1))
        raise Lost
    assert 0 == _people(database)
    _add(database, 2)
    assert 1 == _people(database)


def test_what_was_counted_and_taken_back_is_counted_no_more(world: World) -> None:
    """Neither by the next transaction of this thread, nor by its next session."""
    with suppress(Lost), world.database.transaction() as connection:
        tally(connection, at=NOON, model_version="a", verdict=Verdict.SURE, answered=1)
        raise Lost
    with world.database.session():
        pass
    world.answer()
    with world.database.reading() as session:
        found = stats.collect(session, days=4, now=world.now).total.total
    assert 1 == found


def test_each_thread_has_its_own(database: Database) -> None:
    """Several at once write what they write."""
    threads = [threading.Thread(target=_add, args=(database, number)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 8 == _people(database)


def test_after_all_was_closed_a_thread_opens_anew(database: Database) -> None:
    """As sessions do."""
    _add(database, 1)
    database.dispose()
    _add(database, 2)
    assert 2 == _people(database)


def test_a_row_recorded_before_is_given_back_whole(world: World) -> None:
    """A replayed update gives the row of the first time, with all that is in it."""
    first = world.answer(update_id=5, looks_like="sloth bear")
    again = world.answer(update_id=5, label="teddy")
    values = [
        {column.key: getattr(row, column.key) for column in Prediction.__table__.columns}
        for row in (first, again)
    ]
    assert values[0] == values[1]


def test_after_a_lock_was_waited_for_in_vain_it_is_all_or_nothing_again(tmp_path: Path) -> None:
    """A begin that failed leaves nothing behind on the connection that its thread keeps."""
    file = tmp_path / "detector.sqlite3"
    database = Database(f"sqlite:///{file}", busy_timeout_s=0.05)
    database.upgrade()
    _add(database, 1)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseLocked):
        _add(database, 2)
    other.close()
    with suppress(Lost), database.transaction() as connection:
        connection.execute(insert(Person).values(user_id=3))
        assert connection.in_transaction()
        raise Lost
    assert 1 == _people(database)
    _add(database, 4)
    assert 2 == _people(database)
    database.dispose()

"""The durable inbox: every update once, and none lost."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from dataset.conversation import inbox
from dataset.storage.database import Database
from dataset.storage.schema import Update
from tests.dataset.world import NOON


def _update(update_id: int) -> dict[str, Any]:
    return {"update_id": update_id, "message": {"text": f"hello {update_id}"}}


def _take(database: Database, *ids: int, holder: str = "a") -> list[int]:
    with database.transaction() as connection:
        new = inbox.take_in(
            connection, [_update(number) for number in ids], holder=holder, now=NOON
        )
    return [item["update_id"] for item in new]


def _waiting(database: Database, **options: Any) -> list[int]:
    with database.session() as session:
        return [row.update_id for row in inbox.waiting(session, **({"now": NOON} | options))]


def test_only_new_updates_are_given_back(database: Database) -> None:
    """What was taken in before is left out; the order is kept."""
    assert [3, 1] == _take(database, 3, 1)
    assert [2] == _take(database, 1, 2, 3)
    assert [] == _take(database)


def test_an_update_twice_in_one_batch_is_one(database: Database) -> None:
    """Telegram would not, yet nothing breaks."""
    assert [1] == _take(database, 1, 1)


def test_what_was_not_handled_is_replayed_after_a_crash(database: Database) -> None:
    """A process that is alone takes over everything at its start, oldest first, as it came."""
    _take(database, 2, 1, 3)
    with database.session() as session:
        inbox.handled(session.connection(), 2)
        left = inbox.waiting(session, take_over=True, now=NOON)

    assert [(1, _update(1)), (3, _update(3))] == [(row.update_id, row.payload) for row in left]


def test_a_handled_update_is_emptied(database: Database) -> None:
    """What a person wrote is not stored longer than it takes to answer."""
    _take(database, 1)
    with database.session() as session:
        inbox.handled(session.connection(), 1)
    with database.reading() as session:
        row = session.get_one(Update, 1)

    assert row.payload is None
    assert row.handled_at is not None
    assert [] == _take(database, 1)


def test_another_process_waits_until_the_holder_falls_silent(database: Database) -> None:
    """A replica takes over what another held once its time is up, and not before."""
    _take(database, 1, holder="a")
    before = _waiting(database, holder="b")
    after = _waiting(database, holder="b", now=NOON + timedelta(seconds=inbox.HOLD_S))
    again = _waiting(database, holder="c", now=NOON + timedelta(seconds=inbox.HOLD_S))

    assert ([], [1], []) == (before, after, again)


def test_a_process_at_work_holds_on(database: Database) -> None:
    """Prolonging keeps others away."""
    _take(database, 1, holder="a")
    with database.session() as session:
        inbox.hold_on(session, holder="a", now=NOON + timedelta(seconds=100))

    assert [] == _waiting(database, holder="b", now=NOON + timedelta(seconds=130))


def test_an_orderly_stop_leaves_the_rest_at_once(database: Database) -> None:
    """What was let go is free for others, and the try does not count."""
    _take(database, 1, holder="a")
    with database.session() as session:
        inbox.let_go(session, holder="a")
        (row,) = inbox.waiting(session, holder="b", now=NOON)

    assert 1 == row.attempts


def test_an_update_that_kills_is_given_up(database: Database) -> None:
    """After three tries it is left alone, so that it cannot kill forever."""
    _take(database, 1)
    tries = [_waiting(database, take_over=True) for _ in range(4)]

    assert [[1], [1], [], []] == tries
    with database.reading() as session:
        assert 0 == inbox.count_waiting(session)


def test_of_many_processes_one_takes_an_update(database: Database) -> None:
    """However many get the same update at the same moment, one of them has it."""
    taken: list[int] = []
    failures: list[Exception] = []

    def take(holder: str) -> None:
        try:
            for number in range(30):
                taken.extend(_take(database, number, holder=holder))
        except Exception as exc:
            failures.append(exc)

    threads = [threading.Thread(target=take, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == failures
    assert list(range(30)) == sorted(taken)


def test_what_people_wrote_does_not_stay_in_free_pages(tmp_path: Path) -> None:
    """SQLite's file holds nothing of handled updates."""
    file = tmp_path / "detector.sqlite3"
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    # Long enough for pages of its own, which become free.
    written = [{"update_id": number, "text": f"private{number} " * 2000} for number in range(5)]
    with database.session() as session:
        inbox.take_in(session.connection(), written)
    database.dispose()  # the write-ahead log goes into the file
    assert b"private3" in file.read_bytes()
    with database.session() as session:
        for number in range(5):
            inbox.handled(session.connection(), number)
    database.dispose()
    assert b"private3" not in file.read_bytes()

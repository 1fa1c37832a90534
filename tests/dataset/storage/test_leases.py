"""Named locks with an end, and the audit trail."""

from __future__ import annotations

import threading
from datetime import timedelta

from dataset.storage import audit, leases
from dataset.storage.database import Database
from tests.dataset.world import NOON


def _acquire(database: Database, holder: str, *, seconds: float = 0) -> bool:
    with database.session() as session:
        return leases.acquire(
            session, "scheduler", holder, lease_s=60, now=NOON + timedelta(seconds=seconds)
        )


def test_one_holder_at_a_time(database: Database) -> None:
    """A second one is refused until the first lets go."""
    first = [_acquire(database, "a"), _acquire(database, "b")]
    with database.session() as session:
        given_back = [leases.release(session, "scheduler", holder) for holder in ("b", "a")]

    assert [True, False] == first
    assert [False, True] == given_back
    assert _acquire(database, "b")


def test_a_holder_prolongs_its_own(database: Database) -> None:
    """Acquiring again moves the end."""
    _acquire(database, "a")
    _acquire(database, "a", seconds=50)

    assert not _acquire(database, "b", seconds=70)


def test_a_dead_holder_is_followed(database: Database) -> None:
    """When the time is up, another gets it, and the first knows that it has it no more."""
    _acquire(database, "a")
    taken = _acquire(database, "b", seconds=60)
    with database.reading() as session:
        holder = leases.holder_of(session, "scheduler", now=NOON + timedelta(seconds=61))
        nobody = leases.holder_of(session, "scheduler", now=NOON + timedelta(seconds=121))

    assert (True, "b", None) == (taken, holder, nobody)
    assert not _acquire(database, "a", seconds=61)


def test_of_many_processes_one_gets_the_lease(database: Database) -> None:
    """However many try at the same moment."""
    start = threading.Barrier(8)
    got: list[str] = []

    def run(holder: str) -> None:
        start.wait()
        if _acquire(database, holder):
            got.append(holder)

    threads = [threading.Thread(target=run, args=(name,)) for name in "abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 1 == len(got)


def test_the_trail_tells_who_did_what(database: Database) -> None:
    """Newest first, one action alone if asked; what is too long is cut, not refused."""
    with database.session() as session:
        audit.record(session, actor_id=2, action="publish", subject="model:1", now=NOON)
        audit.record(
            session,
            actor_id=9,
            action="forged_callback",
            subject="x" * 500,
            details={"data": "v1:?"},
            now=NOON + timedelta(seconds=1),
        )
    with database.reading() as session:
        everything = audit.latest(session)
        forged = audit.latest(session, action="forged_callback")

    assert ["forged_callback", "publish"] == [line.action for line in everything]
    assert [(9, {"data": "v1:?"}, 128)] == [
        (line.actor_id, line.details, len(line.subject or "")) for line in forged
    ]

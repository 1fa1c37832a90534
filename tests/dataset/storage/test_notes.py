"""What processes remember together under a name."""

from __future__ import annotations

import threading
from datetime import timedelta

from dataset.storage import notes
from dataset.storage.database import Database
from tests.dataset.world import NOON


def test_a_note_is_read_until_its_end(database: Database) -> None:
    """What has an end is gone then; what has none stays; writing again replaces."""
    later = NOON + timedelta(hours=1)
    with database.session() as session:
        notes.write(session, "a", "old")
        notes.write(session, "a", "new")
        notes.write(session, "b", "short", until=later)

        assert ["new", "short"] == [notes.read(session, name, now=NOON) for name in "ab"]
        assert ["new", None] == [notes.read(session, name, now=later) for name in "ab"]


def test_of_many_processes_one_notes_it_and_one_takes_it(database: Database) -> None:
    """However many try at the same moment; after its end it can be noted again."""
    until = NOON + timedelta(days=40_000)
    start = threading.Barrier(8)
    noted: list[bool] = []
    taken: list[str | None] = []

    def run() -> None:
        start.wait()
        with database.session() as session:
            noted.append(notes.write_once(session, "link", until=until))
        start.wait()
        with database.session() as session:
            taken.append(notes.take(session, "link"))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [False] * 7 + [True] == sorted(noted)
    assert [""] + [None] * 7 == sorted(taken, key=lambda text: text is None)
    with database.session() as session:
        assert notes.write_once(session, "link", until=NOON)
        assert notes.write_once(session, "link", until=until)
        assert not notes.write_once(session, "link", until=until)


def test_notes_are_found_by_how_they_begin(database: Database) -> None:
    """A prefix is no pattern."""
    with database.session() as session:
        for name in ("a_b:1", "a_b:2", "axb:3"):
            notes.write(session, name, "")

        assert ["a_b:1", "a_b:2"] == sorted(notes.names(session, "a_b:"))

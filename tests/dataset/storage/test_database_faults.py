"""What goes wrong with a database is one sentence: locked, damaged, read-only, out of reach."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from dataset.errors import (
    DatabaseConflict,
    DatabaseCorrupt,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseUnreachable,
)
from dataset.storage.database import Database
from dataset.storage.schema import Person


def test_foreign_keys_are_enforced(database: Database) -> None:
    """A claim on a prediction that does not exist is refused."""
    with pytest.raises(DatabaseConflict), database.session() as session:
        session.execute(
            text("INSERT INTO skips (photo_id, reviewer_id, until) VALUES (5, 1, '2026-01-01')")
        )


def test_sqlite_writes_ahead(tmp_path: Path) -> None:
    """The file is in WAL mode, so that readers and the writer do not wait for each other."""
    database = Database(f"sqlite:///{tmp_path / 'any'}")
    database.upgrade()
    with database.connection() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    database.dispose()


def test_reading_goes_on_while_somebody_writes(database: Database) -> None:
    """A reader sees the state before a write that is not committed yet."""
    with database.session() as writing:
        writing.add(Person(user_id=1))
        writing.flush()
        with database.reading() as session:
            assert session.get(Person, 1) is None


def test_a_locked_sqlite_says_so(tmp_path: Path) -> None:
    """A write lock held by another program ends in DatabaseLocked, not in a hang."""
    file = tmp_path / "any"
    database = Database(f"sqlite:///{file}", busy_timeout_s=0.05)
    database.upgrade()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseLocked, match="another program"), database.session() as session:
        session.get(Person, 1)
    other.close()
    database.dispose()


def test_a_corrupt_sqlite_says_so(tmp_path: Path) -> None:
    """A file that is no database is left as it is and named."""
    file = tmp_path / "any"
    file.write_bytes(b"this is no database" * 1000)
    database = Database(f"sqlite:///{file}")

    with pytest.raises(DatabaseCorrupt, match="restore the last backup"):
        database.upgrade()
    database.dispose()
    assert file.read_bytes() == b"this is no database" * 1000


def test_damage_inside_is_found_by_the_check(tmp_path: Path) -> None:
    """The check reads the whole file and finds a page that was overwritten."""
    file = tmp_path / "any"
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    with database.session() as session:
        session.add_all(Person(user_id=number) for number in range(5000))
    database.check()
    database.dispose()  # the last connection moves everything from the WAL into the file
    content = bytearray(file.read_bytes())
    content[-8192:-4096] = b"\xff" * 4096
    file.write_bytes(content)

    with pytest.raises(DatabaseCorrupt):
        database.check()
    database.dispose()


def test_a_read_only_database_says_so(tmp_path: Path) -> None:
    """Writing where nothing may be written ends in DatabaseReadOnly."""
    file = tmp_path / "any"
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    database.dispose()
    read_only = Database(f"sqlite:///file:{file}?mode=ro&uri=true")

    with pytest.raises(DatabaseReadOnly, match="permissions"), read_only.session() as session:
        session.execute(text("DELETE FROM people"))
    read_only.dispose()


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    """A file where the data folder should be ends in one sentence."""
    (tmp_path / "data").write_text("a file")

    with pytest.raises(DatabaseUnreachable, match="cannot be made"):
        Database(f"sqlite:///{tmp_path / 'data' / 'deep' / 'any'}").upgrade()


@pytest.mark.postgres
def test_a_server_that_does_not_answer_says_so(tmp_path: Path) -> None:
    """No server behind the address ends in DatabaseUnreachable, without the password."""
    database = Database(f"postgresql://me:secret@/nothing?host={tmp_path}")

    with pytest.raises(DatabaseUnreachable) as caught:
        database.upgrade()
    assert "secret" not in str(caught.value) + repr(database)


@pytest.mark.parametrize("url", ["nonsense", "mongodb://somewhere/x", ""])
def test_an_address_that_is_none_says_so(url: str) -> None:
    """Anything else than a database's URL is refused with what to write instead."""
    with pytest.raises(DatabaseUnreachable):
        Database(url)

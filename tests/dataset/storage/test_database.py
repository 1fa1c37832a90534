"""Opening the database, its sessions, its migrations, and what it says when something is wrong."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, select, text

from dataset.errors import (
    DatabaseConflict,
    DatabaseError,
    DatabaseTooNew,
)
from dataset.photos.store import PhotoStore
from dataset.storage import notes
from dataset.storage.database import Database
from dataset.storage.migrations import HEAD, REVISIONS
from dataset.storage.migrations.run import alembic_config, upgrade_on
from dataset.storage.schema import Base, Lease, Note, Person
from tests.dataset.world import NOON, World


def _catalogue(database: Database) -> dict[str, set[str]]:
    """Every table and index with what the database itself says of it."""
    with database.connection() as connection:
        if database.is_sqlite:
            rows = connection.execute(
                text(
                    "SELECT name, sql FROM sqlite_master "
                    "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
                )
            )
            found = {
                # A column that came later stands on the last line, as it was added.
                name: {
                    re.sub(r"\s+", " ", line).strip(" ,)")
                    # A table that was made anew has its name in quotes.
                    for line in re.split(
                        r"\n|, (?=\w+ (?:BOOLEAN|JSON|TEXT|VARCHAR|DATETIME))",
                        sql.replace(f'"{name}"', name),
                    )
                }
                for name, sql in rows
            }
        else:
            found = {}
            columns = connection.execute(
                text(
                    "SELECT table_name, column_name, data_type, character_maximum_length, "
                    "is_nullable FROM information_schema.columns WHERE table_schema = 'public'"
                )
            )
            for table, *column in columns:
                found.setdefault(table, set()).add(str(column))
            indexes = connection.execute(
                text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
            )
            found.update({name: {definition} for name, definition in indexes})
    return found


@pytest.fixture
def migrated_and_created(
    request: pytest.FixtureRequest, tmp_path: Path
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    urls = [f"sqlite:///{tmp_path / 'migrated'}", f"sqlite:///{tmp_path / 'created'}"]
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        urls = [server.empty(), server.empty()]
    migrated, created = Database(urls[0]), Database(urls[1])
    with migrated.connection() as connection:
        upgrade_on(connection)
        connection.commit()
    created.upgrade()
    catalogues = _catalogue(migrated), _catalogue(created)
    migrated.dispose()
    created.dispose()
    return catalogues


@pytest.mark.parametrize(
    "migrated_and_created",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
    indirect=True,
)
def test_the_migrations_end_at_what_a_new_database_gets(
    migrated_and_created: tuple[dict[str, set[str]], dict[str, set[str]]],
) -> None:
    """Step by step and at once come every table, column and index, and nothing else."""
    migrated, created = migrated_and_created

    assert created == migrated


def test_the_list_of_revisions_is_the_one_in_the_files(tmp_path: Path) -> None:
    """What a start compares with is what Alembic finds in the folder."""
    database = Database(f"sqlite:///{tmp_path / 'any'}")
    with database.connection() as connection:
        scripts = ScriptDirectory.from_config(alembic_config(connection))
    database.dispose()

    assert scripts.get_current_head() == HEAD
    assert list(REVISIONS) == [step.revision for step in reversed(list(scripts.walk_revisions()))]


def test_every_table_comes_back_after_going_down(tmp_path: Path) -> None:
    """Going down to nothing and up again gives the same database."""
    database = Database(f"sqlite:///{tmp_path / 'any'}")
    database.upgrade()
    before = _catalogue(database)
    with database.connection() as connection:
        command.downgrade(alembic_config(connection), "base")
        connection.commit()
    gone = _catalogue(database)
    database.upgrade()

    assert set(gone) == {"alembic_version"}
    assert before == _catalogue(database)
    database.dispose()


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_an_installation_that_went_back_comes_forward_again(tmp_path: Path, revision: str) -> None:
    """An operator tries the older release once more: its tables become the present ones again."""
    database = Database(f"sqlite:///{tmp_path / 'there and back'}")
    database.upgrade()
    before = _catalogue(database)
    database.dispose()
    engine = create_engine(f"sqlite:///{tmp_path / 'there and back'}")
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), revision)
    engine.dispose()

    assert database.upgrade()
    assert before == _catalogue(database)
    database.dispose()


def test_rows_outlive_the_step_that_makes_their_tables_anew(tmp_path: Path) -> None:
    """Everything is there afterwards, refers to what it did, and is held to it again."""
    database = Database(f"sqlite:///{tmp_path / 'old'}")
    later = [
        ("predictions", "is_incomplete", "BOOLEAN"),
        ("predictions", "is_preview", "BOOLEAN"),
        ("predictions", "looked_again", "BOOLEAN"),
        ("people", "telegram_language", "VARCHAR(8)"),
        ("photos", "file_name", "TEXT"),
    ]
    with database.connection() as connection:
        upgrade_on(connection, "0003")
        # What later steps add is written today, and was not there then.
        for table, column, kind in later:
            connection.execute(text(f"ALTER TABLE {table} ADD COLUMN {column} {kind}"))
        Base.metadata.tables["labels"].create(connection)
        connection.commit()
    world = World(database, PhotoStore(tmp_path / "photos"))
    answer, photo = world.kept_answer()
    world.claim(answer, label="grizzly")
    world.decide(photo, "label", label="grizzly")
    with database.connection() as connection:
        for table, column, _ in later:
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
        connection.execute(text("DROP TABLE labels"))
        connection.commit()
        columns = {
            table: [column["name"] for column in inspect(connection).get_columns(table)]
            for table in ("consents", "photos", "predictions", "claims", "verdicts")
        }
    before = _rows(database, columns)

    assert database.upgrade()
    assert before == _rows(database, columns)
    assert all(before.values())
    with pytest.raises(DatabaseConflict), database.session() as session:
        session.execute(text("DELETE FROM photos"))
    database.dispose()


def test_what_was_kept_as_a_lease_is_a_note(empty_url: str) -> None:
    """Who is signed in stays so, and what was done is not due again; locks stay locks."""
    database = Database(empty_url)
    with database.connection() as connection:
        upgrade_on(connection, "0011")
        for name, holder in (
            ("scheduler", "host:7"),
            ("bot", "42"),
            ("review-session:ab", "7"),
            ("retention-since:cd", NOON.isoformat()),
        ):
            connection.execute(
                text("INSERT INTO leases VALUES (:name, :holder, :until)"),
                {"name": name, "holder": holder, "until": "2999-01-01 00:00:00"},
            )
        connection.commit()

    assert database.upgrade()
    with database.session() as session:
        assert [("bot", "42"), ("scheduler", "host:7")] == [
            (lease.name, lease.holder)
            for lease in session.scalars(select(Lease).order_by(Lease.name))
        ]
        assert ("7", NOON.isoformat()) == tuple(
            notes.read(session, name) for name in ("review-session:ab", "retention-since:cd")
        )
        ends = select(Note.name).where(Note.until.is_(None))
        assert ["retention-since:cd"] == session.scalars(ends).all()
    database.dispose()


def _rows(
    database: Database, columns: Mapping[str, Sequence[str]]
) -> dict[str, list[tuple[object, ...]]]:
    with database.connection() as connection:
        return {
            table: [
                tuple(row)
                for row in connection.execute(text(f"SELECT {', '.join(names)} FROM {table}"))  # noqa: S608
            ]
            for table, names in columns.items()
        }


def test_upgrading_does_something_once(empty_url: str) -> None:
    """The first upgrade makes the tables; the second finds nothing to do."""
    database = Database(empty_url)

    assert [database.upgrade(), database.upgrade()] == [True, False]
    database.dispose()


def test_a_start_with_nothing_to_do_does_not_load_alembic(tmp_path: Path) -> None:
    """Alembic is imported only for older tables: neither for none nor for those of today."""
    url = f"sqlite:///{tmp_path / 'any'}"
    program = (
        "import sys; from dataset.storage.database import Database; "
        f"print(Database({url!r}).upgrade(), 'alembic' in sys.modules)"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(2)
    ]

    assert said == ["True False", "False False"]


def test_processes_that_start_together_upgrade_once(empty_url: str) -> None:
    """Of several that find an empty database at the same moment, one makes the tables."""
    databases = [Database(empty_url) for _ in range(6)]
    did: list[bool] = []
    start = threading.Barrier(len(databases))

    def upgrade(database: Database) -> None:
        start.wait()
        did.append(database.upgrade())

    threads = [threading.Thread(target=upgrade, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for database in databases:
        database.dispose()

    assert sorted(did) == [False] * 5 + [True]


def test_a_database_of_a_newer_version_is_left_alone(empty_url: str) -> None:
    """An unknown revision stops the start with a sentence that says what to do."""
    database = Database(empty_url)
    database.upgrade()
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseTooNew, match="newer version"):
        database.upgrade()
    database.dispose()


def test_a_session_that_fails_leaves_nothing(database: Database) -> None:
    """What was written before an error is rolled back."""

    def fail() -> None:
        with database.session() as session:
            session.add(Person(user_id=1))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    with database.reading() as session:
        assert session.get(Person, 1) is None


def test_rows_stay_readable_after_their_session(database: Database) -> None:
    """What a session returned can be read once it is closed."""
    with database.session() as session:
        somebody = Person(user_id=1, language="de")
        session.add(somebody)

    assert somebody.language == "de"


def test_a_contradicting_row_is_a_conflict(database: Database) -> None:
    """A violated constraint is reported as such, without the values."""
    insert = text("INSERT INTO people (user_id, thanks) VALUES (77123, true), (77123, true)")
    with pytest.raises(DatabaseConflict) as caught, database.session() as session:
        session.execute(insert)

    assert "77123" not in str(caught.value)


def test_nonsense_in_sql_is_a_database_error(database: Database) -> None:
    """What no other type fits is still of this room's tree."""
    with pytest.raises(DatabaseError), database.session() as session:
        session.execute(text("SELECT nothing FROM nowhere"))


def test_times_are_utc_and_aware(database: Database) -> None:
    """A time comes back as the same moment, with its zone, on either database."""
    from datetime import timedelta, timezone

    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    with database.session() as session:
        session.add(Person(user_id=1, consent_asked_at=elsewhere))
    with database.reading() as session:
        assert session.get_one(Person, 1).consent_asked_at == NOON


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    """A naive time is a mistake that must not be stored."""
    with pytest.raises(DatabaseError), database.session() as session:
        session.add(Person(user_id=1, consent_asked_at=NOON.replace(tzinfo=None)))


def test_sqlite_does_not_load_what_postgresql_needs() -> None:
    """The tables can be imported without PostgreSQL's dialect: it would be a tenth of a start."""
    asks = (
        "import sys, dataset.conversation.predictions;"
        "print([m for m in sys.modules if 'postgresql' in m])"
    )
    found = subprocess.run([sys.executable, "-c", asks], check=True, capture_output=True, text=True)
    assert "[]" == found.stdout.strip()


def test_the_next_step_is_written_from_the_steps_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m dataset.storage.next_migration` compares the schema with what the steps make."""
    from dataset.storage import next_migration as program

    compared: list[str] = []

    def revision(config: object, **_: object) -> None:
        connection = config.attributes["connection"]  # type: ignore[attr-defined]
        compared.extend(connection.scalars(text("SELECT name FROM sqlite_master")))

    monkeypatch.setattr(Base.metadata, "create_all", lambda *_args, **_options: None)
    monkeypatch.setattr(program.command, "revision", revision)
    monkeypatch.setattr(sys, "argv", ["dataset.storage.migrations", "add a colour"])

    assert program.main() == 0
    assert "predictions" in compared

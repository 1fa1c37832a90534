"""The database: opening it, sessions on it, upgrading its tables, and its errors.

SQLite is the default and needs no server; `postgresql://` URLs use psycopg 3. This module
translates the drivers' errors into the tree of `dataset.errors`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

from bear_detector.extras import how_to_install
from dataset.errors import (
    DatabaseCorrupt,
    DatabaseError,
    DatabaseLocked,
    DatabaseTooNew,
    DatabaseUnreachable,
)
from dataset.storage import tallies
from dataset.storage.engines import sqlite
from dataset.storage.engines.faults import SENTENCES, kind_of
from dataset.storage.migrations import HEAD, REVISIONS
from dataset.storage.schema import Base

BUSY_TIMEOUT_S = 10.0
ANSWER_WITHIN_S = 600.0
"""For one statement of a program that a person runs; the bot waits less."""
_UPGRADE_LOCK = 6_204_518_290
"""Key of the PostgreSQL advisory lock under which the tables are changed."""
_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Where Alembic notes the revision of the tables."""


class Database:
    """One database. Cheap to make: the first session opens it.

    A session belongs to one thread; any number of threads may each have one.
    """

    def __init__(
        self,
        url: str | URL,
        *,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
        answer_within_s: float = ANSWER_WITHIN_S,
    ) -> None:
        """`url` is `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`.

        A lock on SQLite is waited for `busy_timeout_s`; a server that does not answer a statement
        within `answer_within_s` counts as unreachable.

        Raises DatabaseUnreachable when the URL is invalid, or its driver is not installed.
        """
        try:
            parsed = make_url(url)
            if parsed.drivername == "postgresql":
                parsed = parsed.set(drivername="postgresql+psycopg")
            self.is_sqlite = parsed.get_backend_name() == "sqlite"
            self.file = Path(parsed.database or "") if self.is_sqlite else None
            self._name = str(parsed.database) + (f" on {parsed.host}" if parsed.host else "")
            self._engine = _open(parsed, busy_timeout_s, answer_within_s)
        except ArgumentError:
            raise DatabaseUnreachable(
                "DATABASE_URL is not a database's address; write sqlite:///FILE or "
                "postgresql://USER:PASSWORD@HOST/NAME."
            ) from None
        except (NoSuchModuleError, ModuleNotFoundError) as exc:
            raise DatabaseUnreachable(
                f"The driver for this DATABASE_URL is missing ({exc}); {how_to_install('postgres')}"
            ) from None
        self._reading = self._engine.execution_options(**{sqlite.BEGINS_WITH: "BEGIN"})
        self._unbundled = self._engine.execution_options(**{sqlite.BEGINS_WITH: ""})
        self._busy_timeout_s = busy_timeout_s
        self._kept: dict[int, Connection] = {}
        """The connection of each thread that has had a `transaction`."""

    def __repr__(self) -> str:
        return f"Database({self._name!r})"

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction that may write: committed at the end, rolled back when anything raises.

        On SQLite it holds the one write lock from its first statement, so nobody writes between its
        reads and its writes. Rows stay readable afterwards; their relations do not.
        """
        with self._translated(), Session(self._engine, expire_on_commit=False) as session:
            yield session
            if session.in_transaction():
                tallies.write_pending(session.connection())
            session.commit()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Like `session`, but for statements only, in half the time: for work on every photo.

        On SQLite each thread keeps its connection for the next one.
        """
        with self._translated(), self._lasting() as connection:
            assert not connection.in_transaction()
            try:
                yield connection
                tallies.write_pending(connection)
                connection.commit()
            except BaseException:
                if self.is_sqlite:
                    # After a failed begin or commit, the state of the connection is unknown.
                    connection.invalidate()
                    connection.close()
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads: one consistent state, never waits for a writer."""
        with self._translated(), Session(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def statements(self) -> Iterator[Session]:
        """A session whose every statement is a transaction of its own on SQLite.

        There it holds the write lock only while a statement runs, even when its thread then waits
        for the interpreter's lock: for writers in processes with long computations. On PostgreSQL,
        where only the row is locked, it is one transaction.
        """
        with self._translated(), Session(self._unbundled, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A plain connection with its errors translated, for copying whole databases."""
        with self._translated(), self._engine.connect() as connection:
            yield connection

    def upgrade(self) -> bool:
        """Bring the tables up to date; True when there was something to do. Else it takes
        milliseconds.

        Safe when several processes start at once: one does the work, the others wait.
        Raises DatabaseTooNew when a newer version of this program wrote it.
        """
        if self.file is not None:
            try:
                self.file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as exc:
                raise DatabaseUnreachable(
                    f"The folder {self.file.parent} cannot be made: {exc.strerror}."
                ) from exc
        with self._translated():
            if self._revision() == HEAD:
                return False
            if self.is_sqlite:
                sqlite.write_ahead(self._engine, within_s=self._busy_timeout_s)
            with self._restructuring() as connection:
                # Check again under the lock: another process may have upgraded meanwhile.
                found = self._known_revision(connection)
                if found == HEAD:
                    return False
                if found is None:
                    _create(connection)
                else:
                    # Imported only for older tables: a first start does not need it.
                    from dataset.storage.migrations.run import upgrade_on

                    upgrade_on(connection)
        return True

    def needs_upgrade(self) -> bool:
        """Whether `upgrade` has something to do. Raises DatabaseTooNew as it does."""
        with self._translated():
            return self._revision() != HEAD

    def ping(self) -> None:
        """Ask for next to nothing; raises whatever keeps the database from answering."""
        with self.connection() as connection:
            connection.execute(text("SELECT version_num FROM alembic_version"))

    def try_write(self) -> None:
        """Write something and roll it back; raises the error that a real write would meet."""
        with self.connection() as connection, connection.begin() as transaction:
            connection.execute(text("CREATE TABLE detector_probe (id INTEGER)"))
            transaction.rollback()

    def rewrite(self) -> None:
        """Rewrite SQLite's file and empty its write-ahead log, until both hold live rows alone.

        `secure_delete` overwrites what is deleted, and yet copies stay in the unused space of pages
        that were balanced before. Blocks other writers meanwhile: 3.5 s for a million predictions.
        Raises DatabaseLocked while somebody reads or writes, DatabaseFull without room for a second
        copy; nothing to do on PostgreSQL.
        """
        if not self.is_sqlite:
            return
        with self._translated(), self._unbundled.connect() as connection:
            connection.exec_driver_sql("VACUUM")
        self.empty_log()

    def empty_log(self) -> None:
        """Empty SQLite's write-ahead log, which holds what was overwritten until then.

        Raises DatabaseLocked while somebody reads or writes; nothing to do on PostgreSQL.
        """
        if not self.is_sqlite:
            return
        with self._translated(), self._unbundled.connect() as connection:
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        if busy:
            raise DatabaseLocked(self._sentence(DatabaseLocked))

    def check(self, *, thorough: bool = False) -> None:
        """Search the whole database for damage (SQLite) or ask the server (PostgreSQL).

        `thorough` also compares the indexes with their tables, which takes several times as long.
        Raises DatabaseCorrupt or DatabaseUnreachable. Seconds for a large file.
        """
        look = "PRAGMA integrity_check(1)" if thorough else "PRAGMA quick_check(1)"
        with self.connection() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT 1"))
            elif (found := connection.execute(text(look)).scalar()) != "ok":
                raise DatabaseCorrupt(self._sentence(DatabaseCorrupt) + f" ({found})")

    def dispose(self) -> None:
        """Close every connection; the next session opens new ones."""
        while self._kept:
            self._kept.popitem()[1].close()
        self._engine.dispose()

    @contextmanager
    def _lasting(self) -> Iterator[Connection]:
        if not self.is_sqlite:
            with self._engine.connect() as connection:  # checked to be alive
                yield connection
            return
        kept = self._kept.get(threading.get_ident())
        if kept is None or kept.closed:
            kept = self._kept[threading.get_ident()] = self._engine.connect()
        yield kept

    @contextmanager
    def _restructuring(self) -> Iterator[Connection]:
        """A transaction for changing tables, which keeps other processes out.

        In it SQLite checks no foreign keys: steps that make a table anew drop the old one.
        """
        if not self.is_sqlite:
            from dataset.storage.engines.postgresql import patient

            with self._engine.begin() as connection, patient(connection):
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK}
                )
                yield connection
            return
        with self._unbundled.connect() as connection:
            # It takes effect only outside a transaction, and this connection is not used again.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
            connection.execution_options(**{sqlite.BEGINS_WITH: "BEGIN IMMEDIATE"})
            try:
                with connection.begin():
                    yield connection
            finally:
                connection.invalidate()

    def _revision(self) -> str | None:
        with self._reading.connect() as connection:
            return self._known_revision(connection)

    def _known_revision(self, connection: Connection) -> str | None:
        revision = _revision_of(connection)
        if revision is not None and revision not in REVISIONS:
            raise DatabaseTooNew(
                f"The database {self._name} was written by a newer version of this program "
                f"(revision {revision}); install that version, or restore an older backup."
            )
        return revision

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as exc:
            raise self._translate(exc.orig or exc) from exc
        except sqlite3.Error as exc:
            raise self._translate(exc) from exc
        except SQLAlchemyError as exc:
            raise DatabaseError(f"{self._sentence(DatabaseError)} ({type(exc).__name__})") from exc

    def _translate(self, exc: BaseException) -> DatabaseError:
        kind = kind_of(exc)
        detail = "" if kind is not DatabaseError else f" ({str(exc).splitlines()[0]})"
        return kind(self._sentence(kind) + detail)

    def _sentence(self, kind: type[DatabaseError]) -> str:
        return f"The database {self._name} {SENTENCES[kind]}."


@contextmanager
def opened(url: str | URL) -> Iterator[Database]:
    """The database at this address, its tables up to date, closed at the end."""
    database = Database(url)
    try:
        database.upgrade()
        yield database
    finally:
        database.dispose()


def _revision_of(connection: Connection) -> str | None:
    table = (
        "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        if connection.dialect.name == "sqlite"
        # Not to_regclass(): its cache may lack what another process has just committed.
        else "SELECT 1 FROM pg_class WHERE relname = 'alembic_version' AND relkind = 'r' "
        "AND pg_table_is_visible(oid)"
    )
    if connection.execute(text(table)).first() is None:
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _create(connection: Connection) -> None:
    """Make today's tables directly, as all steps together would, and record the last revision.

    The way that Alembic's cookbook describes for an empty database ("Building an Up to Date
    Database from Scratch"); a test holds both ways against each other.
    """
    Base.metadata.create_all(connection, checkfirst=False)
    _VERSION.create(connection, checkfirst=True)
    connection.execute(_VERSION.insert().values(version_num=HEAD))


def _open(url: URL, busy_timeout_s: float, answer_within_s: float) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = sqlite.engine(url, busy_timeout_s)
    else:
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=True)
        # Imported only where it is wanted, and once SQLAlchemy has found the driver.
        from dataset.storage.engines.postgresql import bound_waits

        bound_waits(engine, answer_within_s)
    event.listen(engine, "begin", tallies.begin)
    return engine

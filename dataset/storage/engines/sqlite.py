"""SQLite: how its connections are set up and its transactions begin."""

from __future__ import annotations

import sqlite3
import time
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event

BEGINS_WITH = "detector_begins_with"
"""Execution option: the statement that begins a transaction; "" for none."""


def engine(url: URL, busy_timeout_s: float) -> Engine:
    """Connections that wait that long for a lock, and begin as `BEGINS_WITH` says."""
    made = create_engine(url, hide_parameters=True, connect_args={"timeout": busy_timeout_s})
    event.listen(made, "connect", _prepare)
    event.listen(made, "begin", _begin)
    return made


def write_ahead(of: Engine, *, within_s: float) -> None:
    """Switch to WAL, which the file remembers. SQLite does not wait for others here: this does."""
    deadline_s = time.monotonic() + within_s
    while True:
        connection = of.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as exc:
            if "locked" not in str(exc) or time.monotonic() > deadline_s:
                raise
            time.sleep(0.05)
        finally:
            connection.close()


def _prepare(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions itself: it begins late and without the lock.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA cache_size=-16000")
    # Forgotten data and handled updates must not survive in free pages.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    begin = connection.get_execution_options().get(BEGINS_WITH, "BEGIN IMMEDIATE")
    if begin:
        # Bypass SQLAlchemy, which spends as much on these two words as on any statement.
        driver = cast("sqlite3.Connection", connection.connection.driver_connection)
        driver.execute(begin)

"""Copying every row of one database into another, and proving that they are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select, text, tuple_

from dataset.errors import BackupError
from dataset.storage.schema import Base

_PORTION = 1000

Report = Callable[[str, int], None]
"""Called with a table's name and the number of rows done."""


def copy_rows(source: Connection, target: Connection, *, report: Report) -> dict[str, int]:
    """Copy all tables inside the transactions that both connections have open; returns counts.

    The target's tables exist and are empty (`require_empty`). The ids stay the same, and the
    target goes on counting after them. Constant memory, linear time.
    """
    counts: dict[str, int] = {}
    for table in Base.metadata.sorted_tables:
        done = 0
        for rows in _portions(source, table):
            target.execute(insert(table), [dict(row._mapping) for row in rows])
            done += len(rows)
            report(table.name, done)
        counts[table.name] = done
        _count_on(source, target, table)
    return counts


def verify_rows(source: Connection, target: Connection) -> dict[str, int]:
    """Compare all tables row by row, every value; returns how many rows each has.

    Raises BackupError with the first difference.
    """
    counts: dict[str, int] = {}
    for table in Base.metadata.sorted_tables:
        counts[table.name] = 0
        for ours, theirs in zip_longest(_rows(source, table), _rows(target, table)):
            if ours is None or theirs is None or tuple(ours) != tuple(theirs):
                raise BackupError(
                    f"The copy differs in table {table.name} at row {_name(table, ours, theirs)}; "
                    "nothing was changed. Is something still writing to the database?"
                )
            counts[table.name] += 1
    return counts


def require_empty(target: Connection, *, name: str) -> None:
    """Raises BackupError when any table of the target has a row."""
    for table in Base.metadata.sorted_tables:
        if target.execute(select(text("1")).select_from(table).limit(1)).first() is not None:
            raise BackupError(f"{name} is not empty: table {table.name} has rows.")


def empty(target: Connection) -> None:
    """Delete every row of every table."""
    for table in reversed(Base.metadata.sorted_tables):
        target.execute(table.delete())


def _portions(connection: Connection, table: Table) -> Iterator[list[Row[Any]]]:
    """All rows by primary key, a thousand at a time."""
    keys = list(table.primary_key.columns)
    query = select(table).order_by(*keys).limit(_PORTION)
    rows = list(connection.execute(query))
    while rows:
        yield rows
        if len(rows) < _PORTION:
            return
        last = [rows[-1]._mapping[key] for key in keys]
        after = keys[0] > last[0] if len(keys) == 1 else tuple_(*keys) > tuple_(*last)
        rows = list(connection.execute(query.where(after)))


def _rows(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    for rows in _portions(connection, table):
        yield from rows


def leave_a_gap(connection: Connection, gap: int) -> None:
    """Raise the id counters (SQLite) by this much, for a database that is older than ids given
    since."""
    for table in Base.metadata.sorted_tables:
        if _gives_once(table):
            _set_counter(connection, table, _counter(connection, table) + gap)


def _count_on(source: Connection, target: Connection, table: Table) -> None:
    """Raise the target's id counters to the higher of both, which may lie beyond the remaining
    ids."""
    column = table.autoincrement_column
    if column is None or (target.dialect.name == "sqlite" and not _gives_once(table)):
        return
    highest = target.execute(select(func.max(column))).scalar() or 0
    counter = max(highest, _counter(source, table), _counter(target, table))
    if counter:
        _set_counter(target, table, counter)


def _gives_once(table: Table) -> bool:
    return bool(table.dialect_options["sqlite"]["autoincrement"])


def _counter(connection: Connection, table: Table) -> int:
    """The highest id ever given; 0 for none, and where SQLite does not remember."""
    if connection.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        return connection.execute(query, {"table": table.name}).scalar() or 0
    sequence = connection.execute(
        text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table.name}
    ).scalar_one()
    last, is_called = connection.execute(
        text(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608 - the server's own word
    ).one()
    return int(last) if is_called else 0


def _set_counter(connection: Connection, table: Table, counter: int) -> None:
    values = {"table": table.name, "counter": counter}
    if connection.dialect.name != "sqlite":
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :counter)"), values
        )
        return
    connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), values)
    connection.execute(text("INSERT INTO sqlite_sequence VALUES (:table, :counter)"), values)


def _name(table: Table, *rows: Row[Any] | None) -> str:
    row = next(row for row in rows if row is not None)
    return ", ".join(f"{key.name}={row._mapping[key]}" for key in table.primary_key.columns)

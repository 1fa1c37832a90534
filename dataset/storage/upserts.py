"""INSERT … ON CONFLICT, which SQLAlchemy spells differently for each database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def upsert(session: Session, table: type[Any]) -> sqlite.Insert | postgresql.Insert:
    """An insert into `table` that takes `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return upsert_on(session.get_bind().dialect.name, table)


def upsert_on(dialect: str, table: type[Any]) -> sqlite.Insert | postgresql.Insert:
    """The same by the name of the database, for statements that are built once."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    # PostgreSQL's dialect loads its drivers: a tenth of a start on SQLite.
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)

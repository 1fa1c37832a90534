"""INSERT … ON CONFLICT, which both databases know and SQLAlchemy spells once for each."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def upsert(session: Session, table: type[Any]) -> sqlite.Insert | postgresql.Insert:
    """An insert into `table` that takes `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return upsert_on(session.get_bind().dialect.name, table)


def upsert_on(dialect: str, table: type[Any]) -> sqlite.Insert | postgresql.Insert:
    """The same by the name of the database, for statements that are built once."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)

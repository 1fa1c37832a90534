"""Ids that SQLite does not give again; on PostgreSQL sequences never do.

SQLite cannot change a primary key: a table is made anew, as https://sqlite.org/lang_altertable.html
describes it, with foreign keys off (`Database.upgrade` turns them off for its steps).
"""

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("consents", "photos", "predictions", "claims", "verdicts")
_COLUMN = "id INTEGER NOT NULL"
_AGAIN = "id INTEGER NOT NULL PRIMARY KEY"
"""What `from_once` leaves: such a table may come here a second time."""
_ONCE = "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT"
_KEY = r",\s*(?:CONSTRAINT \w+ )?PRIMARY KEY \(id\)"


def upgrade() -> None:
    for table in TABLES:
        _rebuild(table, to_once)


def downgrade() -> None:
    for table in TABLES:
        _rebuild(table, from_once)


def to_once(definition: str) -> str:
    known = definition.replace(_AGAIN, _COLUMN, 1)
    return re.sub(_KEY, "", known.replace(_COLUMN, _ONCE, 1), count=1)


def from_once(definition: str) -> str:
    return definition.replace(_ONCE, _AGAIN, 1)


def _rebuild(table: str, change: Callable[[str], str]) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    kept = sa.text(
        "SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"
    )
    found = connection.execute(kept, {"table": table}).all()
    (definition,) = (sql for kind, sql in found if kind == "table")
    new = change(definition)
    if new == definition:
        raise RuntimeError(f"the table {table} is not as it was made: {definition}")
    new = re.sub(rf'^CREATE TABLE "?{table}"?', f"CREATE TABLE {table}_anew", new, count=1)
    connection.exec_driver_sql(new)
    connection.exec_driver_sql(f"INSERT INTO {table}_anew SELECT * FROM {table}")  # noqa: S608
    connection.exec_driver_sql(f"DROP TABLE {table}")
    connection.exec_driver_sql(f"ALTER TABLE {table}_anew RENAME TO {table}")
    for kind, sql in found:
        if kind != "table":
            connection.exec_driver_sql(sql)
    broken = connection.exec_driver_sql(f"PRAGMA foreign_key_check({table})").first()
    if broken is not None:
        raise RuntimeError(f"a row of {table} refers to one that is not there: {broken}")

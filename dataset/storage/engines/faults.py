"""Which of this room's errors a driver's fault is, and the sentence for it."""

from __future__ import annotations

from dataset.errors import (
    DatabaseConflict,
    DatabaseCorrupt,
    DatabaseDiskFault,
    DatabaseError,
    DatabaseFull,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseUnreachable,
)

_SQLITE_MESSAGES: tuple[tuple[str, type[DatabaseError]], ...] = (
    ("is locked", DatabaseLocked),
    ("readonly", DatabaseReadOnly),
    ("malformed", DatabaseCorrupt),
    ("not a database", DatabaseCorrupt),
    ("disk is full", DatabaseFull),
    ("unable to open", DatabaseUnreachable),
    ("disk i/o error", DatabaseDiskFault),
    ("constraint failed", DatabaseConflict),
)
_POSTGRESQL_STATES: tuple[tuple[str, type[DatabaseError]], ...] = (
    ("55P03", DatabaseLocked),
    ("40", DatabaseLocked),
    ("25006", DatabaseReadOnly),
    ("XX001", DatabaseCorrupt),
    ("XX002", DatabaseCorrupt),
    ("53", DatabaseFull),
    ("08", DatabaseUnreachable),
    ("57P", DatabaseUnreachable),
    ("28", DatabaseUnreachable),
    ("3D000", DatabaseUnreachable),
    ("23", DatabaseConflict),
)
SENTENCES: dict[type[DatabaseError], str] = {
    DatabaseLocked: "is locked by another program; stop that program, or try again in a moment",
    DatabaseReadOnly: "cannot be written; check the owner and the permissions of its folder",
    DatabaseCorrupt: "is damaged or no database; put it aside and restore the last backup "
    "(bear-detector restore)",
    DatabaseFull: "has no space left; free some and try again",
    DatabaseUnreachable: "cannot be opened; check DATA_DIR, DATABASE_URL and that it is running",
    DatabaseDiskFault: "cannot be read or written: its disk reports an error; see whether it is "
    "full, over a quota or failing",
    DatabaseConflict: "refused a row that contradicts another",
    DatabaseError: "did not do what it was asked",
}


def kind_of(exc: BaseException) -> type[DatabaseError]:
    """The kind of what SQLite, psycopg or the connection raised."""
    state = getattr(exc, "sqlstate", None)
    if state is not None:
        for prefix, kind in _POSTGRESQL_STATES:
            if state.startswith(prefix):
                return kind
        return DatabaseError
    message = str(exc).lower()
    for words, kind in _SQLITE_MESSAGES:
        if words in message:
            return kind
    # psycopg gives no state when the connection itself is gone.
    return DatabaseUnreachable if "connection" in message else DatabaseError

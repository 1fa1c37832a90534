"""What forgetting still has to erase after its commit, until no file on this machine holds it.

Photo files whose store did not answer, features in training's caches, copies that a restore moved
aside, and deleted rows in SQLite's files, which stay there until the files are rewritten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from dataset.backup.aside import remove_aside
from dataset.errors import DatabaseError, DatabaseLocked
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from dataset.storage.schema import Forgotten, utc_now

CACHES = ("features.sqlite3", "similar.sqlite3")
"""Files of training in DATA_DIR whose rows name a photo by its `sha256`."""

_LOOKS_BACK = timedelta(days=2)
"""Retention removes what stays longer; it checks every file each night."""
_WAIT_S = 5.0


def erase(
    database: Database,
    store: PhotoStore,
    data_dir: Path,
    is_asked: bool = True,
    *,
    now: datetime | None = None,
) -> None:
    """Remove what is left of photos that were forgotten lately; may be called at any time, again.

    `is_asked` says that somebody was forgotten just now, with or without photos. Raises
    PhotoStoreError while the store does not answer, DatabaseLocked while another program uses the
    database or a cache.
    """
    now = now or utc_now()
    with database.reading() as session:
        rows = session.execute(
            select(Forgotten.sha256, Forgotten.forgotten_at).where(
                Forgotten.forgotten_at >= now - _LOOKS_BACK
            )
        ).all()
    forgotten = [sha256 for sha256, _ in rows]
    store.remove_all(forgotten)
    last = now if is_asked else max((at for _, at in rows), default=None)
    for name in CACHES:
        _erase_rows(data_dir / name, forgotten)
    if last is None:  # an ordinary start: nobody waits for a million rows to be written again
        database.empty_log()
        return
    remove_aside(database, store, before=last)
    database.rewrite()


def _erase_rows(file: Path, forgotten: Sequence[str]) -> None:
    if not file.is_file() or not forgotten:
        return
    try:
        with closing(sqlite3.connect(file, timeout=_WAIT_S, isolation_level=None)) as cache:
            cache.execute("PRAGMA secure_delete=ON")
            deleted = 0
            for table in _tables(cache):
                deleted += cache.executemany(
                    f'DELETE FROM "{table}" WHERE sha256 = ?',  # noqa: S608 - the file's own name
                    [(name,) for name in forgotten],
                ).rowcount
            if deleted:
                cache.execute("VACUUM")
            busy, *_ = cache.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as exc:
        raise DatabaseError(f"The cache {file} cannot be written ({exc}).") from exc
    if busy:
        raise DatabaseLocked(f"The cache {file} is in use by another program.")


def _tables(cache: sqlite3.Connection) -> list[str]:
    found = cache.execute(
        "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c "
        "WHERE m.type = 'table' AND c.name = 'sha256'"
    )
    return [name for (name,) in found]

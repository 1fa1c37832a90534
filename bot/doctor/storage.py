"""Checks of the database, the folders and the kept photos."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import URL

from bot.doctor.examination import Finding, fail, ok, warn
from bot.process.disk import shortage
from bot.settings import BotSettings
from dataset.errors import (
    DatabaseCorrupt,
    DatabaseError,
    DatabaseFull,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseTooNew,
    DatabaseUnreachable,
    PhotoStoreError,
)
from dataset.photos.opening import store_of
from dataset.storage import leases, sealing
from dataset.storage.database import Database
from objects.bucket import Bucket
from objects.errors import ObjectsError

_COMFORTABLE_BYTES = 1 << 30
_PHOTOS_TRIED = 50

_ADVICE: tuple[tuple[type[DatabaseError], str], ...] = (
    (DatabaseTooNew, "upgrade this program, or restore the backup from before the upgrade"),
    (
        DatabaseCorrupt,
        "stop the bot, move the file with its -wal aside, and restore the last backup with "
        "bear-detector restore FILE --force",
    ),
    (DatabaseFull, "make room on the disk"),
    (DatabaseLocked, "find the program that holds it, and end it"),
    (DatabaseReadOnly, "give the file and its folder to the user that runs the bot"),
    (
        DatabaseUnreachable,
        "check DATABASE_URL, whether its server runs, and who owns the file and its folder",
    ),
    (DatabaseError, "look at DATABASE_URL and at the database's own log"),
)


def check_database(settings: BotSettings) -> Iterator[Finding]:
    """Whether it opens, fits this program's version, is undamaged and accepts writes."""
    database: Database | None = None
    try:
        database = Database(settings.resolved_database_url)
        if database.file is not None and not database.file.exists():
            yield ok(f"{database.file} is made at the first start")
            return
        outdated = database.needs_upgrade()
        database.check(thorough=True)
        database.try_write()
    except DatabaseError as exc:
        yield fail(str(exc), next(advice for kind, advice in _ADVICE if isinstance(exc, kind)))
    else:
        name = database.file if database.is_sqlite else repr(database)
        age = "the next start brings its tables up to date" if outdated else "up to date"
        yield ok(f"{name} is whole, takes writes, {age}")
        if database.file is not None and _others_may_read(database.file):
            yield warn(
                f"other users of this machine may read {database.file}",
                f"run chmod 600 {database.file}",
            )
    finally:
        if database is not None:
            database.dispose()


def has_a_bot(database_url: str | URL) -> bool:
    """Whether a bot runs on this database; True where that cannot be known."""
    database: Database | None = None
    try:
        database = Database(database_url)
        if database.file is not None and not database.file.exists():
            return False
        with database.reading() as session:
            return leases.holder_of(session, leases.TENANT) is not None
    except DatabaseError:  # said of the database
        return True
    finally:
        if database is not None:
            database.dispose()


def check_folders(settings: BotSettings) -> Iterator[Finding]:
    """DATA_DIR and MODELS_DIR: there or to be made, writable, on a disk with room, not shared."""
    yield from _folder("DATA_DIR", settings.data_dir, settings.disk_reserve_mb)
    if settings.data_dir.is_dir() and _others_may_read(settings.data_dir):
        yield warn(
            f"other users of this machine may look into {settings.data_dir}",
            f"run chmod 700 {settings.data_dir}",
        )
    yield from _folder("MODELS_DIR", settings.models_dir, settings.disk_reserve_mb)
    if settings.models_dir.is_dir() and settings.models_dir.stat().st_mode & 0o022:
        yield warn(
            f"other users of this machine may put models into {settings.models_dir}",
            f"run chmod go-w {settings.models_dir}: who can write there decides what the bot says",
        )


def check_stores(settings: BotSettings) -> Iterator[Finding]:
    """Whether the object stores, where there are any, answer and let this program in."""
    named = (("PHOTOS_URL", settings.photos_url), ("MODELS_URL", settings.models_url))
    for name, url in named:
        if not url:
            continue
        try:
            next(Bucket(url, endpoint_url=settings.s3_endpoint_url).list(), None)
        except ObjectsError as exc:
            yield fail(
                f"{name}: {exc}",
                f"check {name}, S3_ENDPOINT_URL and AWS's own variables (AWS_ACCESS_KEY_ID, …)",
            )
        else:
            yield ok(f"{name} answers")
    if not any(url for _, url in named):
        yield ok("none: photos and models lie on this machine")


def check_photos(settings: BotSettings) -> Iterator[Finding]:
    """Whether PHOTO_KEY opens the kept photos, tried on some of them."""
    tried = plain = 0
    try:
        store = store_of(settings)
        some = list(itertools.islice(store.hashes(), _PHOTOS_TRIED))
    except PhotoStoreError as exc:
        yield fail(str(exc), "see what is said of the object stores")
        return
    for sha256 in some:
        try:
            store.get(sha256)
            plain += not sealing.is_sealed(store.stored(sha256))
        except PhotoStoreError as exc:
            yield fail(
                str(exc),
                "put the key it was encrypted with back into PHOTO_KEY, after a comma; a damaged "
                "file comes back with a backup",
            )
            return
        tried += 1
    if tried == 0:
        yield ok("none is kept yet")
    elif plain and settings.photo_keys:
        yield warn(
            f"{plain} of {tried} tried are not encrypted although PHOTO_KEY is set",
            "run bear-detector rekey",
        )
    else:
        yield ok(f"{tried} tried, {'plain' if plain else 'PHOTO_KEY opens them'}")


def _folder(name: str, folder: Path, reserve_mb: int) -> Iterator[Finding]:
    there = folder if folder.exists() else _nearest(folder)
    if not there.is_dir():
        yield fail(
            f"{name} lies below {there}, which is not a folder", f"set {name} to another place"
        )
        return
    try:
        with tempfile.TemporaryFile(dir=there):
            free_bytes = shutil.disk_usage(there).free
    except OSError as exc:
        yield fail(
            f"{name} is {folder}, and {there} takes no files: {exc.strerror}",
            "give it to the user that runs the bot, and see that its disk is neither full nor "
            "mounted read-only",
        )
        return
    room = f"{free_bytes / 2**30:.1f} GB free"
    if problem := shortage(there, reserve_mb=reserve_mb):
        yield fail(
            f"{name}: {problem}",
            "make room: old backups, candidates/, logs/, models beyond those you need",
        )
    elif free_bytes < _COMFORTABLE_BYTES:
        yield warn(f"{name} ({there}) has {room}", "make room before it is full")
    else:
        yield ok(f"{name} is {folder}, {room}" + ("" if there is folder else ", to be made"))


def _nearest(folder: Path) -> Path:
    """The closest folder above that exists."""
    return next(parent for parent in folder.absolute().parents if parent.exists())


def _others_may_read(path: Path) -> bool:
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)

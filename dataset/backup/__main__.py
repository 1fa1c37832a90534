"""`python -m dataset.backup FILE`: everything that cannot be made again, in one file.

A tar file with the database (always as SQLite), the kept photos as stored (encrypted ones stay so:
keep PHOTO_KEY elsewhere) and the published models. The copy is consistent while the bot runs: first
the database, then the photos that it names, which never change. The last entry lists the contents
with their hashes; without it a backup is incomplete.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from pydantic import Field, field_validator
from sqlalchemy import select

from bear_detector.parsing import CommandParser, command_parser
from dataset.backup.copying import copy_rows
from dataset.backup.run_command import run_command
from dataset.errors import BackupError, PhotoMissing
from dataset.photos.opening import store_of
from dataset.photos.store import PhotoStore
from dataset.settings import DatasetSettings
from dataset.storage.database import Database
from dataset.storage.schema import Photo, utc_now
from objects.bucket import Bucket
from objects.errors import ObjectsError
from objects.loading import load_settings
from objects.settings import SettingsPath, check_store_url

FORMAT = 1
DATABASE, PHOTOS, MODELS, CONTENTS = "detector.sqlite3", "photos", "models", "contents.json"
CURRENT, HISTORY = "CURRENT", "HISTORY"


class BackupSettings(DatasetSettings):
    """The settings of a backup: the data and the published models."""

    models_dir: SettingsPath = Field(
        default=Path("models/published"), description="folder of the published models"
    )
    models_url: str = Field(
        default="",
        description="s3://bucket/prefix for models that several machines share; empty means "
        "MODELS_DIR alone",
    )

    @field_validator("models_url")
    @classmethod
    def _known_models(cls, url: str) -> str:
        return check_store_url(url)

    @property
    def models(self) -> Path | Bucket:
        """The published models: MODELS_URL's objects, else MODELS_DIR.

        Raises BackupError when MODELS_URL needs what is not installed.
        """
        if not self.models_url:
            return self.models_dir
        try:
            return Bucket(self.models_url, endpoint_url=self.s3_endpoint_url)
        except ObjectsError as exc:
            raise BackupError(str(exc)) from exc


@dataclass
class Contents:
    """Counts of a backup's contents."""

    photos: int = 0
    missing_photos: int = 0
    """Rows whose file was gone, such as photos forgotten while the backup ran."""
    model_files: int = 0
    hashes: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each entry as it lies in the file."""


def back_up(database: Database, store: PhotoStore, models: Path | Bucket, file: Path) -> Contents:
    """Write a backup to `file`, which appears only when it is whole.

    `models` is the folder of the published ones, or the objects that several machines share.

    Needs space for a second copy of the database. Raises BackupError, DatabaseError.
    """
    contents = Contents()
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
            snapshot, whole = Path(folder) / DATABASE, Path(folder) / "backup.tar"
            _copy_database(database, snapshot)
            with _private(whole) as raw, tarfile.open(fileobj=raw, mode="w") as archive:
                _add(archive, DATABASE, snapshot, contents)
                _add_photos(archive, snapshot, store, contents)
                if isinstance(models, Bucket):
                    _add_shared_models(archive, models, contents)
                else:
                    for path in _published(models):
                        name = f"{MODELS}/{path.relative_to(models).as_posix()}"
                        contents.model_files += _add(archive, name, path, contents)
                _add_contents(archive, contents)
            whole.replace(file)
    except OSError as exc:
        raise BackupError(f"The backup {file} cannot be written: {exc.strerror}.") from exc
    except ObjectsError as exc:
        raise BackupError(f"The models cannot be read: {exc}") from exc
    return contents


def _copy_database(database: Database, snapshot: Path) -> None:
    if database.file is not None:
        if not database.file.is_file():
            raise BackupError(f"The database {database.file} does not exist.")
        # Read the database first, so that our own words report damage.
        with database.reading() as session:
            session.scalars(select(Photo.id).limit(1)).all()
        try:
            with (
                closing(sqlite3.connect(database.file)) as source,
                closing(sqlite3.connect(snapshot)) as target,
            ):
                source.backup(target)
                target.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error as exc:
            raise BackupError(
                f"The database cannot be copied ({exc}): the backup wants as much room again as "
                "the database takes, beside the file that it writes."
            ) from exc
        return
    database.upgrade()  # the copy has the present tables
    copy = Database(f"sqlite:///{snapshot}")
    copy.upgrade()
    with database.connection() as old, copy.connection() as new, old.begin(), new.begin():
        old.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        copy_rows(old, new, report=lambda _table, _done: None)
    copy.dispose()


def _add_photos(
    archive: tarfile.TarFile, snapshot: Path, store: PhotoStore, contents: Contents
) -> None:
    with closing(sqlite3.connect(snapshot)) as connection:
        for (sha256,) in connection.execute("SELECT sha256 FROM photos ORDER BY sha256"):
            try:
                content = store.stored(sha256)
            except PhotoMissing:
                contents.missing_photos += 1
                continue
            _add_content(archive, f"{PHOTOS}/{sha256[:2]}/{sha256}.jpg", content, contents)
            contents.photos += 1


def _add_shared_models(archive: tarfile.TarFile, models: Bucket, contents: Contents) -> None:
    """The models as a folder would hold them: CURRENT, HISTORY and the bundles.

    The object CURRENT has a line for each change; the last one counts.
    """
    if models.has(CURRENT):
        history = models.get(CURRENT)
        version = history.split()[-1:] or [b""]
        _add_content(archive, f"{MODELS}/{CURRENT}", version[0] + b"\n", contents)
        _add_content(archive, f"{MODELS}/{HISTORY}", history, contents)
        contents.model_files += 2
    for stored in models.list():
        if stored.name != CURRENT:
            content = models.get(stored.name)
            _add_content(archive, f"{MODELS}/{stored.name}", content, contents)
            contents.model_files += 1


def _published(models_dir: Path) -> Iterator[Path]:
    """Copy CURRENT first: the version that it names existed before."""
    if not models_dir.is_dir():
        return
    current = models_dir / CURRENT
    if current.is_file():
        yield current
    for path in sorted(models_dir.rglob("*")):
        relative = path.relative_to(models_dir)
        half_written = any(part.startswith(".") for part in relative.parts)
        if path.is_file() and path != current and not half_written:
            yield path


def _add(archive: tarfile.TarFile, name: str, path: Path, contents: Contents) -> bool:
    """Add one file and note its hash; False when it is gone."""
    try:
        with path.open("rb") as file:
            reader = _Hashing(file)
            entry = tarfile.TarInfo(name)
            entry.size = os.fstat(file.fileno()).st_size
            entry.mode = 0o600
            entry.mtime = int(utc_now().timestamp())
            archive.addfile(entry, reader)
    except FileNotFoundError:
        return False
    contents.hashes[name] = reader.digest.hexdigest()
    return True


def _add_content(archive: tarfile.TarFile, name: str, content: bytes, contents: Contents) -> None:
    """Like `_add_file`, for bytes in memory."""
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mode = 0o600
    entry.mtime = int(utc_now().timestamp())
    archive.addfile(entry, io.BytesIO(content))
    contents.hashes[name] = hashlib.sha256(content).hexdigest()


def _add_contents(archive: tarfile.TarFile, contents: Contents) -> None:
    listed = {
        "format": FORMAT,
        "made_at": utc_now().isoformat(),
        "photos": contents.photos,
        "missing_photos": contents.missing_photos,
        "model_files": contents.model_files,
        "sha256": contents.hashes,
    }
    content = json.dumps(listed).encode()
    entry = tarfile.TarInfo(CONTENTS)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


class _Hashing(io.RawIOBase):
    """A file that hashes what a reader takes from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self.digest.update(content)
        return content


def _private(path: Path) -> IO[bytes]:
    """A new file that only its owner can read: it holds people's messages and photos."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(handle, "w+b")


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)

    def work() -> None:
        settings = load_settings(BackupSettings)
        database = Database(settings.resolved_database_url)
        store, models = store_of(settings), settings.models
        try:
            contents = back_up(database, store, models, options.file)
        finally:
            database.dispose()
        counts = {
            "photos": contents.photos,
            "missing_photos": contents.missing_photos,
            "model_files": contents.model_files,
            "bytes": options.file.stat().st_size,
        }
        if options.json:
            print(json.dumps(counts))
        else:
            print(
                f"{options.file}: the database, {contents.photos} photos, "
                f"{contents.model_files} files of models, {counts['bytes'] / 1e6:.1f} MB."
            )

    return run_command(work)


def parser() -> CommandParser:
    command = command_parser(
        "dataset.backup",
        "Copy database, kept photos and published models into one file, while the bot runs.",
        (
            "bears.tar",
            '"bears-$(date +%a).tar" # one for each day of the week',
        ),
    )
    command.add_argument("file", type=Path, metavar="FILE", help="where to write the backup")
    command.add_argument("--json", action="store_true", help="print the counts as one object")
    return command


if __name__ == "__main__":
    sys.exit(main())

"""`python -m dataset.restore FILE`: restore a backup. Stop the bot first.

It unpacks everything beside its place and checks it against the hashes in the backup before it
touches anything. It refuses to replace existing data; with `--force` it moves that aside and
deletes nothing, but forgetting and retention do (`dataset.backup.aside`). To an object store it
adds the backup's photos and models.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ValidationError
from sqlalchemy import URL

from bear_detector.parsing import CommandParser, command_parser
from dataset.backup.__main__ import CONTENTS, DATABASE, FORMAT, MODELS, PHOTOS, BackupSettings
from dataset.backup.aside import KEPT, name_aside
from dataset.backup.copying import copy_rows, empty, leave_a_gap, require_empty
from dataset.backup.run_command import run_command
from dataset.backup.sharing import put_models, put_photos
from dataset.errors import BackupError
from dataset.photos.opening import store_of
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from dataset.storage.schema import utc_now
from objects.bucket import Bucket
from objects.errors import ObjectsError
from objects.loading import load_settings

_PORTION_BYTES = 1 << 20
_GAP = 1_000_000
"""Ids to skip after a restore: more than are given between two backups."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """The destinations."""

    database_url: str | URL
    photos_dir: Path
    models_dir: Path
    shared_photos: PhotoStore | None = None
    """The photos' destination when several machines share them."""
    shared_models: Bucket | None = None


@dataclass(frozen=True, kw_only=True)
class Restored:
    """Counts of restored things."""

    photos: int
    model_files: int
    moved_aside: list[Path]
    """The previous data, under its new names."""


def restore(file: Path, places: Places, *, force: bool = False) -> Restored:
    """Restore the backup `file`; raises BackupError and changes nothing when it cannot.

    Needs space for one more copy of everything.
    """
    database = Database(places.database_url)
    try:
        taken = {
            place: aside
            for place, aside in _targets(database, places, utc_now()).items()
            if _is_taken(place)
        }
        if taken and not force:
            raise BackupError(
                f"{next(iter(taken))} is there already; choose another DATA_DIR, or pass --force "
                "to move it aside."
            )
        if not force:
            _require_no_objects(places)
        beside = places.photos_dir.parent
        beside.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=beside, prefix=".restore-") as folder:
            unpacked = Path(folder)
            names = _unpack(file, unpacked)
            _bring_up_to_date(unpacked / DATABASE)
            if database.file is None:
                _fill(database, unpacked / DATABASE, force=force)
            for place, aside in taken.items():
                place.rename(aside)
            if places.shared_photos is None:
                _put(unpacked / PHOTOS, places.photos_dir)
            else:
                put_photos(unpacked / PHOTOS, places.shared_photos)
            if places.shared_models is None:
                _put(unpacked / MODELS, places.models_dir)
            else:
                put_models(unpacked / MODELS, places.shared_models)
            if database.file is not None:
                _put(unpacked / DATABASE, database.file)
    except OSError as exc:
        raise BackupError(f"The backup cannot be restored: {exc.strerror or exc}.") from exc
    except ObjectsError as exc:
        raise BackupError(f"The backup cannot be restored: {exc}") from exc
    finally:
        database.dispose()
    return Restored(
        photos=sum(name.startswith(f"{PHOTOS}/") for name in names),
        model_files=sum(name.startswith(f"{MODELS}/") for name in names),
        moved_aside=list(taken.values()),
    )


def _require_no_objects(places: Places) -> None:
    """Objects in a shared store belong to other machines, too."""
    photos = places.shared_photos is not None and next(places.shared_photos.hashes(), None)
    models = places.shared_models is not None and next(places.shared_models.list(), None)
    if photos or models:
        raise BackupError(
            "The object store holds photos or models already; choose another PHOTOS_URL and "
            "MODELS_URL, or pass --force to add the backup's to them."
        )


def _targets(database: Database, places: Places, now: datetime) -> dict[Path, Path]:
    """What a restore replaces, and the new names for it."""
    targets = {
        place: name_aside(place, now)
        for place, shared in (
            (places.photos_dir, places.shared_photos),
            (places.models_dir, places.shared_models),
        )
        if shared is None
    }
    if database.file is not None:
        # A write-ahead log belongs to its database, by name: it must go along with the old one.
        for ending in ("", "-wal", "-shm"):
            name = database.file.name
            log = database.file.with_name(name + ending)
            targets[log] = name_aside(database.file, now, ending)
    return targets


def _is_taken(place: Path) -> bool:
    return any(place.iterdir()) if place.is_dir() else place.exists()


def _unpack(file: Path, folder: Path) -> dict[str, str]:
    """Unpack everything into `folder` and check it against the backup's own list; the hashes by
    name."""
    try:
        with tarfile.open(file, mode="r:") as archive:
            contents, found = _extract(archive, folder)
    except ValidationError as exc:
        raise BackupError(f"{file} is damaged: its list of contents cannot be read.") from exc
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as exc:
        raise BackupError(f"{file} is not a backup of this program, or damaged ({exc}).") from exc
    except FileNotFoundError as exc:
        raise BackupError(f"The file {exc.filename} does not exist.") from exc
    if contents is None:
        raise BackupError(f"{file} is not whole: its end is missing.")
    if contents.format != FORMAT:
        raise BackupError(f"{file} was written by another version of this program.")
    if contents.sha256 != found:
        raise BackupError(f"{file} is damaged: its content does not match its hashes.")
    if DATABASE not in found:
        raise BackupError(f"{file} holds no database.")
    return found


def _extract(archive: tarfile.TarFile, folder: Path) -> tuple[_Contents | None, dict[str, str]]:
    """The backup's own list, if it has one, and the hashes of what lies in `folder` now."""
    contents, found = None, {}
    for entry in archive:
        source = archive.extractfile(entry) if _is_ours(entry) else None
        if source is None:
            raise BackupError(
                f"{archive.name!s} holds {entry.name!r}, which does not belong there."
            )
        if entry.name == CONTENTS:
            contents = _Contents.model_validate_json(source.read())
            continue
        target = folder / entry.name
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with target.open("wb") as unpacked:
            while portion := source.read(_PORTION_BYTES):
                digest.update(portion)
                unpacked.write(portion)
        found[entry.name] = digest.hexdigest()
    return contents, found


class _Contents(BaseModel, extra="ignore"):
    """A backup's own list, as far as it is believed."""

    format: int
    sha256: dict[str, str]


def _is_ours(entry: tarfile.TarInfo) -> bool:
    """Whether it is a plain file, as large as what is there of it, in one of our places."""
    if entry.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or entry.sparse is not None:
        return False
    path = PurePosixPath(entry.name)
    if entry.size < 0 or str(path) != entry.name or ".." in path.parts:
        return False
    in_folder = len(path.parts) > 1 and path.parts[0] in (PHOTOS, MODELS)
    return in_folder or entry.name in (DATABASE, CONTENTS)


def _bring_up_to_date(file: Path) -> None:
    """A backup of an older version gets today's tables; one of a newer version is refused."""
    database = Database(f"sqlite:///{file}")
    database.check()
    database.upgrade()
    with database.connection() as connection:
        # Buttons and pages of the time since the backup must not mean what comes now (0101).
        leave_a_gap(connection, _GAP)
        connection.commit()
    database.dispose()
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)


def _fill(database: Database, file: Path, *, force: bool) -> None:
    """Copy the rows into a database server, in one transaction."""
    database.upgrade()
    source = Database(f"sqlite:///{file}")
    try:
        with source.connection() as old, database.connection() as new, new.begin():
            if force:
                empty(new)
            require_empty(new, name="The database of DATABASE_URL")
            copy_rows(old, new, report=lambda _table, _done: None)
    finally:
        source.dispose()


def _put(unpacked: Path, place: Path) -> None:
    if not unpacked.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir():
        place.rmdir()
    shutil.move(unpacked, place)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)

    def work() -> None:
        settings = load_settings(BackupSettings)
        models = settings.models
        places = Places(
            database_url=settings.resolved_database_url,
            photos_dir=settings.photos_dir,
            models_dir=settings.models_dir,
            shared_photos=store_of(settings) if settings.photos_url else None,
            shared_models=models if isinstance(models, Bucket) else None,
        )
        done = restore(options.file, places, force=options.force)
        if options.json:
            aside = [str(path) for path in done.moved_aside]
            counts = {"photos": done.photos, "model_files": done.model_files, "moved_aside": aside}
            print(json.dumps(counts))
            return
        print(f"Restored: the database, {done.photos} photos, {done.model_files} files of models.")
        for path in done.moved_aside:
            print(f"What was there before is now {path}.")
        if done.moved_aside:
            print(
                f"The bot deletes the old database and photos after {KEPT.days} days, or as soon "
                "as somebody asks to be forgotten."
            )

    return run_command(work)


def parser() -> CommandParser:
    command = command_parser(
        "dataset.restore",
        "Restore a backup. Stop the bot first. Without --force it replaces "
        "nothing; with --force it moves aside what is there.",
        (
            "bears.tar",
            "bears.tar --force # move aside what is there",
        ),
    )
    command.add_argument("file", type=Path, metavar="FILE", help="what dataset.backup has written")
    command.add_argument("--force", action="store_true", help="move aside what is there")
    command.add_argument("--json", action="store_true", help="print the counts as one object")
    return command


if __name__ == "__main__":
    sys.exit(main())

"""`python -m dataset.migrate`: move an installation to another database (`--to`), or its photos to
an object store (`--photos-to`), verified.

Rows are copied in one transaction and then compared row by row: either the target holds every row,
or it stays empty. The source is locked against writing meanwhile. Photos are copied as stored,
encrypted or not, and each is read back. Neither source changes.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict

from bear_detector.parsing import CommandParser, command_parser
from dataset.backup.copying import copy_rows, require_empty, verify_rows
from dataset.backup.run_command import run_command
from dataset.backup.sharing import share_photos
from dataset.errors import PhotoUnreadable
from dataset.photos.opening import store_of
from dataset.photos.shared_store import open_shared
from dataset.settings import DatasetSettings
from dataset.storage.database import Database, opened
from objects.errors import SettingsError
from objects.loading import load_settings

_FROM_ENVIRONMENT = "env:"
_TO = (
    "postgresql://… or sqlite:///…; env:NAME takes it from that variable and - from stdin, so that "
    "its password does not show in the process list"
)


def migrate(source: Database, target: Database, *, quiet: bool = False) -> dict[str, int]:
    """Copy `source` into the empty `target`; returns the rows of each table.

    Raises BackupError when the target has rows or differs afterwards, DatabaseError.
    """
    source.upgrade()
    target.upgrade()

    def report(table: str, done: int) -> None:
        if not quiet:
            print(f"\r{table}: {done} rows ", end="", file=sys.stderr, flush=True)

    with source.connection() as old, target.connection() as new, old.begin(), new.begin():
        if old.dialect.name == "postgresql":
            old.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        require_empty(new, name="The target database")
        counts = copy_rows(old, new, report=report)
        verify_rows(old, new)
    if not quiet:
        print(file=sys.stderr)
    return counts


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)

    def work() -> None:
        if options.photos_to is not None:
            _move_photos(options.photos_to, as_json=options.json)
        else:
            _move_rows(_address(options.to), as_json=options.json)

    return run_command(work)


def _address(given: str) -> str:
    """The URL that `--to` gives or points at; raises SettingsError when it is missing."""
    if given == "-":
        address = sys.stdin.readline().strip()
        where = "stdin"
    elif given.startswith(_FROM_ENVIRONMENT):
        name = given.removeprefix(_FROM_ENVIRONMENT)
        address = os.environ.get(name, "")
        where = f"the environment variable {name}"
    else:
        return given
    if not address:
        raise SettingsError(f"{where} holds no address of a database.")
    return address


def _move_rows(url: str, *, as_json: bool) -> None:
    settings = load_settings(DatasetSettings)
    source, target = Database(settings.resolved_database_url), Database(url)
    try:
        counts = migrate(source, target, quiet=as_json)
    finally:
        source.dispose()
        target.dispose()
    if as_json:
        print(json.dumps(counts))
    else:
        print(f"{sum(counts.values())} rows copied and compared.")
        print("Now set DATABASE_URL to the new database and start the bot again.")


def _move_photos(url: str, *, as_json: bool) -> None:
    settings = load_settings(DatasetSettings)
    # Without copies on this machine, so that reading back tests the store.
    target = open_shared(settings.model_copy(update={"photos_cache_mb": 0}), url)
    with opened(settings.resolved_database_url) as database:
        done = share_photos(database, store_of(settings), target)
    if as_json:
        print(json.dumps(asdict(done)))
    else:
        print(
            f"{done.copied} photos copied and read back, {done.there} were there already, "
            f"{done.missing} have no file, {done.unreadable} cannot be read."
        )
        print("Now set PHOTOS_URL to the store and start the bot again.")
    if done.unreadable:
        raise PhotoUnreadable(
            f"{done.unreadable} photos are damaged, or PHOTO_KEY lacks their key; "
            "put it back or restore them, and run this again."
        )


def parser() -> CommandParser:
    command = command_parser(
        "dataset.migrate",
        "Copy an installation to another database (--to), or its photos to an "
        "object store (--photos-to), and verify the copy.",
        (
            "--to postgresql://bears@HOST/bears",
            "--photos-to s3://bucket/bears",
        ),
    )
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--to", metavar="URL", help=_TO)
    what.add_argument("--photos-to", metavar="URL", help="s3://bucket/prefix")
    command.add_argument("--json", action="store_true", help="print the counts as one object")
    return command


if __name__ == "__main__":
    sys.exit(main())

"""`python -m dataset.migrate --to URL`: move an installation to another database, verified.

Everything is copied in one transaction and then compared row by row: either the target holds
every row, or it stays empty. The source is locked against writing meanwhile and never changed.
The photos stay where they are.
"""

from __future__ import annotations

import argparse
import json
import sys

from dataset.commands import run_command
from dataset.copying import copy_rows, require_empty, verify_rows
from dataset.database import Database
from dataset.settings import DatasetSettings, load_settings


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


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m dataset.migrate", description=__doc__)
    parser.add_argument("--to", required=True, metavar="URL", help="postgresql://… or sqlite:///…")
    parser.add_argument("--json", action="store_true", help="print the rows of each table")
    options = parser.parse_args(arguments)

    def work() -> None:
        settings = load_settings(DatasetSettings)
        source, target = Database(settings.resolved_database_url), Database(options.to)
        try:
            counts = migrate(source, target, quiet=options.json)
        finally:
            source.dispose()
            target.dispose()
        if options.json:
            print(json.dumps(counts))
        else:
            print(f"{sum(counts.values())} rows copied and compared.")
            print("Now set DATABASE_URL to the new database and start the bot again.")

    return run_command(work)


if __name__ == "__main__":
    sys.exit(main())

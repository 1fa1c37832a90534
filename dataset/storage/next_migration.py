"""`python -m dataset.storage.next_migration MESSAGE`: the next step, from changes in the schema."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from bear_detector.parsing import command_parser
from dataset.storage.database import Database
from dataset.storage.migrations import HEAD, REVISIONS
from dataset.storage.migrations.run import alembic_config, upgrade_on


def main() -> int:
    parser = command_parser(
        "dataset.storage.next_migration",
        "Write the next migration from what changed in the schema.",
        ('"add a colour"',),
    )
    parser.add_argument("message", metavar="MESSAGE", help="what changes, such as 'add a colour'")
    message = parser.parse_args().message
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'head.sqlite3'}")
        with database.connection() as connection:
            # Step by step: a new database would be made from the schema that is being compared.
            upgrade_on(connection)
            connection.commit()
            command.revision(
                alembic_config(connection),
                message=message,
                autogenerate=True,
                rev_id=f"{len(REVISIONS) + 1:04d}",
            )
        database.dispose()
    print(f"Written after {HEAD}; now add its number to REVISIONS and read it through.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The steps that made the tables.

The list of revisions is repeated here so that a start with nothing to do needs no Alembic; a
test holds it against the files. `python -m dataset.storage.next_migration MESSAGE` writes the
next step.
"""

REVISIONS = (
    *("0001", "0002", "0003", "0004", "0005", "0006"),
    *("0007", "0008", "0009", "0010", "0011", "0012"),
    "0013",
)
HEAD = REVISIONS[-1]

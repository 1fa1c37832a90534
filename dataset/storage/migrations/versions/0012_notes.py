"""Sessions, used links and moments that were kept as leases are notes: leases are locks alone."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NOTES = "name NOT IN ('bot', 'scheduler')"


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.execute(f"INSERT INTO notes SELECT name, holder, until FROM leases WHERE {_NOTES}")  # noqa: S608
    op.execute(f"DELETE FROM leases WHERE {_NOTES}")  # noqa: S608
    # A lease had to end: what was to stay ended in a hundred years.
    op.execute("UPDATE notes SET until = NULL WHERE name LIKE '%-since:%'")


def downgrade() -> None:
    op.execute(
        "INSERT INTO leases SELECT name, substr(text, 1, 128), "
        "coalesce(until, '2125-01-01 00:00:00') FROM notes"
    )
    op.drop_table("notes")

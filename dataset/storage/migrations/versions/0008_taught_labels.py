"""What people said of labels, and the lessons of admins."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lessons",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_full", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
    )
    op.add_column("labels", sa.Column("names", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("labels", sa.Column("aliases", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("labels", sa.Column("becomes", sa.String(length=64), nullable=True))
    op.add_column("labels", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for column in ("retired_at", "becomes", "aliases", "names"):
        op.drop_column("labels", column)
    op.drop_table("lessons")

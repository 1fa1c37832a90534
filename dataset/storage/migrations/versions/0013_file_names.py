"""What a photo's file was called where it was added from."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("photos", sa.Column("file_name", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("photos", "file_name")

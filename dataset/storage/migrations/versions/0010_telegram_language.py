"""What a person's Telegram is set to is kept apart from the language they chose."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("telegram_language", sa.String(length=8), nullable=True))


def downgrade() -> None:
    op.drop_column("people", "telegram_language")

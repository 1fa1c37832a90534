"""Whether an answer is disputed stands beside it, so that `/stats` reads indexes alone."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DISPUTED = """
UPDATE predictions SET disputed = true WHERE EXISTS (
    SELECT 1 FROM claims WHERE claims.prediction_id = predictions.id AND (
        claims.kind = 'other'
        OR (claims.kind = 'none' AND predictions.verdict <> 'outside')
        OR (claims.kind = 'label'
            AND (predictions.verdict = 'outside' OR claims.label <> predictions.label))
    )
)
"""

_CHANGED = (
    ("ix_predictions_answer_message", ["chat_id", "answer_message_id"], "answer_message_id"),
    ("ix_predictions_photo_id", ["photo_id"], "photo_id"),
)
"""Rows without the value leave these indexes: new answers, and those of who was forgotten."""

_NEW = (
    ("ix_photos_duplicates", "photos", ["id", "duplicate_of_id"], "duplicate_of_id IS NOT NULL"),
    ("ix_verdicts_standing", "verdicts", ["photo_id", "id"], "undone_at IS NULL"),
)


def upgrade() -> None:
    op.add_column(
        "predictions",
        sa.Column("disputed", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.execute(_DISPUTED)
    op.drop_index("ix_predictions_sampled", "predictions")
    op.create_index(
        "ix_predictions_sampled",
        "predictions",
        ["made_at", "disputed", "model_version", "label", "photo_id"],
        sqlite_where=sa.text("sampled = 1 AND photo_id IS NOT NULL"),
        postgresql_where=sa.text("sampled AND photo_id IS NOT NULL"),
    )
    for name, columns, value in _CHANGED:
        op.drop_index(name, "predictions")
        _create_partial(name, "predictions", columns, f"{value} IS NOT NULL")
    for name, table, columns, where in _NEW:
        _create_partial(name, table, columns, where)


def downgrade() -> None:
    for name, table, _, _ in _NEW:
        op.drop_index(name, table)
    for name, columns, _ in _CHANGED:
        op.drop_index(name, "predictions")
        op.create_index(name, "predictions", columns)
    op.drop_index("ix_predictions_sampled", "predictions")
    op.drop_column("predictions", "disputed")
    op.create_index(
        "ix_predictions_sampled",
        "predictions",
        ["made_at"],
        sqlite_where=sa.text("sampled = 1 AND photo_id IS NOT NULL"),
        postgresql_where=sa.text("sampled AND photo_id IS NOT NULL"),
    )


def _create_partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)

"""The tables everything is recorded in."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_WORD = sa.String(length=16)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=True),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])

    op.create_table(
        "consents",
        sa.Column("id", _ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("notice_version", sa.String(length=32), nullable=False),
        sa.Column("granted_at", _TIME, nullable=False),
        sa.Column("withdrawn_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_consents_user_id", "consents", ["user_id"])

    op.create_table(
        "forgotten",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("dhash", sa.BigInteger(), nullable=False),
        sa.Column("forgotten_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index("ix_forgotten_band0", "forgotten", [sa.text("((dhash >> 0) & 65535)")])
    op.create_index("ix_forgotten_band1", "forgotten", [sa.text("((dhash >> 16) & 65535)")])
    op.create_index("ix_forgotten_band2", "forgotten", [sa.text("((dhash >> 32) & 65535)")])
    op.create_index("ix_forgotten_band3", "forgotten", [sa.text("((dhash >> 48) & 65535)")])

    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=128), nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "people",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("thanks", sa.Boolean(), nullable=False),
        sa.Column("consent_asked_at", _TIME, nullable=True),
        sa.Column("claims_banned_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("user_id"),
    )
    op.create_table(
        "retrainings",
        sa.Column("id", _ID, nullable=False),
        sa.Column("trigger", _WORD, nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=True),
        sa.Column("requested_at", _TIME, nullable=False),
        sa.Column("status", _WORD, nullable=False),
        sa.Column("force", sa.Boolean(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("started_at", _TIME, nullable=True),
        sa.Column("heartbeat_at", _TIME, nullable=True),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.Column("worker", sa.String(length=128), nullable=True),
        sa.Column("stage", sa.String(length=64), nullable=True),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("champion", sa.String(length=64), nullable=True),
        sa.Column("candidate", sa.String(length=64), nullable=True),
        sa.Column("metrics", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("decision", _WORD, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("blind_spot", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_retrainings_status", "retrainings", ["status"])
    op.create_index(
        "uq_retrainings_active",
        "retrainings",
        [sa.text("(1)")],
        unique=True,
        sqlite_where=sa.text("status IN ('requested', 'running')"),
        postgresql_where=sa.text("status IN ('requested', 'running')"),
    )

    op.create_table(
        "tallies",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("model_version", sa.String(length=64), nullable=False),
        sa.Column("verdict", _WORD, nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("disputed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "model_version", "verdict"),
    )
    op.create_table(
        "updates",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("handled_at", _TIME, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=128), nullable=True),
        sa.Column("held_until", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("update_id"),
    )
    op.create_index("ix_updates_waiting", "updates", ["handled_at", "update_id"])

    op.create_table(
        "photos",
        sa.Column("id", _ID, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("dhash", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("kept_at", _TIME, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=True),
        sa.Column("provider_id", sa.String(length=200), nullable=True),
        sa.Column("page_url", sa.Text(), nullable=True),
        sa.Column("file_url", sa.Text(), nullable=True),
        sa.Column("creator", sa.Text(), nullable=True),
        sa.Column("licence", sa.String(length=64), nullable=True),
        sa.Column("licence_version", _WORD, nullable=True),
        sa.Column("licence_url", sa.Text(), nullable=True),
        sa.Column("attribution", sa.Text(), nullable=True),
        sa.Column("query", sa.Text(), nullable=True),
        sa.Column("consent_id", _ID, nullable=True),
        sa.Column("duplicate_of_id", _ID, nullable=True),
        sa.Column("answer_label", sa.String(length=64), nullable=True),
        sa.Column("answer_verdict", _WORD, nullable=True),
        sa.Column("answer_model", sa.String(length=64), nullable=True),
        sa.Column("doubt", sa.Double(), nullable=True),
        sa.Column("loss", sa.Double(), nullable=True),
        sa.Column("queue_reason", _WORD, nullable=True),
        sa.Column("priority", sa.Double(), nullable=False),
        sa.Column("leased_by", sa.BigInteger(), nullable=True),
        sa.Column("leased_until", _TIME, nullable=True),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["consent_id"], ["consents.id"]),
        sa.ForeignKeyConstraint(["duplicate_of_id"], ["photos.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("provider", "provider_id"),
        sa.UniqueConstraint("sha256"),
    )
    op.create_index("ix_photos_band0", "photos", [sa.text("((dhash >> 0) & 65535)")])
    op.create_index("ix_photos_band1", "photos", [sa.text("((dhash >> 16) & 65535)")])
    op.create_index("ix_photos_band2", "photos", [sa.text("((dhash >> 32) & 65535)")])
    op.create_index("ix_photos_band3", "photos", [sa.text("((dhash >> 48) & 65535)")])
    op.create_index("ix_photos_consent_id", "photos", ["consent_id"])
    op.create_index("ix_photos_duplicate_of_id", "photos", ["duplicate_of_id"])
    op.create_index("ix_photos_kept_at", "photos", ["kept_at"])
    op.create_index(
        "ix_photos_leased",
        "photos",
        ["leased_by"],
        sqlite_where=sa.text("leased_by IS NOT NULL"),
        postgresql_where=sa.text("leased_by IS NOT NULL"),
    )
    op.create_index(
        "ix_photos_waiting",
        "photos",
        [sa.text("(priority) DESC"), "id"],
        sqlite_where=sa.text("queue_reason IS NOT NULL AND decided_at IS NULL"),
        postgresql_where=sa.text("queue_reason IS NOT NULL AND decided_at IS NULL"),
    )
    op.create_index(
        "ix_photos_waiting_age",
        "photos",
        ["kept_at", "id"],
        sqlite_where=sa.text("queue_reason IS NOT NULL AND decided_at IS NULL"),
        postgresql_where=sa.text("queue_reason IS NOT NULL AND decided_at IS NULL"),
    )
    op.create_index(
        "ix_photos_waiting_doubt",
        "photos",
        [sa.text("(doubt) DESC"), "id"],
        sqlite_where=sa.text("queue_reason IS NOT NULL AND decided_at IS NULL"),
        postgresql_where=sa.text("queue_reason IS NOT NULL AND decided_at IS NULL"),
    )
    op.create_index(
        "ix_photos_waiting_loss",
        "photos",
        [sa.text("(loss) DESC"), "id"],
        sqlite_where=sa.text("queue_reason IS NOT NULL AND decided_at IS NULL"),
        postgresql_where=sa.text("queue_reason IS NOT NULL AND decided_at IS NULL"),
    )

    op.create_table(
        "predictions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("photo_message_id", sa.BigInteger(), nullable=False),
        sa.Column("answer_message_id", sa.BigInteger(), nullable=True),
        sa.Column("album_position", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("model_version", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("probabilities", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("verdict", _WORD, nullable=False),
        sa.Column("candidates", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("outside_score", sa.Double(), nullable=False),
        sa.Column("looks_like", sa.String(length=128), nullable=True),
        sa.Column("milliseconds", sa.Double(), nullable=False),
        sa.Column("sampled", sa.Boolean(), nullable=False),
        sa.Column("photo_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("update_id"),
    )
    op.create_index(
        "ix_predictions_answer_message", "predictions", ["chat_id", "answer_message_id"]
    )
    op.create_index("ix_predictions_last", "predictions", ["chat_id", "user_id", "id"])
    op.create_index("ix_predictions_made_at", "predictions", ["made_at"])
    op.create_index("ix_predictions_model", "predictions", ["model_version", "made_at"])
    op.create_index("ix_predictions_photo_id", "predictions", ["photo_id"])
    op.create_index("ix_predictions_photo_message", "predictions", ["chat_id", "photo_message_id"])
    op.create_index(
        "ix_predictions_sampled",
        "predictions",
        ["made_at"],
        sqlite_where=sa.text("sampled = 1 AND photo_id IS NOT NULL"),
        postgresql_where=sa.text("sampled AND photo_id IS NOT NULL"),
    )
    op.create_index("ix_predictions_user_id", "predictions", ["user_id"])

    op.create_table(
        "skips",
        sa.Column("photo_id", _ID, nullable=False),
        sa.Column("reviewer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"]),
        sa.PrimaryKeyConstraint("photo_id", "reviewer_id"),
    )
    op.create_table(
        "suspicions",
        sa.Column("photo_id", _ID, nullable=False),
        sa.Column("found_at", _TIME, nullable=False),
        sa.Column("kind", _WORD, nullable=False),
        sa.Column("suggested", sa.String(length=64), nullable=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"]),
        sa.PrimaryKeyConstraint("photo_id"),
    )
    op.create_table(
        "verdicts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("photo_id", _ID, nullable=False),
        sa.Column("reviewer_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", _WORD, nullable=False),
        sa.Column("label", sa.String(length=64), nullable=True),
        sa.Column("to_gate", sa.Boolean(), nullable=False),
        sa.Column("via", _WORD, nullable=False),
        sa.Column("undone_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_verdicts_made_at", "verdicts", ["made_at"])
    op.create_index("ix_verdicts_photo_id", "verdicts", ["photo_id"])
    op.create_index("ix_verdicts_reviewer_id", "verdicts", ["reviewer_id"])

    op.create_table(
        "claims",
        sa.Column("id", _ID, nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("prediction_id", _ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("by_admin", sa.Boolean(), nullable=False),
        sa.Column("kind", _WORD, nullable=False),
        sa.Column("label", sa.String(length=64), nullable=True),
        sa.Column("status", _WORD, nullable=False),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("thanked_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["prediction_id"], ["predictions.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("prediction_id", "user_id"),
    )
    op.create_index("ix_claims_status", "claims", ["status", "kind"])
    op.create_index("ix_claims_user", "claims", ["user_id", "made_at"])

    op.create_table(
        "examples",
        sa.Column("id", _ID, nullable=False),
        sa.Column("photo_id", _ID, nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("first_label", sa.String(length=64), nullable=False),
        sa.Column("split", _WORD, nullable=False),
        sa.Column("split_group", sa.String(length=128), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("origin", _WORD, nullable=False),
        sa.Column("verdict_id", _ID, nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("retraining_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"]),
        sa.ForeignKeyConstraint(["retraining_id"], ["retrainings.id"]),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdicts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("photo_id"),
    )
    op.create_index("ix_examples_split", "examples", ["split", "label"])
    op.create_index("ix_examples_split_group", "examples", ["split_group"])
    op.create_index("ix_examples_user_id", "examples", ["user_id"])
    op.create_index("ix_examples_verdict_id", "examples", ["verdict_id"])


def downgrade() -> None:
    for table in (
        "examples",
        "claims",
        "verdicts",
        "suspicions",
        "skips",
        "predictions",
        "photos",
        "updates",
        "tallies",
        "retrainings",
        "people",
        "leases",
        "forgotten",
        "consents",
        "audit",
    ):
        op.drop_table(table)

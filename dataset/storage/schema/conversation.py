"""The conversation: stored updates, people and their consents, answers, claims, counts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dataset.storage.schema.base import GIVEN_ONCE, Base, Id, partial, utc_now
from dataset.storage.schema.words import ClaimKind, ClaimStatus, Verdict


class Update(Base):
    """One stored Telegram update: the durable inbox."""

    __tablename__ = "updates"
    __table_args__ = (Index("ix_updates_waiting", "handled_at", "update_id"),)

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
    payload: Mapped[dict[str, Any] | None]
    """The update as Telegram sent it; emptied as soon as it is handled."""
    handled_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None] = mapped_column(String(128))
    """The process that works on it; others leave it alone until `held_until`."""
    held_until: Mapped[datetime | None]


class Person(Base):
    """A person's own settings, and whether their claims count."""

    __tablename__ = "people"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    language: Mapped[str | None] = mapped_column(String(8))
    """What they chose."""
    telegram_language: Mapped[str | None] = mapped_column(String(8))
    """What their Telegram was set to, for what they are sent when they are not writing."""
    thanks: Mapped[bool] = mapped_column(default=True)
    """Whether to tell them when one of their corrections has worked."""
    consent_asked_at: Mapped[datetime | None]
    claims_banned_at: Mapped[datetime | None]


class Consent(Base):
    """One person's permission to keep their photos, under one version of the notice."""

    __tablename__ = "consents"
    __table_args__ = GIVEN_ONCE

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    notice_version: Mapped[str] = mapped_column(String(32))
    granted_at: Mapped[datetime] = mapped_column(default=utc_now)
    withdrawn_at: Mapped[datetime | None]


class Prediction(Base):
    """One photo answered."""

    __tablename__ = "predictions"
    __table_args__ = (
        Index("ix_predictions_photo_message", "chat_id", "photo_message_id"),
        partial(
            "ix_predictions_answer_message",
            "chat_id",
            "answer_message_id",
            where="answer_message_id IS NOT NULL",
        ),
        partial("ix_predictions_photo_id", "photo_id", where="photo_id IS NOT NULL"),
        Index("ix_predictions_last", "chat_id", "user_id", "id"),
        Index("ix_predictions_model", "model_version", "made_at"),
        # All columns that the estimate needs of a sampled answer, so that it reads the index alone.
        partial(
            "ix_predictions_sampled",
            "made_at",
            "disputed",
            "model_version",
            "label",
            "photo_id",
            where="sampled = 1 AND photo_id IS NOT NULL",
            postgresql="sampled AND photo_id IS NOT NULL",
        ),
        GIVEN_ONCE,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    update_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    """The update that brought the photo; unique, so that a replay finds what was answered."""
    chat_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    photo_message_id: Mapped[int] = mapped_column(BigInteger)
    answer_message_id: Mapped[int | None] = mapped_column(BigInteger)
    album_position: Mapped[int | None]
    """1-based place in an album's numbered answer."""
    file_id: Mapped[str] = mapped_column(Text)
    """Telegram's handle on the largest size: fetched only after consent."""
    model_version: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(64))
    probability: Mapped[float]
    probabilities: Mapped[dict[str, float]]
    verdict: Mapped[Verdict]
    candidates: Mapped[list[str]]
    """The conformal set: labels that remain possible, most likely first."""
    outside_score: Mapped[float]
    looks_like: Mapped[str | None] = mapped_column(String(128))
    milliseconds: Mapped[float]
    is_incomplete: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The photo's file lacked its end: the answer is for what was there."""
    looked_again: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Its first view alone would have been answered otherwise."""
    is_preview: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The answer is for the preview picture of a video, a GIF or a sticker."""
    sampled: Mapped[bool] = mapped_column(default=False)
    """Drawn at random among sure answers, to estimate how often "sure" is right."""
    disputed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a claim says that the answer is wrong; follows its claims (`claims.disputing`)."""
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))


class Claim(Base):
    """One person's word on an answer: right, or wrong and what it is. Only a claim."""

    __tablename__ = "claims"
    __table_args__ = (
        UniqueConstraint("prediction_id", "user_id"),
        Index("ix_claims_user", "user_id", "made_at"),
        Index("ix_claims_status", "status", "kind"),
        GIVEN_ONCE,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(default=utc_now)
    prediction_id: Mapped[int] = mapped_column(ForeignKey("predictions.id"))
    user_id: Mapped[int] = mapped_column(BigInteger)
    by_admin: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[ClaimKind]
    label: Mapped[str | None] = mapped_column(String(64))
    """Set exactly when `kind` is `label`."""
    status: Mapped[ClaimStatus] = mapped_column(default=ClaimStatus.PENDING)
    decided_at: Mapped[datetime | None]
    thanked_at: Mapped[datetime | None]

    prediction: Mapped[Prediction] = relationship()


class Tally(Base):
    """How many photos one model answered on one day, and how many of those were disputed.

    Counted as they happen: statistics over a million predictions must not read them all, and the
    numbers outlive the predictions.
    """

    __tablename__ = "tallies"

    day: Mapped[date] = mapped_column(primary_key=True)
    """In UTC."""
    model_version: Mapped[str] = mapped_column(String(64), primary_key=True)
    verdict: Mapped[Verdict] = mapped_column(primary_key=True)
    answered: Mapped[int] = mapped_column(default=0)
    disputed: Mapped[int] = mapped_column(default=0)

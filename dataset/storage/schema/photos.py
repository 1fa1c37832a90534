"""Kept photos, their queue, reviewers' verdicts, and the hashes of forgotten photos."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dataset.storage.schema.base import (
    GIVEN_ONCE,
    WAITING,
    Base,
    Id,
    band_indexes,
    partial,
    utc_now,
)
from dataset.storage.schema.words import QueueReason, Verdict, VerdictKind


class Photo(Base):
    """One kept photo; the file lies under its SHA-256 in the photo store."""

    __tablename__ = "photos"
    __table_args__ = (
        partial("ix_photos_waiting", "(priority) DESC", "id", where=WAITING),
        partial("ix_photos_waiting_doubt", "(doubt) DESC", "id", where=WAITING),
        partial("ix_photos_waiting_loss", "(loss) DESC", "id", where=WAITING),
        partial("ix_photos_waiting_age", "kept_at", "id", where=WAITING),
        partial("ix_photos_leased", "leased_by", where="leased_by IS NOT NULL"),
        partial(
            "ix_photos_duplicates", "id", "duplicate_of_id", where="duplicate_of_id IS NOT NULL"
        ),
        UniqueConstraint("provider", "provider_id"),
        *band_indexes("photos"),
        GIVEN_ONCE,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    dhash: Mapped[int] = mapped_column(BigInteger)
    """64-bit perceptual difference hash, stored as a signed integer."""
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    kept_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    source: Mapped[str] = mapped_column(String(64))
    """TELEGRAM, `collect`, or the name given to `training.add`."""
    provider: Mapped[str | None] = mapped_column(String(32))
    provider_id: Mapped[str | None] = mapped_column(String(200))
    page_url: Mapped[str | None] = mapped_column(Text)
    file_url: Mapped[str | None] = mapped_column(Text)
    file_name: Mapped[str | None] = mapped_column(Text)
    """What it was called in the folder or the ZIP from which it was added."""
    creator: Mapped[str | None] = mapped_column(Text)
    licence: Mapped[str | None] = mapped_column(String(64))
    licence_version: Mapped[str | None] = mapped_column(String(16))
    licence_url: Mapped[str | None] = mapped_column(Text)
    attribution: Mapped[str | None] = mapped_column(Text)
    query: Mapped[str | None] = mapped_column(Text)
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consents.id"), index=True)
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"), index=True)
    """The first kept photo of the same picture; only that one waits in the queue."""
    answer_label: Mapped[str | None] = mapped_column(String(64))
    """The newest model's answer; repeated here so that listings need no join."""
    answer_verdict: Mapped[Verdict | None]
    answer_model: Mapped[str | None] = mapped_column(String(64))
    doubt: Mapped[float | None]
    """0 (the answer stands alone) to 1 (two labels are equally likely)."""
    loss: Mapped[float | None]
    """-ln of the probability given to the photo's accepted label; 0 and up."""
    queue_reason: Mapped[QueueReason | None]
    priority: Mapped[float] = mapped_column(default=0.0)
    """How useful a verdict would be; higher comes first. Meaningless outside the queue."""
    leased_by: Mapped[int | None] = mapped_column(BigInteger)
    leased_until: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]


class ReviewVerdict(Base):
    """One reviewer's decision on a photo. The newest one that is not undone counts."""

    __tablename__ = "verdicts"
    __table_args__ = (
        partial("ix_verdicts_standing", "photo_id", "id", where="undone_at IS NULL"),
        GIVEN_ONCE,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(BigInteger, index=True)
    kind: Mapped[VerdictKind]
    label: Mapped[str | None] = mapped_column(String(64))
    to_gate: Mapped[bool] = mapped_column(default=False)
    """The reviewer puts this photo into the gate split: the only way for a person's photo."""
    via: Mapped[str] = mapped_column(String(16))
    """`chat`, `web`, `file` (`training.clean --apply`), `teach` (an admin's own photo), `admin` (an
    admin's own claim) or `quorum`; the reviewer is 0 for `file` and `quorum`."""
    undone_at: Mapped[datetime | None]


class Mark(Base):
    """A photo that somebody wants looked at again."""

    __tablename__ = "marks"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"), primary_key=True)
    marked_by: Mapped[int] = mapped_column(BigInteger)
    marked_at: Mapped[datetime] = mapped_column(default=utc_now)
    note: Mapped[str] = mapped_column(Text)
    """Why; may be empty."""


class Skip(Base):
    """A photo that one reviewer does not want to see again for a while."""

    __tablename__ = "skips"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"), primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    until: Mapped[datetime]


class Forgotten(Base):
    """A photo that may not come back: only its hashes."""

    __tablename__ = "forgotten"
    __table_args__ = (*band_indexes("forgotten"),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    dhash: Mapped[int] = mapped_column(BigInteger)
    forgotten_at: Mapped[datetime] = mapped_column(default=utc_now)

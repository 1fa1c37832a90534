"""The tables: what is recorded, one class each.

Times are UTC and timezone-aware. Telegram's ids need 64 bits. Every enum is stored as its
lowercase word, so that a row reads without this file.
"""

from __future__ import annotations

import enum
from datetime import date, datetime, timezone
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    Double,
    Enum,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

OUTSIDE = "outside"
"""The reserved label of hard negatives: photos that show none of the labels."""

TELEGRAM = "telegram"
"""The source of photos that people sent: these rest on a consent."""


def utc_now() -> datetime:
    """The present moment, timezone-aware."""
    return datetime.now(timezone.utc)


class UtcDateTime(TypeDecorator[datetime]):
    """A timezone-aware UTC time on databases that keep no zone (SQLite) as on those that do."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=timezone.utc)
        return value.astimezone(timezone.utc)


class Verdict(str, enum.Enum):
    """What an answer dared to say."""

    SURE = "sure"
    UNSURE = "unsure"
    OUTSIDE = "outside"


class ClaimKind(str, enum.Enum):
    """What a person said of an answer."""

    RIGHT = "right"
    LABEL = "label"
    NONE = "none"
    """Not any of these labels."""
    OTHER = "other"
    """Something else is wrong: for a reviewer to look at."""


class ClaimStatus(str, enum.Enum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class VerdictKind(str, enum.Enum):
    """What a reviewer decided about a photo."""

    LABEL = "label"
    NONE = "none"
    """Not any of these: becomes a hard negative, label `outside`."""
    REJECT = "reject"
    """Unusable: never becomes an example."""


class QueueReason(str, enum.Enum):
    """Why a photo waits for a reviewer; a photo with several keeps the one that teaches most."""

    DISAGREEMENT = "disagreement"
    DISPUTED = "disputed"
    OUTSIDE = "outside"
    UNSURE = "unsure"
    SAMPLE = "sample"


class Split(str, enum.Enum):
    TRAIN = "train"
    VALID = "valid"
    GATE = "gate"


class RetrainingStatus(str, enum.Enum):
    REQUESTED = "requested"
    RUNNING = "running"
    PUBLISHED = "published"
    HELD = "held"
    DRY_RUN = "dry_run"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"


def _word(kind: type[enum.Enum]) -> Enum:
    return Enum(
        kind,
        native_enum=False,
        length=16,
        values_callable=lambda members: [member.value for member in members],
    )


_Id = BigInteger().with_variant(Integer, "sqlite")

HASH_BANDS = tuple(f"((dhash >> {16 * band}) & 65535)" for band in range(4))
"""The four 16-bit bands of a perceptual hash, as the indexed SQL expressions (0020)."""


def _band_indexes(table: str) -> list[Index]:
    return [
        Index(f"ix_{table}_band{number}", text(expression))
        for number, expression in enumerate(HASH_BANDS)
    ]


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index on the rows that fulfil `where` only."""
    condition = text(where)
    return Index(
        name,
        *(text(column) if column.startswith("(") else column for column in columns),
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )


WAITING = "queue_reason IS NOT NULL AND decided_at IS NULL"
"""What makes a photo wait in the queue; the partial indexes carry the same words."""


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        datetime: UtcDateTime,
        date: Date,
        float: Double,
        dict[str, Any]: JSON,
        dict[str, float]: JSON,
        list[str]: JSON,
        Verdict: _word(Verdict),
        ClaimKind: _word(ClaimKind),
        ClaimStatus: _word(ClaimStatus),
        VerdictKind: _word(VerdictKind),
        QueueReason: _word(QueueReason),
        Split: _word(Split),
        RetrainingStatus: _word(RetrainingStatus),
    }


class Update(Base):
    """One Telegram update taken in: the durable inbox."""

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
    """What somebody chose for themselves, and whether their claims count."""

    __tablename__ = "people"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    language: Mapped[str | None] = mapped_column(String(8))
    thanks: Mapped[bool] = mapped_column(default=True)
    """Whether to tell them when a correction of theirs has worked."""
    consent_asked_at: Mapped[datetime | None]
    claims_banned_at: Mapped[datetime | None]


class Consent(Base):
    """One person allowing their photos to be kept, under one version of the notice."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    notice_version: Mapped[str] = mapped_column(String(32))
    granted_at: Mapped[datetime] = mapped_column(default=utc_now)
    withdrawn_at: Mapped[datetime | None]


class Photo(Base):
    """One kept photo; the file lies under its SHA-256 in the photo store."""

    __tablename__ = "photos"
    __table_args__ = (
        _partial("ix_photos_waiting", "(priority) DESC", "id", where=WAITING),
        _partial("ix_photos_waiting_doubt", "doubt", "id", where=WAITING),
        _partial("ix_photos_waiting_loss", "loss", "id", where=WAITING),
        _partial("ix_photos_waiting_age", "kept_at", "id", where=WAITING),
        _partial("ix_photos_leased", "leased_by", where="leased_by IS NOT NULL"),
        UniqueConstraint("provider", "provider_id"),
        *_band_indexes("photos"),
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
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
    creator: Mapped[str | None] = mapped_column(Text)
    licence: Mapped[str | None] = mapped_column(String(64))
    licence_version: Mapped[str | None] = mapped_column(String(16))
    licence_url: Mapped[str | None] = mapped_column(Text)
    attribution: Mapped[str | None] = mapped_column(Text)
    query: Mapped[str | None] = mapped_column(Text)
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consents.id"), index=True)
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"), index=True)
    """The first kept photo that this one shows again; only that one waits in the queue."""
    answer_label: Mapped[str | None] = mapped_column(String(64))
    """What the newest model that saw it said; repeated here so that listing needs no join."""
    answer_verdict: Mapped[Verdict | None]
    answer_model: Mapped[str | None] = mapped_column(String(64))
    doubt: Mapped[float | None]
    """0 (the answer stands alone) to 1 (two labels are equally likely)."""
    loss: Mapped[float | None]
    """-ln of the probability given to what the photo is held to show; 0 and up."""
    queue_reason: Mapped[QueueReason | None]
    priority: Mapped[float] = mapped_column(default=0.0)
    """How much a verdict would teach; higher comes first. Meaningless outside the queue."""
    leased_by: Mapped[int | None] = mapped_column(BigInteger)
    leased_until: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]

    predictions: Mapped[list[Prediction]] = relationship(back_populates="photo")
    example: Mapped[Example | None] = relationship(back_populates="photo")


class Prediction(Base):
    """One photo answered."""

    __tablename__ = "predictions"
    __table_args__ = (
        Index("ix_predictions_photo_message", "chat_id", "photo_message_id"),
        Index("ix_predictions_answer_message", "chat_id", "answer_message_id"),
        Index("ix_predictions_last", "chat_id", "user_id", "id"),
        Index("ix_predictions_model", "model_version", "made_at"),
        Index(
            "ix_predictions_sampled",
            "made_at",
            sqlite_where=text("sampled = 1"),
            postgresql_where=text("sampled"),
        ),
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
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
    """The conformal set: labels that cannot be ruled out, most likely first."""
    outside_score: Mapped[float]
    looks_like: Mapped[str | None] = mapped_column(String(128))
    milliseconds: Mapped[float]
    sampled: Mapped[bool] = mapped_column(default=False)
    """Drawn at random among confident answers, to estimate how good "sure" is."""
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"), index=True)

    photo: Mapped[Photo | None] = relationship(back_populates="predictions")
    claims: Mapped[list[Claim]] = relationship(back_populates="prediction")


class Claim(Base):
    """One person saying that an answer is right, or wrong and what it is. Only a claim."""

    __tablename__ = "claims"
    __table_args__ = (
        UniqueConstraint("prediction_id", "user_id"),
        Index("ix_claims_user", "user_id", "made_at"),
        Index("ix_claims_status", "status", "kind"),
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
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

    prediction: Mapped[Prediction] = relationship(back_populates="claims")


class ReviewVerdict(Base):
    """One reviewer's decision on a photo. The newest one that is not undone counts."""

    __tablename__ = "verdicts"

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(BigInteger, index=True)
    kind: Mapped[VerdictKind]
    label: Mapped[str | None] = mapped_column(String(64))
    to_gate: Mapped[bool] = mapped_column(default=False)
    """The reviewer puts this photo into the gate split: the only way for a person's photo."""
    via: Mapped[str] = mapped_column(String(16))
    """`chat`, `web`, `admin` (an admin's own claim) or `quorum` (then the reviewer is 0)."""
    undone_at: Mapped[datetime | None]


class Skip(Base):
    """A photo that one reviewer does not want to see again for a while."""

    __tablename__ = "skips"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"), primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    until: Mapped[datetime]


class Example(Base):
    """One photo in the dataset."""

    __tablename__ = "examples"
    __table_args__ = (Index("ix_examples_split", "split", "label"),)

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"), unique=True)
    label: Mapped[str] = mapped_column(String(64))
    first_label: Mapped[str] = mapped_column(String(64))
    """What it came with, so that an undone verdict gives it back."""
    split: Mapped[Split]
    group: Mapped[str] = mapped_column("split_group", String(128), index=True)
    """Photos of one group (near-duplicates, one observation, one person) share a split."""
    added_at: Mapped[datetime] = mapped_column(default=utc_now)
    origin: Mapped[str] = mapped_column(String(16))
    """`collect`, `add`, or `verdict`."""
    verdict_id: Mapped[int | None] = mapped_column(ForeignKey("verdicts.id"))
    user_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    retraining_id: Mapped[int | None] = mapped_column(ForeignKey("retrainings.id"))
    """The run that folded it in."""

    photo: Mapped[Photo] = relationship(back_populates="example")


class Suspicion(Base):
    """One example that `training.clean` finds likely mislabelled, odd or in conflict."""

    __tablename__ = "suspicions"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"), primary_key=True)
    found_at: Mapped[datetime] = mapped_column(default=utc_now)
    kind: Mapped[str] = mapped_column(String(16))
    """`label`, `odd` or `conflict`."""
    suggested: Mapped[str | None] = mapped_column(String(64))
    score: Mapped[float]
    """0 (fits) to 1 (surely wrong)."""


class Retraining(Base):
    """One run of the retraining, from the request to the decision."""

    __tablename__ = "retrainings"
    __table_args__ = (
        # At most one row is at work, whichever processes try: the database refuses a second.
        _partial(
            "uq_retrainings_active", "(1)", where="status IN ('requested', 'running')", unique=True
        ),
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    trigger: Mapped[str] = mapped_column(String(16))
    """`command`, `schedule` or `shell`."""
    requested_by: Mapped[int | None] = mapped_column(BigInteger)
    requested_at: Mapped[datetime] = mapped_column(default=utc_now)
    status: Mapped[RetrainingStatus] = mapped_column(index=True)
    force: Mapped[bool] = mapped_column(default=False)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(String(128))
    """`host:pid` of the process at work."""
    stage: Mapped[str | None] = mapped_column(String(64))
    progress: Mapped[float] = mapped_column(default=0.0)
    """0 to 1."""
    champion: Mapped[str | None] = mapped_column(String(64))
    candidate: Mapped[str | None] = mapped_column(String(64))
    metrics: Mapped[dict[str, Any] | None]
    decision: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    blind_spot: Mapped[str | None] = mapped_column(Text)
    """What the gate could not have seen, in words."""


class Forgotten(Base):
    """A photo that may not come back: nothing but its hashes."""

    __tablename__ = "forgotten"
    __table_args__ = (*_band_indexes("forgotten"),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    dhash: Mapped[int] = mapped_column(BigInteger)
    forgotten_at: Mapped[datetime] = mapped_column(default=utc_now)


class Audit(Base):
    """One thing an admin did, or somebody tried without the right to."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    """Telegram user id; empty for the shell and the schedule."""
    action: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str | None] = mapped_column(String(128))
    details: Mapped[dict[str, Any] | None]


class Lease(Base):
    """A named lock with an end, for work that only one process may do at a time."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(String(128))
    until: Mapped[datetime]


class Tally(Base):
    """How many photos one model answered on one day, and how many of those were disputed.

    Counted along, because statistics over a million predictions must not read them all, and
    because the numbers outlive the predictions they count.
    """

    __tablename__ = "tallies"

    day: Mapped[date] = mapped_column(primary_key=True)
    """In UTC."""
    model_version: Mapped[str] = mapped_column(String(64), primary_key=True)
    verdict: Mapped[Verdict] = mapped_column(primary_key=True)
    answered: Mapped[int] = mapped_column(default=0)
    disputed: Mapped[int] = mapped_column(default=0)

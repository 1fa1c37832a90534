"""The dataset itself, suspected examples, and the retrainings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from dataset.storage.schema.base import Base, Id, partial, utc_now
from dataset.storage.schema.words import RetrainingStatus, Split


class Example(Base):
    """One photo in the dataset."""

    __tablename__ = "examples"
    __table_args__ = (Index("ix_examples_split", "split", "label"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"), unique=True)
    label: Mapped[str] = mapped_column(String(64))
    first_label: Mapped[str] = mapped_column(String(64))
    """The label it came with, for when a verdict is undone."""
    split: Mapped[Split]
    group: Mapped[str] = mapped_column("split_group", String(128), index=True)
    """Photos of one group (near-duplicates, one observation, one person) share a split."""
    added_at: Mapped[datetime] = mapped_column(default=utc_now)
    origin: Mapped[str] = mapped_column(String(16))
    """`collect`, `add`, or `verdict`."""
    verdict_id: Mapped[int | None] = mapped_column(ForeignKey("verdicts.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    retraining_id: Mapped[int | None] = mapped_column(ForeignKey("retrainings.id"))
    """The run that folded it in."""


class Label(Base):
    """One label: its place in the order of all, and what people said of it in the chat or on the
    pages. The file of labels may say more."""

    __tablename__ = "labels"

    label: Mapped[str] = mapped_column(String(64), primary_key=True)
    place: Mapped[int]
    """From 1; it may be shared for a moment's race, and then the names decide."""
    names: Mapped[dict[str, Any] | None]
    """What people read, by language."""
    aliases: Mapped[list[str] | None]
    becomes: Mapped[str | None] = mapped_column(String(64))
    """The label that it was renamed to or merged into."""
    retired_at: Mapped[datetime | None]
    """Its examples are learned from no more."""


class Lesson(Base):
    """An admin shows photos of one label now; the photos are `verdicts` via `teach`."""

    __tablename__ = "lessons"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    label: Mapped[str] = mapped_column(String(64))
    last_at: Mapped[datetime]
    told_full: Mapped[bool] = mapped_column(default=False, server_default=false())
    """They know that a day takes no more photos."""


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
        # At most one row is active: the database refuses a second, from any process.
        partial(
            "uq_retrainings_active", "(1)", where="status IN ('requested', 'running')", unique=True
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
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
    """What the gate cannot see, in words."""

"""What keeps the house in order: the audit trail and the leases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from dataset.storage.schema.base import Base, Id, utc_now


class Audit(Base):
    """One thing an admin did, or somebody tried without the right to."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
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


class Rate(Base):
    """What somebody has left of their rate, shared by processes (`dataset.conversation.rates`)."""

    __tablename__ = "rates"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """0 for everybody together, below for what is no person."""
    left: Mapped[float]
    at: Mapped[datetime]
    """The moment that `left` is of, or the next turn of what goes in turns."""
    told: Mapped[bool]

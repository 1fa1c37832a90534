"""Operation: the audit trail, leases, notes and rates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from dataset.storage.schema.base import Base, Id, utc_now


class Audit(Base):
    """One act of an admin, or one attempt without the right to it."""

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


class Note(Base):
    """Something that processes remember together: a session, a used link, a moment, a message."""

    __tablename__ = "notes"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime | None]
    """Its end; empty when it is to stay."""


class Rate(Base):
    """The rest of a person's rate, shared by processes (`dataset.conversation.rates`)."""

    __tablename__ = "rates"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """0 for everybody together, negative for other things than people."""
    left: Mapped[float]
    at: Mapped[datetime]
    """The moment of `left`, or the next turn where turns are counted."""
    told: Mapped[bool]

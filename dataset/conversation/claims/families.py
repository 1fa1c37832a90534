"""Near-duplicate photos: who else consented, and which photo represents the family after one is
deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, literal, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from dataset.conversation.claims.settling import lock_family, settle
from dataset.storage.schema import Consent, Photo, Prediction

Item = TypeVar("Item")
_PORTION = 500


def portions(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Slices short enough for an IN (…)."""
    for start in range(0, len(items), _PORTION):
        yield items[start : start + _PORTION]


def among(
    session: Session, column: InstrumentedAttribute[Any], ids: Sequence[int]
) -> ColumnElement[bool]:
    """Whether an id is one of some hundreds: on PostgreSQL one parameter, which saves writing,
    reading and planning a statement with as many (0090)."""
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(literal(list(ids), ARRAY(BigInteger)))
    return column.in_(ids)


def rest_on_others(session: Session, photo_ids: Sequence[int], user_id: int) -> set[int]:
    """Rest photos on the consent of another person who sent and allowed them; returns those."""
    moved: dict[int, int] = {}
    for some in portions(photo_ids):
        rows = session.execute(
            select(Prediction.photo_id, Consent.id)
            .join(Consent, Consent.user_id == Prediction.user_id)
            .where(
                among(session, Prediction.photo_id, some),
                Prediction.user_id != user_id,
                Consent.withdrawn_at.is_(None),
            )
            .order_by(Consent.id)
        )
        for photo_id, consent_id in rows:
            if photo_id is not None:
                moved.setdefault(photo_id, consent_id)
    for photo_id, consent_id in moved.items():
        session.execute(update(Photo).where(Photo.id == photo_id).values(consent_id=consent_id))
    return set(moved)


def leave_families(session: Session, leaving: Collection[int], *, now: datetime) -> None:
    """Take photos out of their families; the oldest remaining photo then represents the rest.

    Each changed family gets its queue place anew.
    """
    touched: set[int] = set()
    for some in portions(sorted(leaving)):
        members = session.execute(
            select(Photo.id, Photo.duplicate_of_id).where(among(session, Photo.id, some))
        ).all()
        touched.update(first for _, first in members if first is not None)
        session.execute(
            update(Photo)
            .where(among(session, Photo.id, some), Photo.duplicate_of_id.is_not(None))
            .values(duplicate_of_id=None)
        )
        heirs = session.execute(
            select(Photo.id, Photo.duplicate_of_id)
            .where(among(session, Photo.duplicate_of_id, some))
            .order_by(Photo.id)
        ).all()
        heads: dict[int, int] = {}
        for photo_id, first_id in heirs:
            if photo_id in leaving or first_id is None:
                continue
            head = heads.setdefault(first_id, photo_id)
            session.execute(
                update(Photo)
                .where(Photo.id == photo_id)
                .values(duplicate_of_id=None if photo_id == head else head)
            )
        touched.update(heads.values())
    for photo_id in sorted(touched - set(leaving)):
        photo = lock_family(session, photo_id)
        if photo is not None:
            settle(session, photo, quorum=None, now=now)

"""All data about one person, as a ZIP file for them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import IO, Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from dataset.errors import PhotoMissing, PhotoUnreadable
from dataset.photos.store import PhotoStore
from dataset.storage import audit
from dataset.storage.schema import (
    Base,
    Claim,
    Consent,
    Example,
    Lesson,
    Person,
    Photo,
    Prediction,
    utc_now,
)

_LEFT_OUT = frozenset({"leased_by", "leased_until", "file_id"})
"""Left out: reviewers are not the person's data, and Telegram's handle works for this bot alone."""


@dataclass(frozen=True, kw_only=True)
class Exported:
    """Counts of the file's contents."""

    photos: int
    missing: int
    """Photos whose file is gone."""
    predictions: int
    claims: int


def export(
    session: Session,
    store: PhotoStore,
    user_id: int,
    into: IO[bytes],
    *,
    now: datetime | None = None,
) -> Exported:
    """Write this person's data into `into` as a ZIP: `data.json` and `photos/<sha256>.jpg`.

    One photo is in memory at a time.
    """
    consents = session.scalars(select(Consent).where(Consent.user_id == user_id)).all()
    photos = session.scalars(
        select(Photo)
        .where(Photo.consent_id.in_([consent.id for consent in consents]))
        .order_by(Photo.id)
    ).all()
    predictions = session.scalars(
        select(Prediction).where(Prediction.user_id == user_id).order_by(Prediction.id)
    ).all()
    claims = session.scalars(select(Claim).where(Claim.user_id == user_id).order_by(Claim.id)).all()
    examples = session.scalars(select(Example).where(Example.user_id == user_id)).all()
    content = {
        "user_id": user_id,
        "exported_at": (now or utc_now()).isoformat(),
        "choices": _rows(session.scalars(select(Person).where(Person.user_id == user_id))),
        "lesson": _rows(session.scalars(select(Lesson).where(Lesson.user_id == user_id))),
        "consents": _rows(consents),
        "photos": _rows(photos),
        "answers": _rows(predictions),
        "claims": _rows(claims),
        "examples": _rows(examples),
        "trail": _rows(audit.of_person(session, user_id)),
    }
    missing = 0
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("data.json", json.dumps(content, indent=2, ensure_ascii=False))
        for photo in photos:
            try:
                archive.writestr(f"photos/{photo.sha256}.jpg", store.get(photo.sha256))
            except (PhotoMissing, PhotoUnreadable):
                missing += 1
    return Exported(
        photos=len(photos) - missing,
        missing=missing,
        predictions=len(predictions),
        claims=len(claims),
    )


def _rows(rows: Iterable[Base]) -> list[dict[str, Any]]:
    return [
        {
            column.key: _plain(getattr(row, column.key))
            for column in inspect(type(row)).column_attrs
            if column.key not in _LEFT_OUT
        }
        for row in rows
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value

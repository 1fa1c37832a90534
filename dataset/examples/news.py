"""What is new in the dataset since a moment, and from whom it came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from dataset.examples.suspending import is_withheld
from dataset.storage.schema import Example, Photo, ReviewVerdict


@dataclass(frozen=True, kw_only=True)
class News:
    """Where one example, or its label, came from."""

    origin: str
    """`verdict`, `add` or `collect`."""
    source: str
    """TELEGRAM, `collect`, or the name given to `training.add`."""
    owner_id: int | None = None
    """The person whose photo it is, where it is somebody's."""
    reviewer_id: int | None = None
    """Who said what it shows; 0 for a file and for the agreement of several people."""
    confirmed: bool = False
    """Two reviewers said the same of it."""


def news_since(session: Session, moment: datetime) -> dict[int, News]:
    """The examples that were added, or given a label by a verdict, after `moment`, by photo id.

    What is set aside or taken back is none.
    """
    rows = session.execute(
        select(
            Example.photo_id,
            Example.origin,
            Photo.source,
            Example.user_id,
            ReviewVerdict.made_at,
            ReviewVerdict.reviewer_id,
            _said_twice(),
        )
        .join(Photo, Example.photo_id == Photo.id)
        .outerjoin(ReviewVerdict, Example.verdict_id == ReviewVerdict.id)
        .where(
            or_(Example.added_at > moment, ReviewVerdict.made_at > moment),
            ~is_withheld(),
        )
    )
    found = {}
    for photo_id, origin, source, owner_id, decided_at, reviewer_id, confirmed in rows:
        by_verdict = decided_at is not None and decided_at > moment
        found[photo_id] = News(
            origin="verdict" if by_verdict else origin,
            source=source,
            owner_id=owner_id,
            reviewer_id=reviewer_id,
            confirmed=bool(confirmed),
        )
    return found


def _said_twice() -> ColumnElement[bool]:
    """Of a verdict: another reviewer said the same of the photo."""
    other = aliased(ReviewVerdict)
    return exists().where(
        and_(
            other.photo_id == ReviewVerdict.photo_id,
            other.undone_at.is_(None),
            other.reviewer_id != ReviewVerdict.reviewer_id,
            other.reviewer_id != 0,
            ReviewVerdict.reviewer_id != 0,
            other.kind == ReviewVerdict.kind,
            or_(other.label == ReviewVerdict.label, other.label.is_(None)),
        )
    )

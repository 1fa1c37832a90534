"""Whether a label that is taught joins the others: from BEGIN_AT photos on (0185).

A few photos of a new label would make every retraining fail.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from dataset.conversation.claims.settling import BY_TEACHING
from dataset.storage.schema import Example, ReviewVerdict

BEGIN_AT = 20
"""Photos with which a new label joins the others."""


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many photos a label has."""

    examples: int
    """In the dataset."""
    waiting: int
    """Taught, and to be folded in by the next retraining."""

    @property
    def total(self) -> int:
        return self.examples + self.waiting

    @property
    def missing(self) -> int:
        """How many more a new label needs to join."""
        return 0 if self.examples else max(0, BEGIN_AT - self.waiting)


def count(session: Session, label: str) -> Count:
    """How many photos a label has, in the dataset and on the way there."""
    examples = session.scalar(
        select(func.count()).select_from(Example).where(Example.label == label)
    )
    waiting = session.scalar(
        select(func.count())
        .select_from(ReviewVerdict)
        .where(_waits(), ReviewVerdict.label == label)
    )
    return Count(examples=examples or 0, waiting=waiting or 0)


def too_few(session: Session) -> set[str]:
    """Labels that are taught and do not join yet: no example, and fewer photos than BEGIN_AT."""
    query = (
        select(ReviewVerdict.label, func.count())
        .where(_waits(), ~exists().where(Example.label == ReviewVerdict.label))
        .group_by(ReviewVerdict.label)
    )
    return {
        label for label, shown in session.execute(query) if label is not None and shown < BEGIN_AT
    }


def _waits() -> ColumnElement[bool]:
    """Of a verdict: it was given in a lesson, nothing newer stands, and no example shows it yet."""
    newer = aliased(ReviewVerdict)
    return and_(
        ReviewVerdict.via == BY_TEACHING,
        ReviewVerdict.undone_at.is_(None),
        ~exists().where(Example.photo_id == ReviewVerdict.photo_id),
        ~exists().where(
            newer.photo_id == ReviewVerdict.photo_id,
            newer.undone_at.is_(None),
            newer.id > ReviewVerdict.id,
        ),
    )

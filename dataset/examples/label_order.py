"""The order of the labels: decided once, here, for bundles, pages, chat and reports.

A label gets its place when it first appears and keeps it. Labels that appear together follow the
file of labels, else the order in which they came. Training, imports, rollbacks and removals never
change a place: a reviewer's key 1 never changes its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from dataset.storage.schema import OUTSIDE, Example, Label, ReviewVerdict
from dataset.storage.upserts import upsert


def label_order(session: Session) -> tuple[str, ...]:
    """Every label that has a place, in order; also those that were renamed or retired."""
    query = select(Label.label).order_by(Label.place, Label.label)
    return tuple(session.scalars(query))


def present_order(session: Session) -> tuple[str, ...]:
    """Every label that has a place, in order, by its present name."""
    query = select(Label.label).where(Label.becomes.is_(None))
    return tuple(session.scalars(query.order_by(Label.place, Label.label)))


def give_places(
    session: Session, labels: Iterable[str], *, first: Sequence[str] = (), beside: bool = False
) -> tuple[str, ...]:
    """Give those of the labels that have no place yet the next ones; the order of all.

    Those in `first` go before others, as they stand there; the rest as they are given. When no
    label with a place is in use and none of these has one, they start from the first place: so the
    starter's labels leave no gap before your own. Not so `beside` them, where a label is taught to
    a model that knows the others.
    """
    order = label_order(session)
    wanted = [label for label in dict.fromkeys(labels) if label != OUTSIDE]
    new = [label for label in wanted if label not in order]
    if not new:
        return order
    if order and not beside and len(new) == len(wanted) and not _is_used(session, order):
        session.execute(delete(Label))
    last = session.scalar(select(func.max(Label.place))) or 0
    rank = {label: place for place, label in enumerate(first)}
    for place, label in enumerate(sorted(new, key=lambda one: rank.get(one, len(rank))), last + 1):
        # Of two processes at once, the first decides.
        session.execute(
            upsert(session, Label).values(label=label, place=place).on_conflict_do_nothing()
        )
    return label_order(session)


def in_order(labels: Iterable[str], order: Sequence[str]) -> tuple[str, ...]:
    """The labels in this order; those that have no place in it come last, as they are given."""
    places = {label: place for place, label in enumerate(order)}
    return tuple(sorted(labels, key=lambda label: places.get(label, len(places))))


def labels_as_they_came(session: Session) -> list[str]:
    """The labels of the examples, `outside` apart: that of the oldest example first."""
    query = (
        select(Example.label)
        .where(Example.label != OUTSIDE)
        .group_by(Example.label)
        .order_by(func.min(Example.id))
    )
    return list(session.scalars(query))


def _is_used(session: Session, labels: Sequence[str]) -> bool:
    """Whether a photo or a reviewer's verdict uses one of the labels, or somebody described one."""
    described = select(Label.label).where(
        Label.label.in_(labels),
        or_(Label.names.is_not(None), Label.aliases.is_not(None), Label.becomes.is_not(None)),
    )
    if session.scalar(described.limit(1)) is not None:
        return True
    return any(
        session.scalar(select(column).where(column.in_(labels)).limit(1)) is not None
        for column in (Example.label, ReviewVerdict.label)
    )

"""Setting examples aside: labels that contradict everything else wait for another look.

Nothing is deleted: the example stays and is learned from no more, until somebody decides on its
photo again. One that had another label before, which nobody disputes, is learned with that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from dataset.storage import audit
from dataset.storage.schema import (
    Audit,
    Example,
    Label,
    Retraining,
    ReviewVerdict,
    Suspicion,
    utc_now,
)

SET_ASIDE = "set_aside"
"""The kind of such a suspicion; the audit trail and a run's metrics call it so, too."""


def set_aside(
    session: Session,
    doubts: Mapping[int, tuple[float, str | None]],
    *,
    retraining_id: int,
    now: datetime | None = None,
) -> None:
    """Learn no more from these examples until somebody decides on them again.

    `doubts` gives, by photo id, how likely the label is wrong (0 to 1) and what it rather is.
    Writes an audit row.
    """
    now = now or utc_now()
    for photo_id, (score, suggested) in doubts.items():
        session.merge(
            Suspicion(
                photo_id=photo_id,
                found_at=now,
                kind=SET_ASIDE,
                suggested=suggested,
                score=min(1.0, max(0.0, score)),
            )
        )
    if doubts:
        audit.record(
            session,
            actor_id=None,
            action=SET_ASIDE,
            subject=f"retraining:{retraining_id}",
            details={"photos": sorted(doubts)},
            now=now,
        )
    session.flush()


def take_back_unnamed(session: Session, since: datetime) -> None:
    """Set no longer aside what retrainings set aside that ended before they named it.

    A run names it in its metrics, when it ends well. One that failed, was cancelled or died has
    named nothing to anybody: the next run judges these labels anew, and names them. It judges only
    what is newer than `since`, when its champion was made; older ones stay set aside.
    """
    begun = select(Suspicion.found_at).where(Suspicion.kind == SET_ASIDE).distinct()
    trail = select(Audit.at, Audit.subject).where(Audit.action == SET_ASIDE, Audit.at.in_(begun))
    newer = (
        select(Example.photo_id)
        .outerjoin(ReviewVerdict, Example.verdict_id == ReviewVerdict.id)
        .where(or_(Example.added_at > since, ReviewVerdict.made_at > since))
    )
    for at, subject in session.execute(trail).all():
        run = session.get(Retraining, int(str(subject).removeprefix("retraining:")))
        if run is None or not (run.metrics or {}).get(SET_ASIDE):
            session.execute(
                delete(Suspicion).where(
                    Suspicion.kind == SET_ASIDE,
                    Suspicion.found_at == at,
                    Suspicion.photo_id.in_(newer),
                )
            )


def is_set_aside() -> ColumnElement[bool]:
    """Of an example: it is set aside, and nobody decided on it since."""
    return exists().where(
        Suspicion.photo_id == Example.photo_id,
        Suspicion.kind == SET_ASIDE,
        undecided_since(),
    )


def is_withheld() -> ColumnElement[bool]:
    """Of an example: its label is set aside, or was taken back since the last fold."""
    # By another name: where it is asked, the verdicts may be joined already.
    given = aliased(ReviewVerdict)
    undone = exists().where(given.id == Example.verdict_id, given.undone_at.is_not(None))
    return or_(is_set_aside(), undone)


def is_learned() -> ColumnElement[bool]:
    """Of an example: a training learns from it, with `learned_label`."""
    retired = select(Label.label).where(Label.retired_at.is_not(None))
    return and_(or_(Example.origin != "verdict", ~is_withheld()), learned_label().not_in(retired))


def learned_label() -> ColumnElement[str]:
    """The label that a training learns an example with."""
    return case((is_withheld(), Example.first_label), else_=Example.label)


def undecided_since() -> ColumnElement[bool]:
    """Of a suspicion: no verdict that counts was made after it.

    One that counts stands, and no later one says otherwise. About a label that was set aside, its
    reviewer's own word again, after whatever else, does not count.
    """
    made, later, before = (aliased(ReviewVerdict) for _ in range(3))
    contradicted = exists().where(
        later.photo_id == made.photo_id,
        later.undone_at.is_(None),
        later.id > made.id,
        ~_says_the_same(later, made),
    )
    repeats = exists().where(
        before.photo_id == made.photo_id,
        before.made_at <= Suspicion.found_at,
        before.reviewer_id == made.reviewer_id,
        _says_the_same(before, made),
    )
    return ~exists().where(
        made.photo_id == Suspicion.photo_id,
        made.undone_at.is_(None),
        made.made_at > Suspicion.found_at,
        ~contradicted,
        or_(Suspicion.kind != SET_ASIDE, ~repeats),
    )


def _says_the_same(one: type[ReviewVerdict], other: type[ReviewVerdict]) -> ColumnElement[bool]:
    return and_(one.kind == other.kind, one.label.is_not_distinct_from(other.label))


def undecided(session: Session, photo_ids: Collection[int]) -> dict[int, str]:
    """The kinds of the suspicions on these photos on which nobody decided since."""
    query = select(Suspicion.photo_id, Suspicion.kind).where(
        Suspicion.photo_id.in_(photo_ids), undecided_since()
    )
    return {photo_id: kind for photo_id, kind in session.execute(query)}


def count_set_aside(session: Session) -> int:
    """How many examples are set aside now."""
    query = select(func.count()).select_from(Example).where(is_set_aside())
    return session.scalar(query) or 0

"""Folding: bringing the examples in line with verdicts, consents and bans, before a training."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from dataset.conversation.claims.settling import BY_TEACHING, verdict_label
from dataset.examples.examples import NewExample, Outcome, add_example
from dataset.examples.joining import too_few
from dataset.storage.database import Database
from dataset.storage.schema import (
    OUTSIDE,
    TELEGRAM,
    Consent,
    Example,
    Person,
    Photo,
    ReviewVerdict,
    Suspicion,
    VerdictKind,
    utc_now,
)

_PORTION = 200


@dataclass(frozen=True, kw_only=True)
class FoldReport:
    """What one fold did, in photos."""

    added: int = 0
    relabelled: int = 0
    restored: int = 0
    """Given their first label back, because the verdict that changed it was undone."""
    rejected: int = 0
    """Taken out, because a reviewer found them unusable."""
    undone: int = 0
    """Taken out, because the verdict they came from was undone."""
    withdrawn: int = 0
    """Taken out, because the consent they rested on was withdrawn."""
    banned: int = 0
    """Taken out, because the claims of the person they came from are banned."""
    duplicates: int = 0
    """Left out: a near duplicate with the same label is there."""
    conflicts: int = 0
    """Added, though a near duplicate has another label; noted as suspicions."""
    kept_out: int = 0
    """Left out: near duplicates of photos of the gate split."""
    over_quota: int = 0
    """Left for the next run: this person gave enough to this one."""
    too_few: int = 0
    """Left for later: photos of a label that is taught and does not have enough of them yet."""

    def __add__(self, other: FoldReport) -> FoldReport:
        return FoldReport(
            **{
                field.name: getattr(self, field.name) + getattr(other, field.name)
                for field in fields(self)
            }
        )

    @property
    def changed(self) -> int:
        """How many examples changed; with 0 a training would see nothing new."""
        return (
            self.added
            + self.relabelled
            + self.restored
            + self.rejected
            + self.undone
            + self.withdrawn
            + self.banned
            + self.conflicts
        )


def fold_all(
    database: Database,
    *,
    salt: str,
    per_person: int,
    retraining_id: int,
    now: datetime | None = None,
) -> FoldReport:
    """Fold everything, a few hundred verdicts in each transaction, so that others wait only
    briefly.

    At most `per_person` photos of one person become examples in this run. After an interruption,
    the next call goes on. Idempotent.
    """
    with database.session() as session:
        report = take_out(session)
    after_id: int | None = 0
    while after_id is not None:
        with database.session() as session:
            step, after_id = fold(
                session,
                salt=salt,
                per_person=per_person,
                retraining_id=retraining_id,
                after_id=after_id,
                now=now,
            )
        report += step
    return report


def take_out(session: Session) -> FoldReport:
    """Remove unusable examples: withdrawn consent, banned people, undone verdicts."""
    withdrawn = (
        select(Photo.id)
        .join(Consent, Photo.consent_id == Consent.id)
        .where(Consent.withdrawn_at.is_not(None))
    )
    banned = (
        select(Photo.id)
        .join(Consent, Photo.consent_id == Consent.id)
        .join(Person, Person.user_id == Consent.user_id)
        .where(Person.claims_banned_at.is_not(None))
    )
    report = FoldReport(
        withdrawn=_remove(session, Example.photo_id.in_(withdrawn)),
        banned=_remove(session, Example.photo_id.in_(banned)),
    )
    undone = restored = 0
    rows = session.execute(
        select(Example, ReviewVerdict)
        .join(ReviewVerdict, Example.verdict_id == ReviewVerdict.id)
        .where(ReviewVerdict.undone_at.is_not(None))
    ).all()
    for example, verdict in rows:
        standing = session.scalars(
            select(ReviewVerdict.id).where(ReviewVerdict.photo_id == verdict.photo_id, _stands())
        ).first()
        if standing is not None:
            continue
        if example.origin == "verdict":
            session.delete(example)
            undone += 1
        else:
            example.label = example.first_label
            example.verdict_id = None
            session.execute(delete(Suspicion).where(Suspicion.photo_id == example.photo_id))
            restored += 1
    session.flush()
    return replace(report, undone=undone, restored=restored)


def fold(
    session: Session,
    *,
    salt: str,
    per_person: int,
    retraining_id: int,
    after_id: int = 0,
    limit: int = _PORTION,
    now: datetime | None = None,
) -> tuple[FoldReport, int | None]:
    """Fold the next `limit` verdicts after `after_id`; returns what it did and where to go on, None
    at the end.

    Reads, by id, the verdicts that no example reflects yet.
    """
    rows = session.execute(
        select(ReviewVerdict, Photo, Example, Consent.user_id)
        .join(Photo, ReviewVerdict.photo_id == Photo.id)
        .outerjoin(Example, Example.photo_id == Photo.id)
        .outerjoin(Consent, Photo.consent_id == Consent.id)
        .outerjoin(Person, Person.user_id == Consent.user_id)
        .where(ReviewVerdict.id > after_id, _unfolded())
        .order_by(ReviewVerdict.id)
        .limit(limit)
    ).all()
    done: Counter[str] = Counter()
    not_yet = too_few(session)
    for verdict, photo, example, owner_id in rows:
        if example is not None:
            done[_change(session, example, verdict)] += 1
            continue
        taught = verdict.via == BY_TEACHING
        if taught and verdict.label in not_yet:
            done["too_few"] += 1
            continue
        is_anybodys = owner_id is not None and not taught
        if is_anybodys and _given(session, owner_id, retraining_id) >= per_person:
            done["over_quota"] += 1
            continue
        added = add_example(
            session,
            photo,
            NewExample(
                label=verdict_label(verdict) or OUTSIDE,
                origin="verdict",
                salt=salt,
                group=f"user:{owner_id}" if is_anybodys else None,
                # An admin who teaches a label is the reviewer who lets its photos be tested on.
                gate=not is_anybodys,
                to_gate=verdict.to_gate,
                user_id=owner_id,
                verdict_id=verdict.id,
                retraining_id=retraining_id,
            ),
            now=now,
        )
        done[_FIELDS[added.outcome]] += 1
        if added.outcome is Outcome.CONFLICT:
            _suspect(session, photo.id, now or utc_now())
    session.flush()
    report = FoldReport(**{name: done[name] for name in done if name != "same"})
    return report, rows[-1][0].id if len(rows) == limit else None


def waiting_labels(session: Session) -> set[str]:
    """The labels that a fold may bring photos: what the verdicts say that no example shows yet."""
    query = (
        select(ReviewVerdict.label)
        .join(Photo, ReviewVerdict.photo_id == Photo.id)
        .outerjoin(Example, Example.photo_id == Photo.id)
        .outerjoin(Consent, Photo.consent_id == Consent.id)
        .outerjoin(Person, Person.user_id == Consent.user_id)
        .where(_unfolded())
        .distinct()
    )
    return {label for label in session.scalars(query) if label is not None} - too_few(session)


def _unfolded() -> ColumnElement[bool]:
    """Of verdicts, joined with photo, example, consent and person: those that may be used and that
    their examples do not show yet."""
    return and_(
        _stands(),
        Person.claims_banned_at.is_(None),
        Consent.withdrawn_at.is_(None),
        or_(Photo.source != TELEGRAM, Photo.consent_id.is_not(None)),
        or_(
            and_(Example.id.is_(None), ReviewVerdict.kind != VerdictKind.REJECT),
            and_(
                Example.id.is_not(None),
                or_(Example.verdict_id.is_(None), Example.verdict_id != ReviewVerdict.id),
            ),
        ),
    )


_FIELDS = {
    Outcome.ADDED: "added",
    Outcome.CONFLICT: "conflicts",
    Outcome.DUPLICATE: "duplicates",
    Outcome.KEPT_OUT: "kept_out",
    Outcome.KNOWN: "same",
}


def _stands() -> ColumnElement[bool]:
    """The newest verdict of a photo that is not undone."""
    newer = aliased(ReviewVerdict)
    return and_(
        ReviewVerdict.undone_at.is_(None),
        ~select(newer.id)
        .where(
            newer.photo_id == ReviewVerdict.photo_id,
            newer.undone_at.is_(None),
            newer.id > ReviewVerdict.id,
        )
        .exists(),
    )


def _change(session: Session, example: Example, verdict: ReviewVerdict) -> str:
    label = verdict_label(verdict)
    if label is None:
        session.delete(example)
        return "rejected"
    example.verdict_id = verdict.id
    if example.label == label:
        return "same"
    example.label = label
    return "relabelled"


def _given(session: Session, user_id: int, retraining_id: int) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(Example)
            .join(ReviewVerdict, Example.verdict_id == ReviewVerdict.id)
            .where(
                Example.user_id == user_id,
                Example.retraining_id == retraining_id,
                ReviewVerdict.via != BY_TEACHING,
            )
        )
        or 0
    )


def _remove(session: Session, condition: ColumnElement[bool]) -> int:
    removed = delete(Example).where(condition).returning(Example.id)
    return len(session.scalars(removed, execution_options={"synchronize_session": False}).all())


def _suspect(session: Session, photo_id: int, now: datetime) -> None:
    session.merge(
        Suspicion(photo_id=photo_id, found_at=now, kind="conflict", suggested=None, score=1.0)
    )

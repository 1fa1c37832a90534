"""The numbers behind `/stats`, from the tallies, without reading a million predictions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session, aliased

from dataset.reviewing.intervals import wilson
from dataset.reviewing.queue import count_waiting
from dataset.storage.schema import (
    Claim,
    ClaimKind,
    ClaimStatus,
    Photo,
    Prediction,
    ReviewVerdict,
    Tally,
    Verdict,
    VerdictKind,
    utc_now,
)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """How many photos were answered, and how."""

    sure: int = 0
    unsure: int = 0
    outside: int = 0
    disputed: int = 0
    """Disputed answers, of any verdict."""

    @property
    def total(self) -> int:
        return self.sure + self.unsure + self.outside

    def share(self, count: int) -> float:
        """`count` as a share of all answers, 0 to 1; 0 without answers."""
        return count / self.total if self.total else 0.0


@dataclass(frozen=True, kw_only=True)
class ModelUse:
    """One model version on the time axis (days in UTC)."""

    version: str
    first_day: date
    last_day: date
    answered: Answered


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """How often a *sure* answer is right, estimated from the random sample.

    `accuracy`, `low` and `high` (95%) are None until the reviewed part of the sample allows one.
    """

    drawn: int
    """Sampled answers whose photo is kept."""
    reviewed: int
    right: int
    accuracy: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class Stats:
    """Everything that `/stats` shows."""

    since: date
    days: dict[date, Answered]
    """Every day since then, empty ones too, in order."""
    total: Answered
    models: list[ModelUse]
    """By first use. Of the whole time, not only since then."""
    claims: dict[ClaimStatus, int]
    waiting: int
    """Photos in the queue."""
    sample: Estimate


def collect(session: Session, *, days: int = 30, now: datetime | None = None) -> Stats:
    """The statistics of the last `days` days, today included (UTC).

    Reads the tallies (a few rows a day), the claims' status index and the sampled answers.
    """
    today = (now or utc_now()).astimezone(timezone.utc).date()
    since = today - timedelta(days=days - 1)
    by_day = _by_day(session, since)
    every_day = {
        day: by_day.get(day, Answered()) for day in (since + timedelta(days=n) for n in range(days))
    }
    claims = session.execute(select(Claim.status, func.count()).group_by(Claim.status)).all()
    counted = {status: count for status, count in claims}
    return Stats(
        since=since,
        days=every_day,
        total=_sum(list(every_day.values())),
        models=models(session),
        claims={status: counted.get(status, 0) for status in ClaimStatus},
        waiting=count_waiting(session),
        sample=estimate_sure(
            session, since=datetime.combine(since, datetime.min.time(), timezone.utc)
        ),
    )


def models(session: Session) -> list[ModelUse]:
    """Every model version that answered, by first use, with its counts."""
    rows = session.execute(
        select(
            Tally.model_version,
            Tally.verdict,
            func.sum(Tally.answered),
            func.sum(Tally.disputed),
            func.min(Tally.day),
            func.max(Tally.day),
        ).group_by(Tally.model_version, Tally.verdict)
    ).all()
    uses: dict[str, ModelUse] = {}
    for version, verdict, answered, disputed, first, last in rows:
        this = _answered(verdict, int(answered), int(disputed))
        known = uses.get(version)
        uses[version] = ModelUse(
            version=version,
            first_day=first if known is None else min(first, known.first_day),
            last_day=last if known is None else max(last, known.last_day),
            answered=this if known is None else _sum([known.answered, this]),
        )
    return sorted(uses.values(), key=lambda use: (use.first_day, use.last_day, use.version))


def answered_by(session: Session, model_version: str) -> Answered:
    """What one model answered and how much of it was disputed: an automatic rollback compares it
    before and after a publish."""
    query = select(Tally.verdict, func.sum(Tally.answered), func.sum(Tally.disputed))
    query = query.where(Tally.model_version == model_version).group_by(Tally.verdict)
    return _sum(
        [
            _answered(verdict, int(answered), int(disputed))
            for verdict, answered, disputed in session.execute(query)
        ]
    )


def people_disputing(session: Session, model_version: str) -> int:
    """How many people said of any answer by this model that it is wrong."""
    return int(
        session.execute(
            select(func.count(Claim.user_id.distinct()))
            .join(Prediction, Prediction.id == Claim.prediction_id)
            .where(Prediction.model_version == model_version, Claim.kind != ClaimKind.RIGHT)
        ).scalar_one()
    )


def estimate_sure(
    session: Session, *, since: datetime | None = None, model_version: str | None = None
) -> Estimate:
    """Estimate how often a sure answer is right, from the sampled answers that were reviewed.

    Disputed photos are reviewed first, so the reviewed ones are not a random part of the sample. So
    there are two strata, disputed and not, each weighted by its share of the sample (Cochran,
    Sampling Techniques, ch. 5). The interval is Wilson's at the effective sample size.
    """
    strata = _strata(session, since, model_version)
    drawn = sum(stratum[0] for stratum in strata)
    reviewed = sum(stratum[1] for stratum in strata)
    right = sum(stratum[2] for stratum in strata)
    accuracy = low = high = None
    if strata and all(stratum[1] for stratum in strata):
        accuracy = sum(n / drawn * k / seen for n, seen, k in strata)
        smooth = [(n / drawn, (k + 1) / (seen + 2), seen) for n, seen, k in strata]
        centre = sum(weight * rate for weight, rate, _ in smooth)
        variance = sum(weight**2 * rate * (1 - rate) / seen for weight, rate, seen in smooth)
        effective = centre * (1 - centre) / variance
        low, high = wilson(accuracy * effective, effective)
    return Estimate(
        drawn=drawn, reviewed=reviewed, right=right, accuracy=accuracy, low=low, high=high
    )


def _by_day(session: Session, since: date) -> dict[date, Answered]:
    rows = session.execute(
        select(Tally.day, Tally.verdict, func.sum(Tally.answered), func.sum(Tally.disputed))
        .where(Tally.day >= since)
        .group_by(Tally.day, Tally.verdict)
    )
    found: dict[date, Answered] = {}
    for day, verdict, answered, disputed in rows:
        this = _answered(verdict, int(answered), int(disputed))
        found[day] = _sum([found.get(day, Answered()), this])
    return found


def _answered(verdict: Verdict, answered: int, disputed: int) -> Answered:
    return Answered(
        sure=answered if verdict is Verdict.SURE else 0,
        unsure=answered if verdict is Verdict.UNSURE else 0,
        outside=answered if verdict is Verdict.OUTSIDE else 0,
        disputed=disputed,
    )


def _sum(parts: list[Answered]) -> Answered:
    return Answered(
        sure=sum(part.sure for part in parts),
        unsure=sum(part.unsure for part in parts),
        outside=sum(part.outside for part in parts),
        disputed=sum(part.disputed for part in parts),
    )


def _strata(
    session: Session, since: datetime | None, model_version: str | None
) -> list[tuple[int, int, int]]:
    """For disputed and undisputed sampled answers: how many drawn, reviewed, and right."""
    repeat = aliased(Photo)
    # Families are rare: an index of the repeats serves their look-ups.
    first_id = func.coalesce(repeat.duplicate_of_id, Prediction.photo_id)
    # One search in the index of standing verdicts for each sampled answer, never a whole table.
    said = (
        select(
            case(
                (ReviewVerdict.kind == VerdictKind.REJECT, None),
                else_=func.coalesce(ReviewVerdict.label, ""),
            )
        )
        .where(ReviewVerdict.photo_id == first_id, ReviewVerdict.undone_at.is_(None))
        .order_by(ReviewVerdict.id.desc())
        .limit(1)
        .correlate(Prediction, repeat)
        .scalar_subquery()
    )
    drawn = (
        select(Prediction.disputed, Prediction.label, said.label("said"))
        .outerjoin(
            repeat, and_(repeat.id == Prediction.photo_id, repeat.duplicate_of_id.is_not(None))
        )
        .where(Prediction.sampled, Prediction.photo_id.is_not(None))
    )
    if since is not None:
        drawn = drawn.where(Prediction.made_at >= since)
    if model_version is not None:
        drawn = drawn.where(Prediction.model_version == model_version)
    sampled = drawn.subquery()
    kinds = (sampled.c.disputed, sampled.c.label, sampled.c.said)
    strata: dict[bool, tuple[int, int, int]] = {}
    for disputed, label, verdict, count in session.execute(
        select(*kinds, func.count()).group_by(*kinds)
    ):
        n, reviewed, right = strata.get(disputed, (0, 0, 0))
        seen = count if verdict is not None else 0
        agreed = count if verdict == label else 0
        strata[disputed] = (n + count, reviewed + seen, right + agreed)
    return list(strata.values())

"""Which answers are disputed: a flag on each answer, and counts by day and model.

`/stats` needs this for every sampled answer, and searching the claims each time took most of its
time (0090). So code that changes claims reports the affected answers here.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from dataset.conversation.claims.families import among, portions
from dataset.conversation.claims.settling import disputes
from dataset.storage.schema import Claim, ClaimKind, Prediction, Verdict
from dataset.storage.tallies import tally


def note_dispute(session: Session, prediction: Prediction) -> None:
    """Set whether this answer, whose row is locked, is disputed now, and count a change."""
    claims = session.scalars(select(Claim).where(Claim.prediction_id == prediction.id))
    disputed = any(disputes(claim, prediction) for claim in claims)
    if disputed == prediction.disputed:
        return
    prediction.disputed = disputed
    tally(
        session.connection(),
        at=prediction.made_at,
        model_version=prediction.model_version,
        verdict=prediction.verdict,
        disputed=1 if disputed else -1,
    )
    session.flush()


def note_claims_gone(session: Session, prediction_ids: Sequence[int]) -> None:
    """Set it for answers whose claims were forgotten. The counts stay, as they name nobody."""
    for some in portions(prediction_ids):
        session.execute(
            update(Prediction)
            .where(among(session, Prediction.id, some), Prediction.disputed, ~_disputed())
            .values(disputed=False)
        )


def _disputed() -> ColumnElement[bool]:
    """`settling.disputes` of any claim on the answer, in SQL."""
    outside = Prediction.verdict == Verdict.OUTSIDE
    return (
        select(Claim.id)
        .where(
            Claim.prediction_id == Prediction.id,
            or_(
                Claim.kind == ClaimKind.OTHER,
                and_(Claim.kind == ClaimKind.NONE, ~outside),
                and_(Claim.kind == ClaimKind.LABEL, outside | (Claim.label != Prediction.label)),
            ),
        )
        .exists()
    )

"""What the newest model says of every example, so that pages can sort and filter by it.

Of photos that it learned from it is what models said that had not seen them: of a photo that was
seen, hardly any label looks wrong.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from dataset.conversation.claims.priority import LEAST_PROBABILITY, doubt
from dataset.storage.database import Database
from dataset.storage.schema import Example, Photo, Prediction, Verdict

_PORTION = 500


def note_answers(
    database: Database,
    answers: Mapping[int, Mapping[str, float]],
    *,
    model_version: str,
    sure_from: float,
) -> None:
    """Write down a model's answers, probabilities by label, by photo id: some hundred photos in a
    transaction.

    Photos that somebody sent keep the answer that they got.
    """
    ids = sorted(answers)
    for start in range(0, len(ids), _PORTION):
        with database.session() as session:
            _note(session, ids[start : start + _PORTION], answers, model_version, sure_from)


def _note(
    session: Session,
    ids: list[int],
    answers: Mapping[int, Mapping[str, float]],
    model_version: str,
    sure_from: float,
) -> None:
    rows = session.execute(
        select(Example.photo_id, Example.label).where(
            Example.photo_id.in_(ids), ~exists().where(Prediction.photo_id == Example.photo_id)
        )
    ).all()
    values = []
    for photo_id, label in rows:
        given = answers[photo_id]
        likeliest = max(given, key=given.__getitem__)
        values.append(
            {
                "id": photo_id,
                "answer_label": likeliest,
                "answer_verdict": Verdict.SURE if given[likeliest] >= sure_from else Verdict.UNSURE,
                "answer_model": model_version,
                "doubt": doubt(given),
                "loss": -math.log(min(1.0, max(given.get(label, 0.0), LEAST_PROBABILITY))),
            }
        )
    if values:
        session.execute(update(Photo), values)

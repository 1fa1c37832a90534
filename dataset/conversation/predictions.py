"""Predictions: recording them, and finding the one that a person means."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session, make_transient_to_detached

from dataset.errors import NotFoundError
from dataset.storage.schema import Claim, Prediction, Verdict, utc_now
from dataset.storage.tallies import tally
from dataset.storage.upserts import upsert_on

# Built once: these run for every photo.
_ANSWERED = update(Prediction).where(Prediction.id == bindparam("number"))
_BY_UPDATE = select(Prediction).where(Prediction.update_id == bindparam("update_id"))


@dataclass(frozen=True, kw_only=True)
class NewPrediction:
    """One answered photo, as it goes on record: numbers only."""

    chat_id: int
    user_id: int
    photo_message_id: int
    file_id: str
    model_version: str
    label: str
    probability: float
    probabilities: Mapping[str, float]
    verdict: Verdict | str
    candidates: Sequence[str]
    outside_score: float
    milliseconds: float
    looks_like: str | None = None
    is_incomplete: bool = False
    looked_again: bool = False
    is_preview: bool = False
    update_id: int | None = None
    album_position: int | None = None
    """1-based."""
    sampled: bool = False
    """Counts only for sure answers (see `draws_sample`)."""


def record_prediction(
    connection: Connection, new: NewPrediction, *, now: datetime | None = None
) -> Prediction:
    """Record an answer. Returns the row, with its id, in no session.

    A replayed update (the same `update_id`) gives the row that is there already, unchanged.
    Three index look-ups and an insert, whatever the table's size.
    """
    verdict = Verdict(new.verdict)
    values: dict[str, Any] = {
        **vars(new),
        "made_at": now or utc_now(),
        "probabilities": dict(new.probabilities),
        "verdict": verdict,
        "candidates": list(new.candidates),
        "sampled": new.sampled and verdict is Verdict.SURE,
        # Set explicitly, so that the row is complete without reading it back.
        "answer_message_id": None,
        "disputed": False,
        "photo_id": None,
    }
    number = connection.execute(_record_on(connection.dialect.name), values).scalar()
    if number is None:
        known = connection.execute(_BY_UPDATE, {"update_id": new.update_id}).one()
        return _detached(known._asdict())
    tally(
        connection,
        at=values["made_at"],
        model_version=new.model_version,
        verdict=verdict,
        answered=1,
    )
    return _detached({"id": number, **values})


@cache
def _record_on(dialect: str) -> Any:
    """The statement for one database, built once. It gives no id for an update that is known."""
    insert = upsert_on(dialect, Prediction)
    known = [Prediction.update_id]
    return insert.on_conflict_do_nothing(index_elements=known).returning(Prediction.id)


def _detached(values: Mapping[str, Any]) -> Prediction:
    """A stored row, complete, without a query."""
    row = Prediction(**values)
    make_transient_to_detached(row)
    return row


def draws_sample(key: str, share: float) -> bool:
    """Whether a sure answer falls into the random sample: always the same for the same key.

    `key` must be outside the person's choice and independent of the answer, such as the update id;
    `share` is 0 to 1.
    """
    digest = hashlib.sha256(f"sample:{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def set_answer(
    connection: Connection, prediction_id: int, message_id: int, *, moved_to: int | None = None
) -> None:
    """Link the answer's message to the prediction, so that a reply to it finds the photo.

    If the group of the photo became another chat, `moved_to`, its messages are numbered anew there,
    and the answer's number stands for the photo's as well.
    """
    values = {"number": prediction_id, "answer_message_id": message_id}
    if moved_to is not None:
        values |= {"chat_id": moved_to, "photo_message_id": message_id}
    done = connection.execute(_ANSWERED, values)
    if not done.rowcount:
        raise NotFoundError("That answer is no longer stored; send the photo again.")


def prediction(session: Session, prediction_id: int) -> Prediction:
    """The prediction with this id; raises NotFoundError."""
    row = session.get(Prediction, prediction_id)
    if row is None:
        raise NotFoundError("That answer is no longer stored; send the photo again.")
    return row


def find_by_update(session: Session, update_id: int) -> Prediction | None:
    """The answer that this update got, if any, so that a replay is not answered twice."""
    return session.scalars(_BY_UPDATE, {"update_id": update_id}).first()


def find_predictions(session: Session, chat_id: int, message_id: int) -> list[Prediction]:
    """The predictions that a reply to this message means.

    The message may be the bot's answer (an album's gives several, by position) or the photo
    itself (the newest prediction for it). Empty when neither is known. One index look-up each.
    """
    answered = session.scalars(
        select(Prediction)
        .where(Prediction.chat_id == chat_id, Prediction.answer_message_id == message_id)
        .order_by(Prediction.album_position, Prediction.id)
    ).all()
    if answered:
        return list(answered)
    newest = session.scalars(
        select(Prediction)
        .where(Prediction.chat_id == chat_id, Prediction.photo_message_id == message_id)
        .order_by(Prediction.id.desc())
        .limit(1)
    ).first()
    return [] if newest is None else [newest]


def last_prediction(session: Session, chat_id: int, user_id: int) -> Prediction | None:
    """The newest prediction for a photo of this person in this chat."""
    return session.scalars(
        select(Prediction)
        .where(Prediction.chat_id == chat_id, Prediction.user_id == user_id)
        .order_by(Prediction.id.desc())
        .limit(1)
    ).first()


def awaiting_photo(
    session: Session, user_id: int, *, since: datetime, limit: int = 20
) -> list[Prediction]:
    """This person's answers since then whose photos a reviewer should see, now that the bot may
    keep them.

    These are unsure, refused, disputed, or drawn at random.
    Newest first. Reads the person's predictions only.
    """
    claimed = select(Claim.id).where(Claim.prediction_id == Prediction.id).exists()
    return list(
        session.scalars(
            select(Prediction)
            .where(
                Prediction.user_id == user_id,
                Prediction.photo_id.is_(None),
                Prediction.made_at >= since,
                Prediction.file_id != "",
                (Prediction.verdict != Verdict.SURE) | Prediction.sampled | claimed,
            )
            .order_by(Prediction.id.desc())
            .limit(limit)
        )
    )

"""People who send photos and say what they think, each thing in a line, by the public doors."""

from __future__ import annotations

import hashlib
import itertools
from datetime import datetime, timedelta, timezone
from typing import Any

from alembic import command

from dataset.conversation import predictions
from dataset.conversation.claims import claims
from dataset.conversation.claims.claims import ClaimQuota
from dataset.photos.store import NewPhoto, PhotoStore, keep_photo
from dataset.privacy import consents
from dataset.reviewing import queue, verdicts
from dataset.storage.database import Database
from dataset.storage.migrations.run import alembic_config
from dataset.storage.schema import Claim, Photo, Prediction, ReviewVerdict

QUORUM = 3
ADMIN = 2
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)


def dhash_of(name: str) -> int:
    """A hash far from every other one, as unrelated photos have."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def go_back(database: Database, revision: str) -> None:
    """Give the tables the form that they had at this revision."""
    with database.connection() as connection:
        command.downgrade(alembic_config(connection), revision)
        connection.commit()


class World:
    """One database, one store, and a clock that moves on by a second with each thing done."""

    def __init__(self, database: Database, store: PhotoStore) -> None:
        self.database = database
        self.store = store
        self.now = NOON
        self._messages = itertools.count(1)

    def tick(self, **span: float) -> datetime:
        self.now += timedelta(**span) if span else timedelta(seconds=1)
        return self.now

    def answer(
        self,
        *,
        user_id: int = 1,
        label: str = "black",
        probability: float = 0.9,
        verdict: str = "sure",
        model_version: str = "starter",
        **more: Any,
    ) -> Prediction:
        """One photo answered, not kept."""
        rest = (1 - probability) / 2
        probabilities = {"black": rest, "grizzly": rest, "teddy": rest, label: probability}
        message = next(self._messages)
        fields: dict[str, Any] = {
            "chat_id": user_id,
            "photo_message_id": 10 * message,
            "file_id": f"file-{message}",
            "candidates": [label],
            "outside_score": 0.1,
            "milliseconds": 4.2,
        }
        now = more.pop("now", None) or self.tick()
        with self.database.transaction() as connection:
            return predictions.record_prediction(
                connection,
                predictions.NewPrediction(
                    user_id=user_id,
                    model_version=model_version,
                    label=label,
                    probability=probability,
                    probabilities=probabilities,
                    verdict=verdict,
                    **fields | more,
                ),
                now=now,
            )

    def keep(
        self, prediction: Prediction, *, content: str | None = None, dhash: int | None = None
    ) -> Photo:
        """Keep the answered photo, its sender consenting."""
        content = content if content is not None else f"photo {prediction.id}"
        with self.database.session() as session:
            consent = consents.grant(session, prediction.user_id, "1", now=self.tick())
            photo = keep_photo(
                session,
                self.store,
                content.encode(),
                NewPhoto(
                    dhash=dhash_of(content) if dhash is None else dhash,
                    width=640,
                    height=480,
                    source="telegram",
                    consent_id=consent.id,
                ),
                now=self.now,
            )
            alike = queue.lookalikes(session, photo.dhash)
            queue.attach_photo(
                session, prediction.id, photo, quorum=QUORUM, alike=alike, now=self.now
            )
            return photo

    def kept_answer(self, **fields: Any) -> tuple[Prediction, Photo]:
        """One photo answered and kept."""
        prediction = self.answer(**fields)
        return prediction, self.keep(prediction)

    def collected(self, name: str, *, dhash: int | None = None) -> Photo:
        """A photo found by `training.collect`."""
        with self.database.session() as session:
            return keep_photo(
                session,
                self.store,
                name.encode(),
                NewPhoto(
                    dhash=dhash_of(name) if dhash is None else dhash,
                    width=640,
                    height=480,
                    source="collect",
                ),
                now=self.tick(),
            )

    def claim(
        self,
        prediction: Prediction,
        kind: str = "label",
        label: str | None = None,
        *,
        user_id: int = 1,
        by_admin: bool = False,
        per_day: int = 50,
    ) -> Claim:
        with self.database.session() as session:
            return claims.record_claim(
                session,
                claims.NewClaim(
                    prediction_id=prediction.id,
                    user_id=user_id,
                    kind=kind,
                    label=label,
                    by_admin=by_admin,
                ),
                quorum=QUORUM,
                quota=ClaimQuota(per_day=per_day),
                now=self.tick(),
            )

    def undo_claim(self, prediction: Prediction, *, user_id: int = 1) -> Claim:
        with self.database.session() as session:
            return claims.undo_claim(
                session,
                prediction_id=prediction.id,
                user_id=user_id,
                quorum=QUORUM,
                now=self.tick(),
            )

    def decide(
        self,
        photo: Photo,
        kind: str = "label",
        label: str | None = None,
        *,
        reviewer_id: int = ADMIN,
        to_gate: bool = False,
    ) -> ReviewVerdict:
        with self.database.session() as session:
            return verdicts.decide(
                session,
                photo.id,
                reviewer_id,
                kind,
                label=label,
                via="chat",
                to_gate=to_gate,
                now=self.tick(),
            )

    def photo(self, photo: Photo) -> Photo:
        """The photo as the database has it now."""
        with self.database.reading() as session:
            return session.get_one(Photo, photo.id)

    def status(self, claim: Claim) -> str:
        with self.database.reading() as session:
            return session.get_one(Claim, claim.id).status.value

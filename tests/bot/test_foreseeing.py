"""A photo that comes alone is looked at while its update is being stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from sqlalchemy import func, select

from dataset.schema import Prediction as Row
from models.bundle import Bundle
from models.classifier import Classifier, Prediction
from tests.bot.running import SURE_GRIZZLY, ColourClassifier, Person, RunningBot, photo


def watched(looked_at: SimpleQueue[int]) -> Callable[[Bundle], Classifier]:
    """Opens classifiers that say when they look at a photo."""

    class Watched(ColourClassifier):
        def classify(self, data: bytes) -> Prediction:
            looked_at.put(len(data))
            return super().classify(data)

    return Watched


def test_a_photo_is_looked_at_before_its_update_is_stored(tmp_path: Path) -> None:
    """Storing and looking take their time together; the answer waits for both."""
    looked_at: SimpleQueue[int] = SimpleQueue()
    with RunningBot(tmp_path, open_classifier=watched(looked_at)) as bot:
        person = bot.person()
        person.ask("/start")
        file = bot.settings.data_dir / "detector.sqlite3"
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        person.show(photo(SURE_GRIZZLY))
        looked_at.get(timeout=30)
        with bot.database.reading() as session:
            stored = session.scalar(select(func.count()).select_from(Row))
        other.close()
        answer = person.hear()["text"]

    assert stored == 0
    assert answer.startswith("Grizzly bear")
    assert looked_at.empty()


def test_who_is_not_let_in_is_not_looked_at(tmp_path: Path) -> None:
    """The photo of somebody on the list of those kept out is not even fetched."""
    looked_at: SimpleQueue[int] = SimpleQueue()
    with RunningBot(
        tmp_path, open_classifier=watched(looked_at), denied_ids=frozenset({66})
    ) as bot:
        Person(bot.http, 66).show(photo(SURE_GRIZZLY))
        person = bot.person()
        person.show(photo(SURE_GRIZZLY))
        person.hear()

    assert looked_at.qsize() == 1

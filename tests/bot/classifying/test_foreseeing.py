"""A photo that comes alone is looked at while its update is being stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from models.bundles.bundle import Bundle
from models.inference.classifier import Classifier, Prediction
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
        (before,) = other.execute("SELECT count(*) FROM updates").fetchone()
        person.show(photo(SURE_GRIZZLY))
        looked_at.get(timeout=30)
        (stored,) = other.execute("SELECT count(*) FROM updates").fetchone()
        other.close()
        answer = person.hear()["text"]

    assert before == stored
    assert answer.startswith("Grizzly bear")
    assert looked_at.empty()


def test_who_is_not_let_in_is_not_looked_at(tmp_path: Path) -> None:
    """The photo of somebody on the list of those kept out is not even asked for."""
    with RunningBot(tmp_path, denied_ids=frozenset({66})) as bot:
        # The first to ask for a file would use this up.
        bot.http.post("/local/faults", json={"method": "getFile", "status": 500, "times": 1})
        Person(bot.http, 66).show(photo(SURE_GRIZZLY))
        bot.person().ask("/start")
        left = bot.http.get("/local/faults").json()

    assert [1] == [fault["times"] for fault in left]

"""Drift: what it is measured on, and what sets off the alarm."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from dataset.reviewing.drift import THRESHOLD, measure, stability_index
from dataset.storage.database import Database
from dataset.storage.schema import Prediction, Verdict, utc_now


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = Database(f"sqlite:///{tmp_path / 'detector.sqlite3'}")
    database.upgrade()
    with database.session() as session:
        yield session
    database.dispose()


def answers(session: Session, count: int, *, shift: float, seed: int) -> None:
    """Answers of the model `v1` whose outside scores lie around `shift`."""
    chance = random.Random(seed)  # noqa: S311 - drawn photos, not secrets
    present = utc_now()
    session.add_all(
        Prediction(
            made_at=present + timedelta(seconds=seed * 10_000 + number),
            chat_id=1,
            user_id=1,
            photo_message_id=number,
            file_id="file",
            model_version="v1",
            label="grizzly",
            probability=chance.uniform(0.5, 1.0),
            probabilities={"grizzly": 1.0},
            verdict=Verdict.SURE,
            candidates=["grizzly"],
            outside_score=chance.gauss(shift, 1.0),
            milliseconds=1.0,
        )
        for number in range(count)
    )
    session.flush()


def test_the_same_kind_of_photos_is_no_drift(session: Session) -> None:
    """More photos like the first ones stay below the threshold."""
    answers(session, 500, shift=0.0, seed=1)
    answers(session, 500, shift=0.0, seed=2)
    drift = measure(session, "v1")
    assert drift.inputs is not None
    assert drift.inputs < THRESHOLD
    assert not drift.alarming


def test_other_photos_set_it_off(session: Session) -> None:
    """Photos that lie one standard deviation further out are an alarm for the inputs only."""
    answers(session, 500, shift=0.0, seed=1)
    answers(session, 500, shift=1.0, seed=2)
    drift = measure(session, "v1")
    assert drift.alarming
    assert drift.outputs is not None
    assert drift.outputs < THRESHOLD


def test_too_few_answers_say_nothing(session: Session) -> None:
    """Before there are enough answers, it gives neither figure nor alarm."""
    answers(session, 100, shift=0.0, seed=1)
    drift = measure(session, "v1")
    assert drift.inputs is None
    assert not drift.alarming


def test_the_index_of_a_known_shift() -> None:
    """Two bins that change from even to 3:1 have the index that the formula gives."""
    then = [0.0] * 50 + [1.0] * 50
    now = [0.0] * 25 + [1.0] * 75
    expected = (0.75 - 0.5) * 1.0986122886681098  # (now - then) · (ln 0.75 - ln 0.25)
    assert stability_index(then, now) == pytest.approx(expected, abs=1e-6)


def test_a_constant_reference_has_no_index() -> None:
    """Where all values were the same and still are, the index is 0."""
    assert stability_index([2.0] * 30, [2.0] * 30) == 0.0
